/** What is looked after when the app starts: old records leave, and records that vanished are spoken of. */
import { now, officeDay } from "./clock.js";
import { tx } from "./db.js";
import { dropOldDrafts } from "./drafts.js";
import { onNews } from "./news.js";

const MARK = "mapsvc-field";
const DAY_MS = 24 * 3600 * 1000;

const isUnsent = (entry) => entry.state !== "sent" || Object.values(entry.photo_states).some((photo) => photo.state !== "sent");

/** What was sent stays until the day after, to be looked at and taken back. */
async function dropSent() {
  const oldest = officeDay(now() - DAY_MS);
  await tx("records", "readwrite", async (t) => {
    for (const entry of await t.all("records")) {
      if (!isUnsent(entry) && officeDay(Date.parse(entry.sent_at ?? entry.at)) < oldest) await t.del("records", entry.id);
    }
  });
}

/** Yesterday's walks are over, whether anybody said so or not. */
async function dropWalks() {
  const oldest = officeDay(now() - DAY_MS);
  await tx("walks", "readwrite", async (t) => {
    for (const walk of await t.all("walks")) if (walk.date < oldest) await t.del("walks", walk.id);
  });
}

const state = () =>
  tx(["records", "meta"], "readonly", async (t) => {
    const unsent = (await t.all("records")).filter(isUnsent);
    return { born: await t.get("meta", "born"), unsent: unsent.length, last: unsent.map((entry) => entry.at).sort().pop() ?? null };
  });

/** A mark beside the database: whoever empties that forgets this, or at least not both at once. */
async function mark() {
  try {
    localStorage.setItem(MARK, JSON.stringify(await state()));
  } catch {
    // Without it nobody can tell that something vanished.
  }
}

/** @returns {Promise<{unsent: number, last: string} | null>} what had waited in a database that is no longer there; told once */
async function vanished() {
  let before = null;
  try {
    before = JSON.parse(localStorage.getItem(MARK));
  } catch {
    return null;
  }
  const { born } = await state();
  return before?.unsent > 0 && before.born !== born ? before : null;
}

/** Called once, by main.js. @returns {Promise<{unsent: number, last: string} | null>} records that were waiting and are gone with the browser's storage */
export async function lookAfter() {
  const gone = await vanished();
  await dropSent();
  await dropWalks();
  await dropOldDrafts();
  await mark();
  onNews("queue", mark);
  return gone;
}
