/** The day that was taken along: one document, read from the phone, fetched anew when there is a way. */
import { ask } from "./ask.js";
import { iso, now, officeDay } from "./clock.js";
import { StorageError, get, orNothing, tx } from "./db.js";
import { announce, onNews } from "./news.js";
import { askSession, knownSession, sessionIsOver } from "./session.js";
import { offlineBytes, offlineReady } from "./shell.js";

const SELDOM_MS = 15 * 60 * 1000;
/** After so many days what was said at the doors leaves the phone. */
const PEOPLE_DAYS = 7;
const DAY_MS = 24 * 3600 * 1000;
let asking = null;

/** @returns {Promise<object | null>} the bundle of GET /api/v1/today as it lies on the phone */
export async function theDay() {
  const reading = tx("meta", "readonly", async (t) => ({ day: await t.get("meta", "day"), taken: await t.get("meta", "taken") }));
  const { day, taken } = await orNothing({}, reading);
  if (!day) return null;
  const age_days = (now() - Date.parse(taken?.at ?? day.as_of)) / DAY_MS;
  if (age_days <= PEOPLE_DAYS || day.faded) return day;
  const faded = fade(day);
  await tx("meta", "readwrite", (t) => t.put("meta", faded, "day"));
  return faded;
}

/** The doors stay, what people said and what was promised them goes. */
function fade(day) {
  const bare = { last_talk: null, promises: [], history: [], open_issues: [], returns: [], untold: [], tip: null, visited_today: null };
  const doors = Object.fromEntries(Object.entries(day.doors ?? {}).map(([code, door]) => [code, { ...door, ...bare }]));
  return { ...day, doors, solved: [], walks: [], faded: true };
}

/**
 * Fetch it anew; not more often than every 15 minutes unless forced. What is on the phone stays unless another takes its place.
 * @param {{force?: boolean}} [how] @returns {Promise<"new" | "same" | "later" | "sign_in" | "forbidden" | "failed">}
 */
export async function refresh({ force = false } = {}) {
  const result = await (asking ??= fetchDay(force).catch(failed).finally(() => (asking = null)));
  return force && result === "later" ? refresh({ force }) : result;
}

function failed(error) {
  if (error instanceof StorageError) return "failed";
  throw error;
}

async function fetchDay(force) {
  const before = await get("meta", "taken");
  const since = Date.now() - (before?.asked_ms ?? 0);
  if (!force && since >= 0 && since < SELDOM_MS) return "later";
  // With the session comes the token, so that a door is one request.
  const knowing = knownSession().then(async (known) => known ?? (await askSession()).session);
  const asked = before?.etag ? knowing.then((session) => askAgain(before, session)) : ask("GET", "/api/v1/today");
  const [answer] = await Promise.all([asked, knowing]);
  if (answer.kind === "sign_in") await sessionIsOver();
  if (answer.kind === "sign_in") return "sign_in";
  if (answer.kind === "unchanged") await keepTaken({ ...before, at: iso(now()), asked_ms: Date.now() });
  if (answer.kind === "unchanged") return "same";
  if (answer.status === 403 && answer.kind === "refused") return "forbidden";
  if (answer.kind !== "done" || !answer.body?.person?.id) return "failed";
  await keepDay(answer);
  return "new";
}

const askAgain = ({ person, etag }, session) => ask("GET", "/api/v1/today", { etag: !person || person === session?.person.id ? etag : undefined });

const keepTaken = (taken) => tx("meta", "readwrite", (t) => t.put("meta", taken, "taken"));

async function keepDay({ body, text, etag }) {
  const bytes = new TextEncoder().encode(text).length;
  const person = { id: body.person.id, name: body.person.name };
  const taken = { at: iso(now()), asked_ms: Date.now(), etag, bytes, person: person.id, date: body.date };
  await tx("meta", "readwrite", async (t) => {
    // Another person's day takes the place of the former; what the former recorded stays and waits for that person.
    await t.put("meta", person, "person");
    await t.put("meta", body, "day");
    await t.put("meta", taken, "taken");
  });
  if ((await knownSession())?.person.id !== person.id) await askSession();
  announce("day");
}

/**
 * 带走今天: the day, the files of the app, and the browser's word that it keeps them.
 * @param {(progress: {done: number, of: number, text: string}) => void} [onProgress] @returns {Promise<{at: string, bytes: number}>} rejects with words for the person
 */
export async function takeAlong(onProgress = () => undefined) {
  onProgress({ done: 0, of: 3, text: "正在取今天要走的门" });
  const result = await refresh({ force: true });
  if (result === "sign_in") throw new Error("登录过期了：请先登录，再带走今天。");
  if (result === "forbidden") throw new Error("这个账号不登记走访，“今日”用不上，请看全街地图。");
  if (result === "failed") throw new Error("连不上办公室，没有取到；手机上原来的还在。请靠近办公室的网络再试。");
  onProgress({ done: 1, of: 3, text: "正在把程序存到手机上" });
  await offlineReady();
  onProgress({ done: 2, of: 3, text: "正在请浏览器别清掉" });
  const persisted = await askToPersist();
  await tx("meta", "readwrite", (t) => t.put("meta", persisted, "persisted"));
  announce("day");
  onProgress({ done: 3, of: 3, text: "带走了" });
  return taken();
}

async function askToPersist() {
  try {
    return (await navigator.storage.persisted()) || (await navigator.storage.persist());
  } catch {
    return false;
  }
}

/**
 * @returns {Promise<{at: string, bytes: number, fresh: boolean, date: string, offline: boolean, persisted: boolean, room_bytes: number | null} | null>}
 *   null: nothing is on the phone. fresh: it is today's; offline: it opens without network; persisted: the browser keeps it when room is short
 */
export async function taken() {
  const reading = tx("meta", "readonly", async (t) => ({ found: await t.get("meta", "taken"), persisted: await t.get("meta", "persisted") }));
  const { found, persisted } = await orNothing({}, reading);
  if (!found) return null;
  const files = await offlineBytes();
  return {
    at: found.at,
    bytes: found.bytes + files,
    fresh: found.date === officeDay(now()),
    date: found.date,
    offline: files > 0 && Boolean(navigator.serviceWorker?.controller),
    persisted: Boolean(persisted),
    room_bytes: await room(),
  };
}

async function room() {
  try {
    const { quota, usage } = await navigator.storage.estimate();
    return quota - usage;
  } catch {
    return null;
  }
}

/** @param {(day: object | null) => void} listener @returns {() => void} stops listening */
export const onDay = (listener) => onNews("day", () => theDay().then(listener));

/** Called once, by main.js: another person's session brings that person's day. */
export function startDay() {
  onNews("session", async () => {
    const [session, before] = await Promise.all([knownSession(), get("meta", "taken")]);
    if (session && before && session.person.id !== before.person) await refresh({ force: true });
  });
  addEventListener("online", () => refresh());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && refresh());
  return refresh();
}
