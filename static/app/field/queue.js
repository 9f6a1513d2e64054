/** What was recorded on this phone: it is on the phone first, and is sent when there is a way. */
import { iso, isKnown, now, officeDay } from "./clock.js";
import { orNothing, tx } from "./db.js";
import { draftName, draftsWritten } from "./drafts.js";
import { announce, onNews } from "./news.js";
import { cardOf } from "./seen-card.js";
import { uuid } from "./uuid.js";
import { markStop, reopenWalk, stepsOf } from "./walk-marks.js";

/** So long a tap can be taken back before anything is sent. */
export const UNDO_MS = 10 * 1000;
const STORES = ["records", "photos", "meta", "drafts", "walks"];
const TAKEN_BACK = { visit: "visit", issue: "issue", walk_step: "walk_step", walk_finish: "walk_finish" };

/**
 * @typedef {{id: string, type: "visit" | "issue" | "promise_kept" | "withdraw" | "walk" | "walk_step" | "walk_finish", at: string, tapped_at: string, body: object, label: string,
 *   code: string | null, person: {id: string, name: string} | null, state: "waiting" | "held" | "sent", reason: string | null,
 *   errors: {field: string, code: string, message: string}[], not_before: number, tries: number, photos: string[], schema: number,
 *   seq: number, withdrawn?: string, sent_at?: string, photo_states: Object<string, {state: "waiting" | "held" | "sent", reason: string | null,
 *   not_before: number, tries: number}>, photos_waiting?: number, photos_held?: string[], after?: string, by?: string}} Entry
 * `withdrawn` names the withdraw record that takes it back; `photos_waiting` and `photos_held` (reasons) come with `entries()`.
 * `after` names the record that has to be sent first; `by` the visit or report that did a stop of the walk by itself.
 * How far each photo is stands in the record, so that the photos themselves are read only to be sent.
 */

/**
 * Record something; it is on the phone's disk when the promise resolves. `body.id` and `body.at` are filled in when missing.
 * @param {"visit" | "issue" | "promise_kept" | "walk" | "walk_step" | "walk_finish"} type @param {object} body as the API wants it; promise_kept: {target: id of the promise}
 * @param {{label: string, code?: string | null, photos?: {id: string, taken_at: string, blob: Blob}[], draft?: string, after?: string, stop?: {outcome: string, reason: string} | null, walk?: object}} about label in
 *   the person's words; draft: key of the draft it was made from, which goes in the same transaction; stop: what becomes of the stop of the walk there, done unless told; walk: as it is from now on
 * @returns {Promise<Entry>} rejects with a StorageError when the phone cannot keep it: then nothing was recorded
 */
export async function record(type, body, { label, code = null, photos = [], draft = null, after = null, stop, walk = null }) {
  const tapped = Date.now();
  const at = body.at ?? iso(now());
  const id = body.id ?? uuid();
  // Read before the transaction begins: it would end while we wait.
  const kept = await rowsOf(id, photos);
  const entry = {
    ...blank(id, type, at, tapped),
    body: { ...body, ...(type === "visit" ? cardOf(body.shop) : null), id, at },
    label,
    code,
    ...withPhotoRows(kept),
    not_before: tapped + UNDO_MS,
    clock_known: isKnown(),
    ...(after ? { after } : null),
    ...(stop === undefined ? null : { stop }),
  };
  if (draft) await draftsWritten();
  const result = await tx(STORES, "readwrite", async (t) => {
    const before = await t.get("records", id);
    if (before) return before;
    await add(t, entry);
    await Promise.all(kept.map((photo) => t.put("photos", photo)));
    if (draft) await t.del("drafts", await draftName(t, draft));
    if (walk) await t.put("walks", walk);
    await markStop(t, entry, add);
    return entry;
  });
  announce("queue");
  return result;
}

const blank = (id, type, at, tapped) => ({
  id,
  type,
  at,
  tapped_at: new Date(tapped).toISOString(),
  person: null,
  state: "waiting",
  reason: null,
  errors: [],
  not_before: 0,
  tries: 0,
  photos: [],
  photo_states: {},
  schema: 2,
});

const FRESH = { state: "waiting", reason: null, not_before: 0, tries: 0 };
const withPhotoRows = (rows) => ({ photos: rows.map(({ id }) => id), photo_states: Object.fromEntries(rows.map(({ id }) => [id, { ...FRESH }])) });

async function add(t, entry) {
  entry.person ??= (await t.get("meta", "person")) ?? null;
  entry.seq = ((await t.get("meta", "seq")) ?? 0) + 1;
  await t.put("meta", entry.seq, "seq");
  await t.put("records", entry);
}

const rowsOf = (record, photos) =>
  Promise.all(
    photos.map(async ({ id, taken_at, blob }) => ({ id: id ?? uuid(), record, taken_at: taken_at ?? iso(now()), jpeg: await blob.arrayBuffer() })),
  );

const dropPhotos = (t, entry) => Promise.all(entry.photos.map((photo) => t.del("photos", photo)));

async function remove(t, entry) {
  await dropPhotos(t, entry);
  await t.del("records", entry.id);
}

/** The office has not got it, for certain: it was never sent, or it was refused. */
const isOnlyHere = (entry) => entry.state !== "sent" && (entry.tries === 0 || (entry.state === "held" && !entry.unsure));

/**
 * Take back: what is only on the phone is removed, what is sent or may be is withdrawn at the office by a record of its own.
 * @param {string} id @returns {Promise<"removed" | "withdrawn" | null>} null: there is no such record any more
 */
export async function undo(id) {
  const result = await tx(STORES, "readwrite", async (t) => {
    const entry = await t.get("records", id);
    return entry ? takeBack(t, entry) : null;
  });
  announce("queue");
  return result;
}

async function takeBack(t, entry) {
  if (entry.withdrawn) return "withdrawn";
  for (const step of await stepsOf(t, entry)) await takeBack(t, step);
  await reopenWalk(t, entry);
  if (isOnlyHere(entry)) {
    await remove(t, entry);
    return "removed";
  }
  const target_type = TAKEN_BACK[entry.type];
  if (!target_type) throw new Error("这一条已经传到办公室，手机上撤不了：请打开那件事改。");
  const tapped = Date.now();
  const back = {
    ...blank(uuid(), "withdraw", iso(now()), tapped),
    body: { target: entry.id, target_type, ...(entry.body.walk ? { walk: entry.body.walk } : null) },
    label: `撤销：${entry.label}`,
    code: entry.code,
    person: entry.person,
  };
  await add(t, back);
  await dropPhotos(t, entry);
  // Whether it had arrived is for the office to know: it remembers what was taken back and drops it if it comes late.
  await t.put("records", { ...entry, state: "sent", withdrawn: back.id, photos: [], photo_states: {} });
  return "withdrawn";
}

/**
 * Record with another content, with the time of the first tap. What the office may have is taken back and recorded anew.
 * @param {string} id @param {object} body @param {{id: string, taken_at: string, blob: Blob}[]} [photos] in place of those before; left out: they stay
 * @param {string} [label] @param {string} [draft] key of the draft it was made from, which goes in the same transaction @returns {Promise<Entry | null>}
 */
export async function edit(id, body, photos, label, draft) {
  const fresh = await rowsOf(id, photos ?? []);
  if (draft) await draftsWritten();
  const result = await tx(STORES, "readwrite", async (t) => {
    const entry = await t.get("records", id);
    if (!entry) return null;
    if (draft) await t.del("drafts", await draftName(t, draft));
    const own = photos ? fresh : await t.byIndex("photos", "record", id);
    const isHere = isOnlyHere(entry);
    const next = isHere ? entry : { ...blank(uuid(), entry.type, entry.at, Date.parse(entry.tapped_at)), code: entry.code, person: entry.person, ...(entry.stop === undefined ? null : { stop: entry.stop }) };
    if (isHere) await dropPhotos(t, entry);
    else await takeBack(t, entry);
    const rows = own.map((row) => ({ ...row, id: isHere ? row.id : uuid(), record: next.id }));
    const content = { ...(isHere ? body : withNewIds(body)), id: next.id, at: next.at };
    Object.assign(next, { body: content, label: label ?? entry.label, state: "waiting", reason: null, errors: [], tries: 0 });
    Object.assign(next, withPhotoRows(rows));
    await Promise.all(rows.map((row) => t.put("photos", row)));
    if (isHere) await t.put("records", next);
    else await add(t, next);
    await markStop(t, next, add);
    return next;
  });
  announce("queue");
  return result;
}

/** The office may know the ids of what was said with it: said anew they are others. */
function withNewIds(body) {
  const renewed = { ...body };
  for (const name of ["needs", "promises", "issues"]) {
    if (body[name]) renewed[name] = body[name].map((one) => ({ ...one, id: uuid() }));
  }
  if (body.tenancy) renewed.tenancy = { ...body.tenancy, id: uuid() };
  return renewed;
}

/** Give up a record that is held back, take back one that still waits; a withdrawal given up lets the record stand. @param {string} id */
export async function discard(id) {
  await tx(STORES, "readwrite", async (t) => {
    const entry = await t.get("records", id);
    if (!entry) return;
    if (entry.type === "withdraw") await letStand(t, entry);
    else if (entry.state === "waiting") return takeBack(t, entry);
    for (const step of await stepsOf(t, entry)) await takeBack(t, step);
    if (entry.state !== "sent") return remove(t, entry);
    await dropPhotos(t, entry);
    await t.put("records", { ...entry, photos: [], photo_states: {} });
  });
  announce("queue");
}

async function letStand(t, withdraw) {
  const target = await t.get("records", withdraw.body.target);
  if (target) await t.put("records", { ...target, withdrawn: undefined });
}

/** Send what is held back once more. @param {string} id */
export async function retry(id) {
  await tx(STORES, "readwrite", async (t) => {
    const entry = await t.get("records", id);
    if (!entry) return;
    for (const photo of Object.values(entry.photo_states)) {
      if (photo.state === "held") Object.assign(photo, FRESH);
    }
    if (entry.state === "held") Object.assign(entry, { state: "waiting", reason: null, errors: [], not_before: 0 });
    await t.put("records", entry);
  });
  announce("queue");
}

/** @returns {Promise<Entry[]>} today's and all unsent of who took the day along, newest first; withdrawals are entries of type "withdraw" */
export async function entries() {
  const { person, records } = await everything();
  const today = officeDay(now());
  return records
    .filter((entry) => isOf(entry, person))
    .map(withPhotoCounts)
    .filter((entry) => isUnsent(entry) || officeDay(Date.parse(entry.at)) === today)
    .sort((a, b) => b.seq - a.seq);
}

/** @returns {Promise<{waiting: number, held: number, others: {name: string, n: number}[]}>} others: records of people who had this phone before */
export async function waiting() {
  const { person, records } = await everything();
  const counts = { waiting: 0, held: 0, others: [] };
  const unsent = records.map(withPhotoCounts).filter(isUnsent);
  const ids = new Set(unsent.map(({ id }) => id));
  // A stop done by a visit is no second record to who waits for both.
  for (const entry of unsent.filter(({ by, state }) => !ids.has(by) || state === "held")) {
    if (isOf(entry, person)) counts[isHeld(entry) ? "held" : "waiting"] += 1;
    else addOther(counts.others, entry.person);
  }
  return counts;
}

function addOther(others, { id, name }) {
  const found = others.find((other) => other.id === id);
  if (found) found.n += 1;
  else others.push({ id, name, n: 1 });
}

const everything = () =>
  orNothing(
    { person: null, records: [] },
    tx(["records", "meta"], "readonly", async (t) => ({ person: await t.get("meta", "person"), records: await t.all("records") })),
  );

const isOf = (entry, person) => !entry.person || !person || entry.person.id === person.id;
const isHeld = (entry) => entry.state === "held" || (entry.state === "sent" && !entry.photos_waiting);

/** @param {Entry} entry as `entries()` gives it @returns {boolean} whether something of it has still to reach the office */
export const isUnsent = (entry) => entry.state !== "sent" || entry.photos_waiting > 0 || entry.photos_held.length > 0;

function withPhotoCounts(entry) {
  const states = Object.values(entry.photo_states);
  const held = states.filter((photo) => photo.state === "held").map((photo) => photo.reason);
  return { ...entry, photos_waiting: states.filter((photo) => photo.state === "waiting").length, photos_held: held };
}

/** @param {string} record @returns {Promise<{id: string, taken_at: string, blob: Blob}[]>} its photos that are still on the phone */
export async function photosOf(record) {
  const rows = await orNothing([], tx("photos", "readonly", (t) => t.byIndex("photos", "record", record)));
  return rows.map(({ id, taken_at, jpeg }) => ({ id, taken_at, blob: new Blob([jpeg], { type: "image/jpeg" }) }));
}

/** @param {() => void} listener called after each change, of other tabs too @returns {() => void} stops listening */
export const onChange = (listener) => onNews("queue", listener);
