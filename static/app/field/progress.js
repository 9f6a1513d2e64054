/** How far the day is: which doors are done, which come later, which is next. */
import { iso, now, officeDay, officeHour } from "./clock.js";

/**
 * @param {object} day the bundle @param {import("./queue.js").Entry[]} entries as `entries()` gives them
 * @returns {Object<string, {done: boolean, outcome: "met" | "closed" | "changed" | null, later_from_hour: number | null, entry: string | null}>} per code
 */
export function doorStates(day, entries) {
  const states = {};
  for (const [code, door] of Object.entries(day?.doors ?? {})) states[code] = ofBundle(door);
  const today = officeDay(now());
  const visits = entries.filter((entry) => entry.type === "visit" && entry.code && !entry.withdrawn && officeDay(Date.parse(entry.at)) === today);
  const taken = takenBack(entries);
  for (const [code, door] of Object.entries(day?.doors ?? {})) if (taken.has(door.visited_today?.visit)) states[code] = fresh();
  for (const entry of visits.sort((a, b) => a.seq - b.seq)) states[entry.code] = after(day?.doors?.[entry.code], states[entry.code], entry);
  return states;
}

const fresh = () => ({ done: false, outcome: null, later_from_hour: null, entry: null });

const takenBack = (entries) => new Set(entries.filter((entry) => entry.type === "withdraw" && entry.state !== "held").map((entry) => entry.body.target));

function ofBundle(door) {
  const seen = door.visited_today;
  if (!seen || officeDay(Date.parse(seen.at)) !== officeDay(now())) return fresh();
  return after(door, fresh(), { at: seen.at, body: { outcome: seen.outcome }, id: null });
}

/** Shut for the third time: tried again in the hours when it was open, unless it is already that late. */
function after(door, before, entry) {
  const { outcome } = entry.body;
  const from = outcome === "closed" ? (door?.if_closed?.from_hour ?? null) : null;
  const isLater = from !== null && officeHour(Date.parse(entry.at)) < from && before?.outcome !== "closed";
  return { done: !isLater, outcome, later_from_hour: isLater ? from : null, entry: entry.id };
}

/**
 * The doors still to go to in walking order, beginning behind the last one recorded; what was moved to later stands last until its hour has come.
 * @param {object} day @param {import("./queue.js").Entry[]} entries @returns {string[]} codes
 */
export function remaining(day, entries) {
  const states = doorStates(day, entries);
  const route = (day?.route ?? []).flatMap((side) => side.doors);
  const last = entries.find((entry) => entry.type === "visit" && !entry.withdrawn && route.includes(entry.code));
  const start = last ? route.indexOf(last.code) + 1 : 0;
  const round = [...route.slice(start), ...route.slice(0, start)].filter((code) => states[code] && !states[code].done);
  const hour = officeHour(now());
  const isLater = (code) => (states[code].later_from_hour ?? 0) > hour;
  return [...round.filter((code) => !isLater(code)), ...round.filter(isLater)];
}

/** @param {object} day @param {import("./queue.js").Entry[]} entries @param {string | null} [pinned] a door that was opened @returns {string | null} code of the door one stands at */
export function current(day, entries, pinned = null) {
  return pinned && day?.doors?.[pinned] ? pinned : (remaining(day, entries)[0] ?? null);
}

/** @param {object} day @returns {boolean} whether it is another day's by now */
export const isStale = (day) => Boolean(day) && day.date !== iso(now()).slice(0, 10);
