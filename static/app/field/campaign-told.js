/** 顺带说了: what a campaign wants said at a door, marked on the record of the visit by one tap. */
import { toldNews } from "./parts.js";
import { edit } from "./queue.js";
import { showUndo } from "./undo-strip.js";

export const TOLD = "顺带说了";

/** What is still to be said there. @param {object | null} door @param {Set<string>} told as `toldNews` gives it @returns {object[]} */
export const stillToTell = (door, told) => (door?.campaigns ?? []).filter(({ id }) => !told.has(id));

/**
 * The bar after 见到了，没事: takes it back, and where something was to be said offers to note that it was.
 * @param {object} door @param {import("./queue.js").Entry} entry @param {import("./queue.js").Entry[]} list what was recorded before it @param {{note?: string, undone?: () => void}} [more]
 */
export function showVisit(door, entry, list, more = {}) {
  const ids = entry.body.outcome === "met" ? stillToTell(door, toldNews(list)).map(({ id }) => id) : [];
  const tell = async () => {
    const after = await edit(entry.id, { ...entry.body, told: ids }, undefined, `${entry.label}，${TOLD}`);
    if (after) showUndo(after, more);
  };
  showUndo(entry, ids.length ? { ...more, offer: { text: TOLD, act: tell } } : more);
}
