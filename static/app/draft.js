/** What was typed outlives the end of a session: kept in this tab until it was saved or given up, by person and place. */

const PREFIX = "mapsvc:draft:";
const who = () => document.querySelector(".topbar .who a")?.textContent ?? "";
const nameOf = (key) => `${PREFIX}${who()}:${key}`;

/** @param {string} key @returns {object | null} what was kept, if it can be read */
export function kept(key) {
  try {
    return JSON.parse(sessionStorage.getItem(nameOf(key)));
  } catch {
    return null;
  }
}

/** @param {string} key @param {object} values */
export function keep(key, values) {
  try {
    sessionStorage.setItem(nameOf(key), JSON.stringify(values));
  } catch {
    // Without storage it is as it was: what is typed stays as long as the page.
  }
}

/** @param {string} key */
export function forget(key) {
  try {
    sessionStorage.removeItem(nameOf(key));
  } catch {
    // Nothing was kept.
  }
}
