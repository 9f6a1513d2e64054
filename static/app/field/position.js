/** Where a call was recorded: only in an office that switched it on, and never before the record is safe. */

const WAIT_MS = 3000;

const where = () =>
  new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(({ coords }) => resolve(coords), () => resolve(null), { timeout: WAIT_MS, maximumAge: 60000 });
  });

/**
 * @param {{asks_position?: boolean}} day @param {object} entry of the queue @param {(id: string, body: object) => Promise<object>} edit
 */
export async function addPosition(day, entry, edit) {
  if (!day.asks_position || !navigator.geolocation) return;
  const coords = await where();
  if (!coords) return;
  const position = { lon: coords.longitude, lat: coords.latitude, error_m: Math.round(Math.min(coords.accuracy, 100000)) };
  // It may have been sent or taken back meanwhile: then it goes without.
  await edit(entry.id, { ...entry.body, position }).catch(() => null);
}
