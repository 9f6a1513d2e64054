/** A door by its number, its sign or its code. */
const digits = (text) => text.replace(/[０-９]/g, (d) => String.fromCharCode(d.charCodeAt(0) - 0xfee0)).trim();

/** Doors whose number or sign is meant, the most exact first. @param {object} day @param {string} typed */
export function doorsFound(day, typed) {
  const wanted = digits(typed).replace(/号$/, "");
  if (!wanted) return [];
  const rank = (door) => {
    const number = door.number.replace(/号$/, "");
    if (number === wanted || door.address.replace(/号$/, "") === wanted || door.code.toLowerCase() === wanted.toLowerCase()) return 0;
    if (number.startsWith(wanted)) return 1;
    return door.name.includes(wanted) || door.address.includes(wanted) ? 2 : 9;
  };
  const all = Object.values(day.doors).map((door) => ({ door, rank: rank(door) }));
  return all
    .filter((found) => found.rank < 9)
    .sort((a, b) => a.rank - b.rank || (a.door.address < b.door.address ? -1 : 1))
    .map(({ door }) => door);
}
