/** Small parts of the field screens: icons, days in words, what a door is called. */
import { s } from "../dom.js";
import { addDays, before, day as dayWords, isoDate } from "../format.js";
import { now } from "./clock.js";

const WEEKDAYS = "日一二三四五六";

/** Line icons on a 24 px square. */
const GLYPHS = {
  today: "M18.500 2.900a2.600 2.600 0 1 0 0 5.200 2.600 2.600 0 0 0 0-5.200zM5.500 15.900a2.600 2.600 0 1 0 0 5.200 2.600 2.600 0 0 0 0-5.200zM8.100 18.500H15a3.250 3.250 0 0 0 0-6.500H9a3.250 3.250 0 0 1 0-6.500h6.900",
  map: "M3 6.5 9 4l6 2.5L21 4v13.5L15 20l-6-2.5L3 20zM9 4v13.5M15 6.5V20",
  note: "M7 3.500h10A3.500 3.500 0 0 1 20.500 7v10a3.500 3.500 0 0 1-3.500 3.500H7A3.500 3.500 0 0 1 3.500 17V7A3.500 3.500 0 0 1 7 3.500zM12 8v8M8 12h8",
  cases: "M5 4h14v16H5zM9 9h6M9 13h6M9 17h3",
  me: "M12 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c.5-4.500 3.500-7 8-7s7.500 2.500 8 7",
  tick: "M5 12.500l4.500 4.500L19 7.500",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4.500l3 1.800",
  right: "M9 5.500l6.500 6.500L9 18.500",
  close: "M6 6l12 12M18 6 6 18",
  back: "M14.500 5 8 12l6.500 7",
  mic: "M12 3.500a2.800 2.800 0 0 0-2.800 2.800v5a2.800 2.800 0 0 0 5.600 0v-5A2.800 2.800 0 0 0 12 3.500zM5.500 11.500a6.500 6.500 0 0 0 13 0M12 18v3",
  camera: "M4.500 8h3l1.600-2.500h5.800L16.500 8h3A1.500 1.500 0 0 1 21 9.500v8a1.500 1.500 0 0 1-1.500 1.500h-15A1.500 1.500 0 0 1 3 17.500v-8A1.500 1.500 0 0 1 4.500 8zM12 10a3.400 3.400 0 1 0 0 6.800 3.400 3.400 0 0 0 0-6.800z",
  pen: "M5 19l1-4L16.500 4.500l3 3L9 18z",
  wait: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v5M12 16v.1",
  walk: "M6 21V4h11l-2 4 2 4H6",
};

/** @param {keyof GLYPHS} name @param {number} [size] @returns {SVGElement} */
export const glyph = (name, size = 20) =>
  s("svg", { class: "icon", viewBox: "0 0 24 24", width: size, height: size, "aria-hidden": "true" }, s("path", { d: GLYPHS[name] }));

/** @returns {string} the office's day now, 2026-11-23 */
export const today = () => isoDate(now());

/** @param {string} date 2026-11-23 @returns {number} 0 Sunday … 6 Saturday */
export const weekday = (date) => new Date(`${date}T12:00:00Z`).getUTCDay();

/** @param {string} date @returns {string} "周一 11月23日" */
export const dayOfWeek = (date) => `周${WEEKDAYS[weekday(date)]} ${dayWords(date, now())}`;

/** @param {string} date @returns {string} "今天", "明天", "周五", "11月30日" */
export function dayWord(date) {
  const first = today();
  if (date === first) return "今天";
  if (date === addDays(first, 1)) return "明天";
  return date > first && date < addDays(first, 7) ? `周${WEEKDAYS[weekday(date)]}` : dayWords(date, now());
}

/** By when, and whether that has passed. @param {string | null} due @returns {{word: string, late: boolean} | null} */
export function byWhen(due) {
  if (!due) return null;
  const date = isoDate(due);
  return { word: date < today() ? `说好${dayWords(date, now())}` : before(due), late: date < today() };
}

/** @param {{number?: string, address?: string, name: string}} door @returns {string} "25号 阿芳理发" */
export const shortName = (door) => `${door.number ?? door.address ?? ""} ${door.name}`.trim();

/** @param {{at: string}} entry @returns {boolean} whether it was recorded today */
export const isToday = (entry) => isoDate(entry.at) === today();

/** Ids of the promises that were told kept on this phone. @param {object[]} entries @returns {Set<string>} */
export const keptPromises = (entries) => new Set(entries.filter((e) => e.type === "promise_kept" && !e.withdrawn).map((e) => e.body.target));

/** Ids of what the merchants were told of on this phone, campaigns told on a visit among them. @param {object[]} entries @returns {Set<string>} */
export const toldNews = (entries) => new Set(entries.filter((e) => e.body.told && !e.withdrawn).flatMap((e) => e.body.target ?? e.body.told));

/** @param {object} day @param {string} code @returns {object | undefined} the kind of issue with this code */
export const kindNamed = (day, code) => day?.kinds?.find((kind) => kind.code === code);
