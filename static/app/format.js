/** Dates and counts as people say them; everything in the office's zone. */
const ZONE = "Asia/Shanghai";
const parts = new Intl.DateTimeFormat("en-CA", {
  timeZone: ZONE,
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  weekday: "short",
  hourCycle: "h23",
});
const WEEKDAYS = { Mon: "一", Tue: "二", Wed: "三", Thu: "四", Fri: "五", Sat: "六", Sun: "日" };
const DAY_MS = 86400000;

function split(value) {
  const out = {};
  for (const { type, value: text } of parts.formatToParts(new Date(value))) out[type] = text;
  for (const name of ["year", "month", "day"]) out[name] = Number(out[name]);
  return out;
}

/** A plain date has no zone to move it. */
const asDate = (value) => (/^\d{4}-\d{2}-\d{2}$/.test(value) ? `${value}T12:00:00+08:00` : value);

/** "11月18日", with the year when it is not this one. */
export function day(value, now = Date.now()) {
  const at = split(asDate(value));
  const words = `${at.month}月${at.day}日`;
  return at.year === split(now).year ? words : `${at.year}年${words}`;
}

/** "2024年6月" */
export function month(value) {
  const at = split(asDate(value));
  return `${at.year}年${at.month}月`;
}

/** "15:20" */
export function clock(value) {
  const at = split(value);
  return `${at.hour}:${at.minute}`;
}

const dayNumber = (value) => {
  const at = split(asDate(value));
  return Math.round(Date.UTC(at.year, at.month - 1, at.day) / DAY_MS);
};

/** "今天", "周五" within the week, else the date. */
export function nearDay(value, now = Date.now()) {
  const ahead = dayNumber(value) - dayNumber(now);
  if (ahead === 0) return "今天";
  if (ahead === 1) return "明天";
  if (ahead > 1 && ahead < 7) return `周${WEEKDAYS[split(asDate(value)).weekday]}`;
  return day(value, now);
}

/** By when: "今天内", "周五前". */
export const before = (value) => (nearDay(value) === "今天" ? "今天内" : `${nearDay(value)}前`);

/** When something falls due: "07:20到期" today, "明天09:02到期", else "11月25日到期". */
export function due(value, now = Date.now()) {
  const ahead = dayNumber(value) - dayNumber(now);
  if (ahead === 0) return `${clock(value)}到期`;
  return ahead === 1 ? `明天${clock(value)}到期` : `${day(value, now)}到期`;
}

/** When something was written down: "07:58记下", "昨日21:14记下", "11月3日记下". */
export function noted(value, now = Date.now()) {
  const ago = dayNumber(now) - dayNumber(value);
  if (ago === 0) return `${clock(value)}记下`;
  if (ago === 1) return `昨日${clock(value)}记下`;
  return `${day(value, now)}记下`;
}

/** ISO date of a moment, in the office's zone. */
export function isoDate(value) {
  const at = split(value);
  return `${at.year}-${String(at.month).padStart(2, "0")}-${String(at.day).padStart(2, "0")}`;
}

/** Add days to an ISO date. */
export const addDays = (date, days) => new Date(Date.parse(`${date}T12:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
