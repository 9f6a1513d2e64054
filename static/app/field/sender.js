/** Empties the queue whenever there is a way to the office. */
const listeners = new Set();

/** Called once, by main.js. */
export function start() {}

/** Look now whether something can be sent. */
export function kick() {}

/** @returns {{online: boolean, needsSignIn: boolean, skew_min: number, waiting: number, held: number, sending: boolean, offline_ready: boolean}} */
export function status() {
  return { online: navigator.onLine, needsSignIn: false, skew_min: 0, waiting: 0, held: 0, sending: false, offline_ready: false };
}

/** @param {(status: object) => void} listener @returns {() => void} stops listening */
export function onStatus(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
