/** Empties the queue whenever there is a way to the office: in order, one tab at a time, held up by nothing that is refused. */
import { recall, skewMin } from "./clock.js";
import { get, onTrouble, storageTrouble } from "./db.js";
import { exclusively } from "./locks.js";
import { onNews } from "./news.js";
import { waiting } from "./queue.js";
import { backOffMs, dueStep, take } from "./send-step.js";
import { askSession, knownSession, maybeSignedIn, needsSignIn, sessionIsOver } from "./session.js";

const OTHER_TAB_MS = 5000;
const LONGEST_TIMER_MS = 2 * 60 * 1000;
/** Some browsers say they are offline and are not: tried all the same, seldom. */
const OFFLINE_RETRY_MS = 2 * 60 * 1000;
const listeners = new Set();
const counts = { waiting: 0, held: 0, others: [] };
let sending = false;
let wanted = false;
let failures = 0;
let pausedUntil = 0;
let timer = 0;
let shown = "";

/**
 * @returns {{online: boolean, needsSignIn: boolean, skew_min: number, waiting: number, held: number, others: {name: string, n: number}[], sending: boolean,
 *   offline_ready: boolean, trouble: Error | null}} offline_ready: a reload works without network; trouble: why the phone keeps nothing
 */
export const status = () => ({
  online: navigator.onLine && failures === 0,
  needsSignIn: needsSignIn(),
  skew_min: skewMin(),
  ...counts,
  sending,
  offline_ready: Boolean(navigator.serviceWorker?.controller),
  trouble: storageTrouble(),
});

/** @param {(status: object) => void} listener @returns {() => void} stops listening */
export function onStatus(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell() {
  const now = status();
  const text = JSON.stringify({ ...now, trouble: now.trouble?.code });
  if (text === shown) return;
  shown = text;
  for (const listener of [...listeners]) listener(now);
}

async function count() {
  try {
    Object.assign(counts, await waiting());
  } catch {
    // The storage's own trouble is told by its own words.
  }
  tell();
}

/** Called once, by main.js. */
export async function start() {
  onTrouble(tell);
  onNews("session", followSession);
  onNews("queue", () => count().then(kick));
  addEventListener("online", wake);
  addEventListener("offline", tell);
  addEventListener("focus", wake);
  addEventListener("pagehide", kick);
  document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? kick() : wake()));
  navigator.serviceWorker?.addEventListener("controllerchange", tell);
  recall(await get("meta", "skew_ms").catch(() => 0));
  await count();
  if (comesFromSignIn() || counts.others.length) await askSession().catch(() => undefined);
  kick();
}

/** Somebody has signed in, here or in another tab. */
async function followSession() {
  tell();
  if (!needsSignIn() || !(await knownSession())) return;
  maybeSignedIn();
  kick();
}

/** Then somebody else may be signed in, or the same person with another token. */
const comesFromSignIn = () => document.referrer.startsWith(`${location.origin}/sign-in`);

/** Something is otherwise than before: what failed may succeed now. */
function wake() {
  pausedUntil = 0;
  maybeSignedIn();
  tell();
  if (counts.others.length) askSession().then(kick, kick);
  else kick();
}

/** Look now whether something can be sent. */
export function kick() {
  clearTimeout(timer);
  if (sending) {
    wanted = true;
    return;
  }
  run();
}

async function run() {
  sending = true;
  wanted = false;
  let next = null;
  try {
    const mine = await exclusively(async (stillMine) => (next = await empty(stillMine)));
    if (!mine) next = Date.now() + OTHER_TAB_MS;
  } catch {
    next = Date.now() + backOffMs((failures += 1));
  }
  sending = false;
  tell();
  if (wanted) kick();
  else if (next) later(next);
}

function later(at) {
  clearTimeout(timer);
  timer = setTimeout(kick, Math.min(Math.max(at - Date.now(), 200), LONGEST_TIMER_MS));
}

/** Send what is due. @returns {Promise<number | null>} when there is something to do next */
async function empty(stillMine) {
  const isHidden = () => document.visibilityState === "hidden";
  let session = await knownSession();
  let renewed = false;
  for (;;) {
    const { step, next_at } = await dueStep(session?.person ?? null, isHidden());
    if (!step || needsSignIn()) return next_at;
    if (pausedUntil > Date.now()) return pausedUntil;
    if (!session) {
      const answer = await askSession();
      if (!answer.session) return pauseAfter(answer);
      session = answer.session;
      continue;
    }
    await stillMine();
    tell();
    const answer = await take(step, session.csrf);
    if (!answer) continue;
    if (answer.kind === "sign_in") await sessionIsOver();
    else if (answer.kind === "stale_token" && !renewed) [session, renewed] = [null, true];
    else if (["no_way", "stale_token"].includes(answer.kind) || answer.status === 429) return pauseAfter(answer);
    else failures = 0;
  }
}

/** No way to the office: everything waits, longer each time. */
function pauseAfter(answer) {
  if (answer.kind === "sign_in") return null;
  const wait = navigator.onLine ? backOffMs(failures) : OFFLINE_RETRY_MS;
  failures += 1;
  pausedUntil = Date.now() + Math.max(wait, (answer.wait_s ?? 0) * 1000);
  return pausedUntil;
}
