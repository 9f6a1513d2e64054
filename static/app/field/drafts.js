/** What is being typed and photographed, kept at each change: a phone that closes the page behind its camera loses nothing. */
import { orNothing, tx } from "./db.js";

const STORES = ["drafts", "meta"];
const OLDEST_MS = 7 * 24 * 3600 * 1000;
/** In the order they were asked for: the last one wins. */
let last = Promise.resolve();

/** Nobody sees what another person was typing on this phone. @param {object} t transaction over STORES @param {string} key @returns {Promise<string>} */
export const draftName = async (t, key) => `${(await t.get("meta", "person"))?.id ?? ""}:${key}`;

function inTurn(work) {
  last = last.then(work, work);
  return last;
}

/** @returns {Promise<void>} when all that was to be kept or dropped so far is */
export const draftsWritten = () => inTurn(async () => undefined);

/** @param {string} key @param {object} value may hold Blobs @returns {Promise<void>} on the disk when it resolves */
export const keepDraft = (key, value) => inTurn(async () => {
  const kept = await pack(value);
  await tx(STORES, "readwrite", async (t) => t.put("drafts", { at_ms: Date.now(), value: kept }, await draftName(t, key)));
});

/** @param {string} key @returns {Promise<any | null>} */
export const draft = (key) => inTurn(async () => {
  const found = await orNothing(null, tx(STORES, "readonly", async (t) => t.get("drafts", await draftName(t, key))));
  return found ? unpack(found.value) : null;
});

/** @param {string} key */
export const dropDraft = (key) => inTurn(() => tx(STORES, "readwrite", async (t) => t.del("drafts", await draftName(t, key))));

/** Drafts nobody came back to. */
export const dropOldDrafts = () => tx("drafts", "readwrite", async (t) => {
  for (const key of await t.keys("drafts")) {
    const { at_ms } = await t.get("drafts", key);
    if (Date.now() - at_ms > OLDEST_MS) await t.del("drafts", key);
  }
});

/** Photos as bytes: a Blob may point to the camera's file, which is gone after the next picture. */
async function pack(value) {
  if (value instanceof Blob) return { $blob: await value.arrayBuffer(), type: value.type };
  if (Array.isArray(value)) return Promise.all(value.map(pack));
  if (value === null || typeof value !== "object" || value instanceof Date || value instanceof ArrayBuffer) return value;
  return Object.fromEntries(await Promise.all(Object.entries(value).map(async ([name, part]) => [name, await pack(part)])));
}

function unpack(value) {
  if (Array.isArray(value)) return value.map(unpack);
  if (value === null || typeof value !== "object" || value instanceof Date || value instanceof ArrayBuffer) return value;
  if (value.$blob) return new Blob([value.$blob], { type: value.type });
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, unpack(part)]));
}
