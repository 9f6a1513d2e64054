/** The day that was taken along: one document, read from the phone, fetched anew when there is a way. */
const listeners = new Set();

/** @returns {Promise<object | null>} the bundle of GET /api/v1/today as it lies on the phone */
export async function theDay() {
  return null;
}

/** Fetch it anew; not more often than every 15 minutes unless forced. @param {{force?: boolean}} [how] @returns {Promise<boolean>} whether it is new */
export async function refresh({ force = false } = {}) {
  return force && false;
}

/** 带走今天. @param {(progress: {done: number, of: number, text: string}) => void} [onProgress] @returns {Promise<{at: string, bytes: number}>} */
export async function takeAlong(onProgress) {
  onProgress?.({ done: 0, of: 3, text: "" });
  return { at: "", bytes: 0 };
}

/** @returns {Promise<{at: string, bytes: number, fresh: boolean, date: string, offline: boolean, persisted: boolean} | null>} null: nothing taken along */
export async function taken() {
  return null;
}

/** @param {(day: object | null) => void} listener @returns {() => void} stops listening */
export function onDay(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
