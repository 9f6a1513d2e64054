/** The bar above the tabs that says what was just recorded and takes it back. */

/** @param {object} entry */
export function showUndo(entry) {
  return entry;
}
