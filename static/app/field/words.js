/** The day in words to paste into a group, and in columns to paste into a sheet. Pure: everything comes in. */
import { addDays, clock, day as dayWords, isoDate, nearDay } from "../format.js";

const WEEKDAYS = "日一二三四五六";
const KINDS = { regular: "定期", special: "专项", follow_up: "回访" };
const OUTCOMES = { met: "是", closed: "未开门", changed: "换店/歇业" };
/** Mobile and landline numbers, also with blanks and dashes inside. */
const PHONE = /(?:\+?86[-\s]?)?1[3-9](?:[-\s.·]?\d){9}|0\d{2,3}[-\s]?[2-9]\d{2,3}[-\s]?\d{4}|[2356]\d{3}[-\s]?\d{4}/g;
const SURNAMES =
  "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔汤";
const PERSON = new RegExp(`[${SURNAMES}][\\u4e00-\\u9fa5]{0,2}?(?:先生|女士|小姐|老板娘|老板|阿姨|师傅|大姐|大哥|经理)`, "g");
const FULL_WIDTH = /[０-９]/g;

/** Sheet 走访记录 of the office's workbook, in its order. */
export const COLUMNS = ["走访时间", "走访人", "类型(定期/专项/回访)", "商铺编号", "店名", "是否见面", "走访内容", "反映问题", "满意度", "是否需回访"];

/** For a group chat: no number of a phone, nobody addressed by name. */
export function discreet(text) {
  const narrow = text.replace(FULL_WIDTH, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0));
  return narrow.replace(PHONE, "（号码略）").replace(PERSON, "店主").replace(/\s+/g, " ").trim();
}

/** What was recorded on a day and not taken back, in its order. @param {object[]} entries @param {string} date 2026-11-23 */
export function ofDay(entries, date) {
  const gone = new Set(entries.filter(({ type }) => type === "withdraw").map(({ body }) => body.target));
  return entries.filter(({ id, at, type }) => type !== "withdraw" && !gone.has(id) && isoDate(at) === date).sort((a, b) => (a.at < b.at ? -1 : 1));
}

const isVisit = ({ type }) => type === "visit";
const addressOf = (day, code) => (day.doors[code] ? day.doors[code].address : code);

/** Addresses as said in one breath: 岚皋西路27号、31号. */
function together(addresses) {
  let street = "";
  return [...new Set(addresses)]
    .map((address) => {
      const found = /^(\D+)(\d.*)$/.exec(address);
      const short = found && found[1] === street ? found[2] : address;
      street = found ? found[1] : "";
      return short;
    })
    .join("、");
}

/** [[key, address]…] -> "子女入园（岚皋西路27号、31号）；居住证（…）" */
function grouped(pairs) {
  const found = new Map();
  for (const [key, address] of pairs) found.set(key, (found.get(key) || []).concat(address));
  return [...found].map(([key, addresses]) => `${key}（${together(addresses)}）`).join("；");
}

const noonOf = (date) => Date.parse(`${date}T12:00:00+08:00`);

function headLine(day, date) {
  const weekday = WEEKDAYS[new Date(`${date}T12:00:00Z`).getUTCDay()];
  return `${dayWords(date, noonOf(date))}（周${weekday}）${day.office.block || day.office.name}走访`;
}

function heardLine(day, visits) {
  const needs = visits.flatMap(({ body }) => (body.needs || []).map((need) => [need.topic || "其他", addressOf(day, body.shop)]));
  return `听到：${grouped(needs) || "没有新的诉求"}`;
}

function foundLine(day, today) {
  const nameOf = (code) => (day.kinds.find((kind) => kind.code === code) || { short_name: code }).short_name;
  const atDoors = today.filter(isVisit).flatMap(({ body }) => (body.issues || []).map((issue) => [nameOf(issue.kind), addressOf(day, body.shop)]));
  const elsewhere = today.filter(({ type }) => type === "issue").map(({ body }) => [nameOf(body.kind), spotName(day, body)]);
  return `发现：${grouped(atDoors.concat(elsewhere)) || "没有新的问题"}`;
}

/** @returns {string} how a spot is called: a door's address, a place's name, or the nearest street */
export function spotName(day, { shop, place }) {
  if (shop) return addressOf(day, shop);
  const known = place && (day.places || []).find(({ code }) => code === place);
  return known ? known.name : "路边";
}

/** Of today's visits: what was promised, by when, where. */
const promisesOf = (day, visits) =>
  visits.flatMap(({ body }) => (body.promises || []).map((promise) => Object.assign({ place: addressOf(day, body.shop) }, promise)));

/** Full sentences read as one: the stop at their end goes. */
const bare = (text) => discreet(text).replace(/[。；;.\s]+$/, "");

function promisedLine(day, visits, date) {
  const noon = noonOf(date);
  const said = promisesOf(day, visits).map(({ text, due_at: due, place }) => `${due ? by(due, noon) : ""}${bare(text)}（${place}）`);
  return `答应：${said.join("；") || "没有新的承诺"}`;
}

const by = (due, noon) => (nearDay(due, noon) === "今天" ? "今天内" : `${nearDay(due, noon)}前`);

function tomorrowLine(day, today, date) {
  const tomorrow = addDays(date, 1);
  const kept = new Set(today.filter(({ type }) => type === "promise_kept").map(({ body }) => body.target));
  const known = Object.values(day.doors).flatMap((door) => (door.promises || []).map((promise) => Object.assign({ place: door.address }, promise)));
  const fresh = promisesOf(day, today.filter(isVisit));
  const due = known.concat(fresh).filter((promise) => promise.due_at && !kept.has(promise.id) && isoDate(promise.due_at) === tomorrow);
  return `明天到期：${due.map(({ text, place }) => `${bare(text)}（${place}）`).join("；") || "没有"}`;
}

/**
 * Five lines of the day for the group: no merchant's name, no number of a phone, nothing that compares people.
 * @param {object} day @param {object[]} entries of the queue @param {string} [date] 2026-11-23; that of the day taken along
 * @returns {string[]}
 */
export function groupLines(day, entries, date = day.date) {
  const today = ofDay(entries, date);
  const visits = today.filter(isVisit);
  return [headLine(day, date), heardLine(day, visits), foundLine(day, today), promisedLine(day, visits, date), tomorrowLine(day, today, date)];
}

/** One line per cell, and nothing a sheet would take for a formula. */
function cell(value) {
  const text = String(value === null || value === undefined ? "" : value).replace(/[\t\r\n]+/g, " ").trim();
  return /^[=+\-@]/.test(text) ? `'${text}` : text;
}

function row(day, { body, at }) {
  const door = day.doors[body.shop] || { name: "" };
  const needs = (body.needs || []).map((need) => need.text).filter(Boolean);
  return [
    `${isoDate(at)} ${clock(at)}`,
    day.person.name,
    KINDS[body.kind] || KINDS.regular,
    body.shop,
    (body.tenancy && body.tenancy.sign_name) || door.name,
    OUTCOMES[body.outcome],
    body.note,
    needs.join("；"),
    "",
    "",
  ].map(cell);
}

/** The day's visits as tab-separated rows under the workbook's header. @param {object} day @param {object[]} entries @param {string} [date] @returns {string} */
export function sheetText(day, entries, date = day.date) {
  const rows = ofDay(entries, date).filter(isVisit).map((entry) => row(day, entry));
  return [COLUMNS, ...rows].map((cells) => cells.join("\t")).join("\n");
}
