/** The walk one is on, as it lies on the phone: which plan, in which edition, and the order one walks it in. */
import { iso, now, officeDay } from "./clock.js";
import { orNothing, tx } from "./db.js";
import { announce } from "./news.js";
import { entries, record } from "./queue.js";
import { finishBy, marks, secondOfDay } from "./walk-progress.js";

/**
 * @typedef {{id: string, plan: string, edition: number, person: string, date: string, pack: object, order: string[], started_at: string, ended_at: string | null,
 *   late: string[], carried: object}} Walk
 * `pack` is what was taken along when it was begun: it stays until the walker takes the newer one. `late` are refs that did not fit when it was planned anew,
 * `carried` marks of a plan that this one took the place of.
 */

const refs = (pack) => pack.stops.map(({ ref }) => ref);

/** @returns {Walk} */
function walkOf(pack, person, started_at) {
  const { id, plan, edition, date } = pack;
  return { id, plan, edition, person, date, pack, order: refs(pack), started_at, ended_at: pack.walked?.ended_at ?? null, late: [], carried: {} };
}

const keptToday = async (person) => {
  const today = officeDay(now());
  const all = await orNothing([], tx("walks", "readonly", (t) => t.all("walks")));
  return all.filter((walk) => walk.person === person && walk.date === today).sort((a, b) => (a.started_at < b.started_at ? -1 : 1));
};

/** What the office knows by now of a walk that goes on here. */
const known = (walk, packs) => {
  const walked = packs.find(({ id }) => id === walk.id)?.walked ?? walk.pack.walked ?? null;
  return { ...walk, pack: { ...walk.pack, walked } };
};

/**
 * @param {object | null} day the bundle
 * @returns {Promise<{walk: Walk | null, pack: object | null, newer: object | null, others: object[]}>} walk: what was begun and is shown now; pack: what can be begun;
 *   newer: what the office has handed out since in its place
 */
export async function walkNow(day) {
  const nothing = { walk: null, pack: null, newer: null, others: [] };
  if (!day?.person) return nothing;
  const packs = (day.walks ?? []).filter(({ date }) => date === officeDay(now()));
  const kept = await keptToday(day.person.id);
  const begun = packs.filter(({ id, walked }) => walked && !kept.some((walk) => walk.id === id)).map((pack) => walkOf(pack, day.person.id, pack.walked.started_at));
  const walks = [...kept, ...begun].map((walk) => known(walk, packs));
  const going = walks.filter(({ ended_at }) => !ended_at).pop() ?? null;
  const ready = packs.filter((pack) => !walks.some((walk) => walk.plan === pack.plan));
  const next = ready.find((pack) => secondOfDay(now()) < finishBy({ pack })) ?? ready[ready.length - 1] ?? null;
  const walk = going ?? (next ? null : (walks.pop() ?? null));
  const newer = walk ? (packs.find((pack) => pack.shift === walk.pack.shift && (pack.plan !== walk.plan || pack.edition !== walk.edition)) ?? null) : null;
  return { walk, pack: walk ? walk.pack : next, newer, others: packs.filter((pack) => pack.plan !== (walk?.plan ?? next?.plan)) };
}

/** 开始走. @param {object} pack @param {object} day @param {object} [carried] @returns {Promise<Walk>} */
export async function begin(pack, day, carried = {}) {
  const walk = { ...walkOf(pack, day.person.id, iso(now())), carried };
  await record("walk", { id: pack.id, plan: pack.plan }, { label: `开始走${pack.shift_name}`, walk });
  return walk;
}

async function keep(walk) {
  await tx("walks", "readwrite", (t) => t.put("walks", walk));
  announce("queue");
}

/** Walk on in this order. @param {Walk} walk @param {string[]} order refs, all of them @param {string[]} [late] */
export const setOrder = (walk, order, late = walk.late) => keep({ ...walk, order, late });

/** @param {Walk} walk @param {string} ref @returns {string[]} the order with this stop next */
export const first = (walk, ref) => [ref, ...walk.order.filter((other) => other !== ref)];

/** @param {Walk} walk @param {string} ref @returns {string[]} the order with this stop last */
export const last = (walk, ref) => [...walk.order.filter((other) => other !== ref), ref];

/** A stop done, or left out for today. @param {Walk} walk @param {object} stop @param {{outcome: "done" | "skipped", reason?: string, text?: string}} what @param {string} word */
export function step(walk, stop, { outcome, reason = null, text = "" }, word) {
  const body = { walk: walk.id, ref: stop.ref, outcome, ...(reason ? { reason } : null), ...(text ? { text } : null) };
  return record("walk_step", body, { label: `${stop.label} ${word}`, code: stop.shop ?? null, after: walk.id });
}

/** 走完了. @param {Walk} walk @returns {Promise<import("./queue.js").Entry>} */
export function finish(walk) {
  const at = iso(now());
  return record("walk_finish", { walk: walk.id, at }, { label: `走完了${walk.pack.shift_name}`, after: walk.id, walk: { ...walk, ended_at: at } });
}

/** It is not over yet. @param {Walk} walk */
export const goOn = (walk) => keep({ ...walk, ended_at: null });

/** The newer plan takes the place of the one that one walks by; what was done stays done. @param {Walk} walk @param {object} newer @param {object} day */
export async function takeNewer(walk, newer, day) {
  if (newer.plan === walk.plan) return keep({ ...walk, edition: newer.edition, pack: newer, order: refs(newer), late: [], ended_at: null });
  const carried = marks(walk, await entries());
  if (!walk.ended_at) await finish(walk);
  return begin(newer, day, carried);
}
