/** What a visit or a report does to the walk one is on, inside the same transaction: nothing is tapped twice. */
import { officeDay } from "./clock.js";
import { uuid } from "./uuid.js";

/** The code of a stop's shop or place. */
const isAt = (stop, { type, body }) => (type === "visit" ? stop.shop === body.shop : Boolean(body.place) && stop.ref === `place:${body.place}`);

const isGoing = (walk, entry, person) => walk.date === officeDay(Date.parse(entry.at)) && !walk.ended_at && (!person || walk.person === person.id);

/**
 * A stop of the walk is done by what was recorded there.
 * @param {object} t the transaction, with records, meta and walks
 * @param {import("./queue.js").Entry} entry just recorded; its `stop` says what becomes of the stop, null: nothing, one comes back later
 * @param {(t: object, entry: object) => Promise<void>} add to the queue
 */
export async function markStop(t, entry, add) {
  if (entry.stop === null || (entry.type !== "visit" && entry.type !== "issue")) return;
  const person = await t.get("meta", "person");
  const walks = (await t.all("walks")).filter((walk) => isGoing(walk, entry, person));
  const records = walks.length ? await t.all("records") : [];
  for (const walk of walks) {
    const stop = walk.pack.stops.find((one) => isAt(one, entry));
    if (stop && !isMarked(records, walk, stop)) await add(t, stepBy(entry, walk, stop));
  }
}

const isMarked = (records, walk, stop) =>
  records.some(({ type, body, withdrawn }) => type === "walk_step" && !withdrawn && body.walk === walk.id && body.ref === stop.ref);

function stepBy(entry, walk, stop) {
  const { outcome = "done", reason = null } = entry.stop ?? {};
  const id = uuid();
  const body = { id, at: entry.at, walk: walk.id, ref: stop.ref, outcome, ...(reason ? { reason } : null) };
  const about = { type: "walk_step", code: entry.code, label: stop.label, body, by: entry.id, after: walk.id };
  const fresh = { person: entry.person, state: "waiting", reason: null, errors: [], tries: 0, photos: [], photo_states: {}, schema: 2 };
  return { ...fresh, ...about, id, at: entry.at, tapped_at: entry.tapped_at, not_before: entry.not_before, clock_known: entry.clock_known };
}

/** The stops that a record did by itself and that still count. @returns {Promise<object[]>} */
export async function stepsOf(t, entry) {
  if (entry.type !== "visit" && entry.type !== "issue") return [];
  return (await t.all("records")).filter(({ type, by, withdrawn }) => type === "walk_step" && by === entry.id && !withdrawn);
}

/** 走完了 taken back: the walk goes on. */
export async function reopenWalk(t, entry) {
  if (entry.type !== "walk_finish") return;
  const walk = await t.get("walks", entry.body.walk);
  if (walk) await t.put("walks", { ...walk, ended_at: null });
}
