/** What the words typed speak of: a kind of issue, a topic. */

/** @param {string} text @param {{code: string, words: string[]}[]} kinds @returns {string | null} code of a kind */
export function kindOf(text, kinds) {
  return text && kinds.length ? null : null;
}
