/** The card that was just scanned: a visit recorded at its door soon after carries its token. */
const KEY = "mapsvc:card";
const VALID_MS = 60 * 60 * 1000;
const DOOR = /^\/today\/doors\/([^/]+)/;

/** @param {string} code of the door @param {string} token */
export function keepCard(code, token) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ code, token, ms: Date.now() }));
  } catch {
    // The visit counts without it.
  }
}

/** @param {string} code of a door @returns {{card: string} | null} what a visit there carries */
export function cardOf(code) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY));
    return kept && kept.code === code && Math.abs(Date.now() - kept.ms) < VALID_MS ? { card: kept.token } : null;
  } catch {
    return null;
  }
}

/** The phone's own scanner opened the address: /today/doors/CODE?card=TOKEN. */
const [, door] = DOOR.exec(location.pathname) ?? [];
const token = new URLSearchParams(location.search).get("card");
if (door && token) keepCard(decodeURIComponent(door), token);
