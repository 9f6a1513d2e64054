/** How far a walk is: what became of each stop, which is next, about when. Pure: everything comes in. */
import { beginsAt } from "./walk-replan.js";

const ZONE_S = 8 * 3600;
const DAY_S = 24 * 3600;
/** Crossing over takes a while, and nobody likes to do it twice. */
const CROSSING_S = 30;

/** @param {number} ms @returns {number} seconds of the office's day */
export const secondOfDay = (ms) => (ms / 1000 + ZONE_S) % DAY_S;

/** @param {number} seconds of the day @returns {string} rounded to ten minutes, as a planner says it: 约19:50 */
export function about(seconds) {
  const tens = Math.round(seconds / 600);
  return `约${String(Math.floor(tens / 6) % 24).padStart(2, "0")}:${tens % 6}0`;
}

const SKIP_WORDS = { closed: "没开门", busy: "忙，改天", no_time: "来不及", other: "其他" };

/** @param {{reason?: string, text?: string}} found @returns {string} */
export const skipWords = ({ reason, text }) => text || SKIP_WORDS[reason] || "";

/** Choices of 先跳过. */
export const SKIP_REASONS = Object.entries(SKIP_WORDS);

const takenBack = (entries) => new Set(entries.filter(({ type, state }) => type === "withdraw" && state !== "held").map(({ body }) => body.target));

/**
 * @param {object} walk as walk-store.js keeps it @param {object[]} entries of the queue
 * @returns {Object<string, {outcome: "done" | "skipped", reason: string | null, text: string | null, at: string, entry: string | null, by: string | null}>} by ref
 */
export function marks(walk, entries) {
  const gone = takenBack(entries);
  const found = { ...walk.carried };
  for (const step of walk.pack.walked?.steps ?? []) {
    if (!gone.has(step.id)) found[step.ref] = { ...step, entry: step.id, by: null };
  }
  const own = entries.filter(({ type, body, withdrawn }) => type === "walk_step" && !withdrawn && body.walk === walk.id);
  for (const { id, body, seq, by = null } of own.sort((a, b) => a.seq - b.seq)) {
    found[body.ref] = { seq, outcome: body.outcome, reason: body.reason ?? null, text: body.text ?? null, at: body.at, entry: id, by };
  }
  return found;
}

/** The latest first; within a second as they were tapped. */
const later = (a, b) => (a.at === b.at ? (b.seq ?? 0) - (a.seq ?? 0) : a.at < b.at ? 1 : -1);

/**
 * @param {object} walk @param {object[]} entries
 * @returns {{stops: object[], open: object[], done: object[], skipped: object[], found: object, last: object | null, isOver: boolean}} open in the order they are walked,
 *   done and skipped the latest first; last: the stop done last
 */
export function progress(walk, entries) {
  const found = marks(walk, entries);
  const stops = walk.pack.stops;
  const byRef = Object.fromEntries(stops.map((stop) => [stop.ref, stop]));
  const open = walk.order.map((ref) => byRef[ref]).filter((stop) => stop && !found[stop.ref]);
  const of = (outcome) => stops.filter(({ ref }) => found[ref]?.outcome === outcome).sort((a, b) => later(found[a.ref], found[b.ref]));
  const done = of("done");
  return { stops, open, done, skipped: of("skipped"), found, last: done[0] ?? null, isOver: Boolean(walk.ended_at) };
}

/** Rows of the matrix: the start, the stops in the plan's order, the end. */
const rowOf = (pack, ref) => pack.stops.findIndex((stop) => stop.ref === ref) + 1;

/** Seconds of walking, with a crossing where the sides of one street change. */
export function apart(pack, from, to) {
  const walking = pack.seconds[from ? rowOf(pack, from.ref) : 0][rowOf(pack, to.ref)];
  return walking + (from && from.side && to.side && from.street === to.street && from.side !== to.side ? CROSSING_S : 0);
}

const homeFrom = (pack, stop) => pack.seconds[rowOf(pack, stop.ref)][pack.stops.length + 1];

/** By when the walk is to be over: begun late it lasts as long. @param {object} walk @returns {number} seconds of the day */
export function finishBy(walk) {
  const begun = walk.started_at ? secondOfDay(Date.parse(walk.started_at)) : 0;
  return Math.max(walk.pack.begin_s, begun) + walk.pack.minutes * 60;
}

/**
 * @param {object} walk @param {object} state as `progress` gives it @param {number} now seconds of the day
 * @returns {{begins: number[], ends: number}} about when each open stop is begun, and the end reached
 */
export function times(walk, { open, last }, now) {
  let here = last;
  let at = now;
  const begins = [];
  for (const stop of open) {
    const there = at + apart(walk.pack, here, stop);
    const begin = beginsAt(stop.windows, there);
    begins.push(begin === Infinity ? there : begin);
    at = begins[begins.length - 1] + (stop.service_s ?? 0);
    here = stop;
  }
  return { begins, ends: here ? at + homeFrom(walk.pack, here) : at };
}

/**
 * What walk-replan.js is asked: the open stops from where one is.
 * @param {object} walk @param {object} state @param {number} now @param {{lon: number, lat: number} | null} [here] position, if the walker asked for it
 */
export function taskFrom(walk, { open, last }, now, here = null) {
  const { pack } = walk;
  return {
    first: open.map((stop) => (here ? strollS(here, stop) : apart(pack, last, stop))),
    apart: open.map((a) => open.map((b) => (a === b ? 0 : apart(pack, a, b)))),
    last: open.map((stop) => homeFrom(pack, stop)),
    service: open.map((stop) => stop.service_s ?? 0),
    points: open.map((stop) => stop.points ?? 0),
    must: open.map((stop) => Boolean(stop.must)),
    windows: open.map((stop) => stop.windows ?? []),
    now,
    finish: finishBy(walk),
  };
}

const M_PER_DEGREE = 111320;
const DETOUR = 1.3;
const WALK_M_PER_S = 1.1;

function metres(a, b) {
  const east = (b.lon - a.lon) * Math.cos((a.lat * Math.PI) / 180);
  return { east: east * M_PER_DEGREE, north: (b.lat - a.lat) * M_PER_DEGREE };
}

/** Without streets: straight there, and a third more. */
const strollS = (a, b) => (Math.hypot(metres(a, b).east, metres(a, b).north) * DETOUR) / WALK_M_PER_S;

const WINDS = ["东", "东北", "北", "西北", "西", "西南", "南", "东南"];

/**
 * How to get there: as planned, as long as one comes from where the plan comes from; else which way and how far.
 * @param {object} pack @param {object | null} last @param {object} stop @returns {{turn: string, way: string[]}}
 */
export function wayTo(pack, last, stop) {
  const n = rowOf(pack, stop.ref) - 1;
  const planned = n === 0 ? null : pack.stops[n - 1];
  if ((planned?.ref ?? null) === (last?.ref ?? null)) return { turn: stop.turn ?? "", way: stop.way ?? [] };
  if (!last) return { turn: "", way: stop.street ? [`到${stop.street}`] : [] };
  const { east, north } = metres(last, stop);
  const wind = WINDS[(Math.round(Math.atan2(north, east) / (Math.PI / 4)) + 8) % 8];
  const far = Math.max(10, Math.round((apart(pack, last, stop) * WALK_M_PER_S) / 10) * 10);
  const crosses = last.side && stop.side && last.street === stop.street && last.side !== stop.side;
  const turn = crosses ? `过街，走${stop.side === "odd" ? "单号侧" : "双号侧"}` : "";
  return { turn, way: [`从上一站往${wind}约${far}米`] };
}
