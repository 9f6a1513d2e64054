/** What is being typed and photographed, kept at each change: a phone that closes the page behind its camera loses nothing. */
const held = new Map();

/** @param {string} key @param {object} value may hold Blobs */
export async function keepDraft(key, value) {
  held.set(key, value);
}

/** @param {string} key @returns {Promise<object | null>} */
export async function draft(key) {
  return held.get(key) ?? null;
}

/** @param {string} key */
export async function dropDraft(key) {
  held.delete(key);
}
