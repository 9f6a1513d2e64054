/** The way out when nothing else helps: all that is unsent in one file that the office imports. */
import { iso, now } from "./clock.js";
import { readAnyVersion, storageTrouble, tx } from "./db.js";

const STORES = ["records", "photos", "meta"];

async function read() {
  if (storageTrouble()) return { ...(await readAnyVersion()), person: null };
  return tx(STORES, "readonly", async (t) => ({ records: await t.all("records"), photos: await t.all("photos"), person: await t.get("meta", "person") }));
}

/** Base64 in pieces that fit on the stack. */
function base64(bytes) {
  const array = new Uint8Array(bytes);
  let text = "";
  for (let at = 0; at < array.length; at += 0x8000) text += String.fromCharCode(...array.subarray(at, at + 0x8000));
  return btoa(text);
}

const isUnsent = (entry, photos) => entry.state !== "sent" || photos.length > 0;

function written(entry, photos) {
  const { id, type, at, body } = entry;
  const is_about = type === "promise_kept" || type === "withdraw";
  const target_type = body.target_type ?? "promise";
  return {
    id,
    type,
    at,
    body: is_about ? { target: body.target, target_type, ...(body.walk ? { walk: body.walk } : null) } : body,
    photos: photos.map((photo) => ({ id: photo.id, taken_at: photo.taken_at, jpeg: base64(photo.jpeg) })),
  };
}

/**
 * One file per person who recorded on this phone: the office imports each under that person's name.
 * @returns {Promise<{person: {id: string, name: string} | null, n: number, blob: Blob, name: string}[]>} the own first
 */
export async function queueFiles() {
  const { records, photos, person } = await read();
  const groups = new Map();
  for (const entry of records.sort((a, b) => a.seq - b.seq)) {
    const own = photos.filter((photo) => photo.record === entry.id);
    if (!isUnsent(entry, own)) continue;
    const whose = entry.person ?? person;
    if (!groups.has(whose?.id)) groups.set(whose?.id, { person: whose, records: [] });
    groups.get(whose?.id).records.push(written(entry, own));
  }
  const own_first = [...groups.values()].sort((a, b) => Number(b.person?.id === person?.id) - Number(a.person?.id === person?.id));
  return own_first.map(inFile);
}

function inFile({ person, records }) {
  const made_at = iso(now());
  const blob = new Blob([JSON.stringify({ format: "mapsvc-field", version: 2, made_at, person, records })], { type: "application/json" });
  const name = `没传的记录-${person?.name ?? "本机"}-${made_at.slice(0, 16).replace(/[-:]/g, "").replace("T", "-")}.json`;
  return { person, n: records.length, blob, name };
}

/** @returns {Promise<Blob | null>} the own file; null: nothing is unsent */
export const queueFile = async () => (await queueFiles())[0]?.blob ?? null;

/**
 * Hand what is unsent to another program, a chat for instance, or save it as files where the browser cannot do that.
 * @returns {Promise<"shared" | "saved">} rejects with an AbortError when the person changed their mind, and with words when nothing is unsent
 */
export async function saveQueueFile() {
  const files = await queueFiles();
  if (!files.length) throw new Error("都传到办公室了，没有要导出的");
  if (await share(files)) return "shared";
  for (const { blob, name } of files) save(blob, name);
  return "saved";
}

async function share(files) {
  if (typeof File !== "function" || !navigator.canShare) return false;
  const all = files.map(({ blob, name }) => new File([blob], name, { type: "application/json" }));
  if (!navigator.canShare({ files: all })) return false;
  try {
    await navigator.share({ files: all, title: "没传的记录" });
    return true;
  } catch (error) {
    if (error.name === "AbortError") throw error;
    return false;
  }
}

function save(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // The browser reads it after the click.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
