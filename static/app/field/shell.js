/** The files of the app on the phone: the service worker that keeps them, and what they weigh. */

const PREFIX = "mapsvc-field-";
const PATIENCE_MS = 20 * 1000;

/**
 * Called by main.js when the first view stands: what is loaded for later must not hold it up.
 * @returns {Promise<boolean>} false: this browser or connection keeps no files; all works as long as there is a network, and 带走今天 says so
 */
export async function keepShell() {
  try {
    return Boolean(await navigator.serviceWorker?.register("/sw.js", { scope: "/today" }));
  } catch {
    return false;
  }
}

/** @returns {Promise<boolean>} whether the app opens without network now; waits a while for it */
export async function offlineReady() {
  if (!(await keepShell()) && !navigator.serviceWorker?.controller) return false;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, null));
  return Boolean(await Promise.race([navigator.serviceWorker.ready, late]));
}

/** @returns {Promise<number>} bytes of the newest whole set of files, 0 without one */
export async function offlineBytes() {
  try {
    const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
    const sizes = await Promise.all(names.map(weigh));
    return Math.max(0, ...sizes);
  } catch {
    return 0;
  }
}

async function weigh(name) {
  const answers = await (await caches.open(name)).matchAll();
  const sizes = await Promise.all(answers.map(async (answer) => (await answer.blob()).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
