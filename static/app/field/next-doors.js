/** A part of 今日. */

/** @returns {null} */
export function placeholderNext() {
  return null;
}
