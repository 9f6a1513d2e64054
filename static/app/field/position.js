/** Where a call was recorded: only in an office that switched it on, and never before the record is safe. */
import { edit, entries } from "./queue.js";

const WAIT_MS = 3000;

const where = () =>
  new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(({ coords }) => resolve(coords), () => resolve(null), { timeout: WAIT_MS, maximumAge: 60000 });
  });

/** Only what has not left the phone: what the office may have is not recorded anew for a position. */
async function isStillHere(id) {
  const found = (await entries()).find((entry) => entry.id === id);
  return found?.state === "waiting" && found.tries === 0;
}

/** @param {{asks_position?: boolean}} day @param {object} entry of the queue, just recorded */
export async function addPosition(day, entry) {
  if (!day.asks_position || !navigator.geolocation) return;
  const coords = await where();
  if (!coords) return;
  const position = { lon: coords.longitude, lat: coords.latitude, error_m: Math.round(Math.min(coords.accuracy, 100000)) };
  if (await isStillHere(entry.id)) await edit(entry.id, { ...entry.body, position }).catch(() => null);
}
