/** What one part of the field app tells the others, in this tab and in all others. */

const listeners = new Map();
const channel = typeof BroadcastChannel === "function" ? new BroadcastChannel("mapsvc-field") : null;

function tell(what) {
  for (const listener of [...(listeners.get(what) ?? [])]) listener();
}

if (channel) channel.onmessage = ({ data }) => tell(data);

/** @param {"queue" | "day" | "session"} what has changed */
export function announce(what) {
  tell(what);
  channel?.postMessage(what);
}

/** @param {"queue" | "day" | "session"} what @param {() => void} listener @returns {() => void} stops listening */
export function onNews(what, listener) {
  if (!listeners.has(what)) listeners.set(what, new Set());
  listeners.get(what).add(listener);
  return () => listeners.get(what).delete(listener);
}
