/** How far the day is: which doors are done, which come later, which is next. Pure: everything comes in. */

/** @param {object} day @param {object[]} entries @returns {Object<string, {done: boolean, outcome: string | null, later_from_hour: number | null, entry: string | null}>} per code */
export function doorStates(day, entries) {
  return Object.fromEntries(Object.keys(day?.doors ?? {}).map((code) => [code, { done: false, outcome: null, later_from_hour: null, entry: null, entries }]));
}

/** @param {object} day @param {object[]} entries @returns {string[]} codes still to go to, the next one first */
export function remaining(day, entries) {
  return (day?.route ?? []).flatMap((side) => side.doors).filter((code) => entries && code);
}

/** @param {object} day @param {object[]} entries @param {string | null} [pinned] @returns {string | null} code of the door one stands at */
export function current(day, entries, pinned = null) {
  return pinned && day?.doors[pinned] ? pinned : (remaining(day, entries)[0] ?? null);
}
