/** One step of sending: which is due, how it is asked, and what the answer makes of the record. */
import { ask } from "./ask.js";
import { correction, iso } from "./clock.js";
import { tx } from "./db.js";
import { announce } from "./news.js";

const STORES = ["records", "photos"];
const LONGEST_WAIT_MS = 2 * 60 * 1000;
const FIRST_WAIT_MS = 2 * 1000;

/** @param {number} tries @returns {number} so long to wait after so many, doubled each time, never the same for all phones */
export const backOffMs = (tries) => Math.min(FIRST_WAIT_MS * 2 ** Math.min(tries, 10), LONGEST_WAIT_MS) * (0.7 + Math.random() * 0.3);

/**
 * What can be sent now, and when the next can be.
 * @param {{id: string} | null} person who is signed in, if that is known @param {boolean} hurry do not wait for the time to undo
 * @returns {Promise<{step: {entry: object, photo?: string} | null, next_at: number | null}>}
 */
export async function dueStep(person, hurry) {
  const records = await tx("records", "readonly", (t) => t.all("records"));
  const mine = records.filter((entry) => !entry.person || !person || entry.person.id === person.id).sort((a, b) => a.seq - b.seq);
  const waits = new Set(mine.filter((entry) => entry.state === "waiting").map(({ id }) => id));
  const steps = [
    ...mine.filter((entry) => entry.state === "waiting" && !waits.has(entry.after)).map((entry) => ({ entry, at: hurry && entry.tries === 0 ? 0 : entry.not_before })),
    ...mine.filter((entry) => entry.state === "sent").flatMap(photoSteps),
  ];
  const moment = Date.now();
  // A phone whose clock was set back must not wait for the old time to come again.
  const isDue = ({ at }) => at <= moment || at > moment + 2 * LONGEST_WAIT_MS;
  const later = steps.filter((step) => !isDue(step)).map((step) => step.at);
  return { step: steps.find(isDue) ?? null, next_at: later.length ? Math.min(...later) : null };
}

const photoSteps = (entry) =>
  entry.photos
    .filter((photo) => entry.photo_states[photo]?.state === "waiting")
    .map((photo) => ({ entry, photo, at: entry.photo_states[photo].not_before }));

/** Mark that it may have arrived from now on. @returns {Promise<object | null>} as it is sent; null: it is not to be sent any more */
const claim = ({ entry: { id }, photo }) =>
  tx(STORES, "readwrite", async (t) => {
    const entry = await t.get("records", id);
    const state = photo ? entry?.photo_states[photo] : entry;
    if (state?.state !== "waiting") return null;
    if (!photo) settleTime(entry);
    state.tries += 1;
    const row = photo ? await t.get("photos", photo) : entry;
    if (!row) Object.assign(state, { state: "held", reason: "这张照片不在手机上了，传不了。" });
    await t.put("records", entry);
    return row ?? null;
  });

/** Tapped before the office's clock was known: put right once, before the first sending. */
function settleTime(row) {
  if (row.clock_known === false && row.tries === 0 && correction() !== 0) {
    row.at = iso(Date.parse(row.tapped_at) + correction());
    if (row.body.at) row.body = { ...row.body, at: row.at };
  }
  row.clock_known = true;
}

/** Kept, or that the merchant was told of it. */
const keepOrTell = ({ id, at, body }, csrf) =>
  body.told
    ? ask("POST", `/api/v1/${body.target_type}s/${encodeURIComponent(body.target)}/told`, { csrf, json: {} })
    : ask("POST", `/api/v1/promises/${encodeURIComponent(body.target)}/keep`, { csrf, json: { id, at } });

const walkOf = ({ body }) => `/api/v1/walks/${encodeURIComponent(body.walk)}`;

function askStep(row, csrf) {
  const { walk, ...json } = row.body;
  return ask("POST", `${walkOf({ body: { walk } })}/steps`, { csrf, json });
}

const takeBackAt = {
  walk_step: (row) => `${walkOf(row)}/steps/${encodeURIComponent(row.body.target)}/withdraw`,
  walk_finish: (row) => `${walkOf(row)}/go-on`,
};

function askBack(row, csrf) {
  const at = takeBackAt[row.body.target_type];
  if (at) return ask("POST", at(row), { csrf, json: {} });
  return ask("DELETE", `/api/v1/${row.body.target_type}s/${encodeURIComponent(row.body.target)}`, { csrf });
}

const ASK = {
  visit: (row, csrf) => ask("POST", "/api/v1/visits", { csrf, json: row.body }),
  issue: (row, csrf) => ask("POST", "/api/v1/issues", { csrf, json: row.body }),
  promise_kept: keepOrTell,
  walk: ({ id, at, body }, csrf) => ask("POST", "/api/v1/walks", { csrf, json: { id, plan: body.plan, started_at: at } }),
  walk_step: askStep,
  walk_finish: (row, csrf) => ask("POST", `${walkOf(row)}/finish`, { csrf, json: { at: row.at } }),
  withdraw: askBack,
};

function askPhoto(entry, row, csrf) {
  const form = new FormData();
  form.append("id", row.id);
  form.append("taken_at", row.taken_at);
  form.append("file", new Blob([row.jpeg], { type: "image/jpeg" }), `${row.id}.jpg`);
  return ask("POST", `/api/v1/${entry.type === "issue" ? "issues" : "visits"}/${encodeURIComponent(entry.id)}/photos`, { csrf, form, longest_ms: 60_000 });
}

/** What the office must name in its answer, so that nothing else is taken for one; a photo's row has no body. */
function expected({ type, id, body = {} }) {
  if (type === "walk_finish" || body.target_type === "walk_finish") return body.walk;
  return type === "withdraw" || type === "promise_kept" ? body.target : id;
}

/** @param {{entry: object, photo?: string}} step @param {string} csrf @returns {Promise<import("./ask.js").Answer | null>} null: nothing was sent */
export async function take(step, csrf) {
  const row = await claim(step);
  if (!row) return null;
  let answer = await (step.photo ? askPhoto(step.entry, row, csrf) : ASK[row.type](row, csrf));
  if (answer.kind === "done" && answer.body?.id !== undefined && answer.body.id !== expected(row)) answer = { kind: "no_way", status: answer.status };
  await tx(STORES, "readwrite", (t) => (step.photo ? settlePhoto(t, row, answer) : settle(t, row, answer)));
  announce("queue");
  return answer;
}

async function settle(t, row, answer) {
  const now = await t.get("records", row.id);
  // Taken back while it was on its way.
  if (!now || now.state !== "waiting") return;
  Object.assign(now, outcome(answer, now));
  if (answer.kind === "done") now.sent_at = iso(Date.now() + correction());
  if (now.state === "held" && now.type === "withdraw") await letStand(t, now);
  await t.put("records", now);
}

/** The office does not take it back: then it stands as it was. */
async function letStand(t, withdraw) {
  const target = await t.get("records", withdraw.body.target);
  if (target) await t.put("records", { ...target, withdrawn: undefined });
}

async function settlePhoto(t, row, answer) {
  const entry = await t.get("records", row.record);
  const state = entry?.photo_states[row.id];
  if (!state) return;
  Object.assign(state, outcome(answer, state));
  if (state.state === "sent") await t.del("photos", row.id);
  await t.put("records", entry);
}

function outcome(answer, row) {
  if (answer.kind === "done") return { state: "sent", reason: null, errors: [], unsure: false };
  if (answer.kind === "refused") {
    const reason = answer.reason ?? (answer.status === 413 ? "太大了，办公室收不下。" : "办公室没有收下。");
    return { state: "held", reason, errors: answer.errors ?? [], unsure: answer.code === "id_used" };
  }
  if (answer.kind === "later") return { not_before: Date.now() + Math.max(answer.wait_s * 1000, backOffMs(row.tries)) };
  // Nothing is known of it: it is sent again as soon as there is a way, and does no harm twice.
  return { not_before: 0 };
}
