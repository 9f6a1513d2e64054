/** Which doors have something begun and not recorded: the keys of drafts.js and an index of the doors. */
import { draft, dropDraft, keepDraft } from "./drafts.js";

const INDEX = "unfinished";

/** @param {string} code @param {string | null} [entry] id of the record that is being edited @returns {string} */
export const draftKey = (code, entry = null) => (entry ? `record:${code}:${entry}` : `record:${code}`);

/** @returns {Promise<Set<string>>} codes of doors */
export async function unfinishedDoors() {
  return new Set((await draft(INDEX))?.codes ?? []);
}

/** @param {string} code @param {boolean} isOpen */
async function mark(code, isOpen) {
  const codes = await unfinishedDoors();
  if (codes.has(code) === isOpen) return;
  if (isOpen) codes.add(code);
  else codes.delete(code);
  await keepDraft(INDEX, { codes: [...codes] });
}

const isBlank = ({ text, topic, way, promise, due, kind, photos }) => !text && !topic && !way && !promise && !due && !kind && !photos.length;

/** @param {string} code @param {string | null} entry @param {object} values of the sheet; nothing in them: nothing is kept */
export async function keepUnfinished(code, entry, values) {
  if (!entry && isBlank(values) && !values.camera) return dropUnfinished(code, entry);
  await keepDraft(draftKey(code, entry), values);
  if (!entry) await mark(code, true);
}

/** @param {string} code @param {string | null} entry */
export async function dropUnfinished(code, entry) {
  await dropDraft(draftKey(code, entry));
  if (!entry) await mark(code, false);
}
