/** The door one stands at: who, when they are in, three lines, and what was recorded there today. */
import { h } from "../dom.js";
import { clock } from "../format.js";
import { sign } from "../icons.js";
import { stillToTell } from "./campaign-told.js";
import { byWhen, glyph, kindNamed } from "./parts.js";

const MOST_ROWS = 5;
/** What of the width is no text: margins and the names of the lines; 办好了 besides. */
const NO_TEXT_PX = 117;
const ACT_PX = 58;
const SIGN_PX = 16.5;
const PLACE_SIGN_PX = 23;
const SHOP_SIGN_PX = 17;
const NAME_ROW_PX = 30;
/** What brings one here and is said in a line of its own; the rest speaks through the other lines. */
const SAID = new Set(["return_visit", "look", "storm", "issue", "campaign"]);

const row = (clamp) => (name, ...children) => h("div", { class: "line" }, h("dt", { text: name }), h("dd", {}, h("span", { class: clamp }, children)));
const line = row("clamp");
/** Said in full elsewhere: in the list of doors, in the answer that it leads to. */
const oneLine = row("clamp one");
const expected = (text) => h("span", { class: "third", text });

function lastTalk(door) {
  if (door.last_talk) return line("上次聊到", door.last_talk.text);
  if (door.reasons.some((reason) => reason.code === "first_visit")) return line("上次聊到", expected("第一次上门"));
  return line("上次聊到", expected("还没聊过"));
}

function promiseLine(promises, keep) {
  const [first] = promises;
  const when = byWhen(first.due_at);
  const rest = promises.length > 1 ? `（还有${promises.length - 1}件）` : "";
  const row = line("答应的事", when && h("b", { class: when.late ? "late" : null, text: when.word }), `${when?.late ? "：" : ""}${first.text}${rest}`);
  row.classList.add("with-act");
  row.lastChild.append(h("button", { type: "button", class: "line-act", "aria-label": `办好了：${first.text}`, onclick: () => keep(first) }, h("span", { text: "办好了" })));
  return row;
}

/** Done, and the merchant does not know yet. */
function untoldLine(news, tell) {
  const row = line("回个话", news.type === "promise" ? `${news.text}，办好了` : news.text);
  row.classList.add("with-act");
  row.lastChild.append(h("button", { type: "button", class: "line-act", "aria-label": `告诉店主了：${news.text}`, onclick: () => tell(news) }, h("span", { text: "告诉了" })));
  return row;
}

const untoldOf = (door, about) =>
  [...door.promises.filter(({ id }) => about.kept.has(id)).map(({ id, text }) => ({ type: "promise", id, text })), ...(door.untold ?? [])].find(({ id }) => !about.told.has(id));

/** What a campaign wants said stands in full; the paper to bring along opens by its words. */
function tipLine({ answer, text }, isCampaign) {
  if (!answer) return line("顺带", text);
  return (isCampaign ? line : oneLine)("顺带", h("a", { href: `/today/answers#${answer}`, "data-answer": answer, text }));
}

/** The campaigns of the door are said already: nothing more to bring along. */
const isAllSaid = (door, about) => door.campaigns?.length > 0 && stillToTell(door, about.told).length === 0;

function thisTime(reason, day) {
  const kind = reason.kind && kindNamed(day, reason.kind);
  // What was seen is noted at the office's page, for which there must be a network.
  const words = reason.task && navigator.onLine ? h("a", { href: `/tasks/${reason.task}`, text: reason.text }) : reason.text;
  return oneLine("这次", kind && sign(kind, "none", 17), words);
}

/** What was recorded or begun here today; it takes the place of the usual hours. */
function noteOf(door, about) {
  if (about.entry) return [glyph("tick", 17), h("span", { class: "hours-word" }, `今天${clock(about.entry.at)}记了：${about.word} `, h("a", { href: "/today/list", text: "看" }))];
  if (about.isDone) return [glyph("tick", 17), h("span", { class: "hours-word", text: "今天记过了" })];
  if (about.draft) return [glyph("pen", 17), h("span", { class: "hours-word" }, h("a", { href: `/today/doors/${door.code}/record`, text: "有没记完的，接着记" }))];
  return null;
}

function hours(door, about) {
  const words = about.hours || (door.hours ?? (door.state === "open" ? "" : door.state_name));
  const chip = door.kind === "follow_up" ? "回访" : door.cover_for && `替${door.cover_for}`;
  const past = door.history.length + door.open_issues.length > 0;
  const open = h("button", { type: "button", class: "line-act", "aria-expanded": String(about.isOpen), onclick: about.history }, h("span", { text: about.isOpen ? "收起" : "以前的事" }));
  const said = noteOf(door, about) ?? [words && glyph("clock", 17), h("span", { class: "hours-word", text: words })];
  return h("p", { class: "hours" }, said, chip && h("span", { class: "chip-quiet", text: chip }), past && open);
}

/** The door in words, most important first. @returns {HTMLElement[]} */
function lines(door, about, day, keep) {
  const open = door.promises.filter((promise) => !about.kept.has(promise.id));
  const said = !about.why && door.reasons.find((reason) => SAID.has(reason.code));
  const news = untoldOf(door, about);
  const tip = isAllSaid(door, about) ? null : door.tip;
  const last = news ? untoldLine(news, about.tell) : tip && tipLine(tip, door.campaigns?.length > 0);
  return [about.why && line("为什么", about.why), said && thisTime(said, day), lastTalk(door), open.length > 0 && promiseLine(open, keep), last].filter(Boolean);
}

/**
 * The door as it is since it changed hands on this phone: who was there before is not shown any more.
 * @param {object} door @param {object | null} entry today's record of it @returns {object}
 */
export function asRecorded(door, entry) {
  const tenancy = entry?.body.tenancy;
  if (!tenancy) return door;
  if (tenancy.goes_on) return { ...door, name: tenancy.sign_name ?? door.name };
  const gone = { last_talk: null, promises: [], untold: [], campaigns: [], tip: null, hours: null, history: [], name: tenancy.sign_name ?? "歇业或空着" };
  return { ...door, ...gone, reasons: tenancy.sign_name ? [{ code: "first_visit", text: "第一次上门" }] : [] };
}

/**
 * @param {object} door @param {object} day
 * @param {{kept: Set<string>, told: Set<string>, entry: object | null, word: string, draft: boolean, keep: (promise: object) => void, tell: (news: object) => void,
 *   why?: string, hours?: string}} about why, hours: what a patrol says of the stop, in the place of the door's own
 * @returns {HTMLElement}
 */
export function doorFace(door, day, about) {
  return h(
    "div",
    { class: "door-face" },
    h("h2", { id: "door-name", tabindex: "-1" }, h("span", { class: "door-place", text: door.address }), h("span", { class: "door-shop", text: door.name })),
    hours(door, about),
    h("dl", { class: "lines" }, lines(door, about, day, about.keep)),
  );
}

const rowsOf = (text, width) => (text ? Math.min(2, Math.ceil((text.length * SIGN_PX) / Math.max(width, SIGN_PX))) : 0);

/** Digits are half as wide. */
const signs = (text) => text.length - (text.match(/[\x20-\x7e]/g)?.length ?? 0) / 2;
const nameRoom = (door, width) => (signs(door.address) * PLACE_SIGN_PX + signs(door.name) * SHOP_SIGN_PX > width - 50 ? NAME_ROW_PX : 0);

/**
 * Room for the lines of all doors of the day, so that the buttons stay where they are as the door changes.
 * @param {object} day @param {string[]} codes @param {number} width of the page in px @returns {{rows: number, lines: number, name_px: number}} rows of text and lines, at most, and what a long name takes
 */
export function roomFor(day, codes, width) {
  const text = width - NO_TEXT_PX;
  let room = { rows: 3, lines: 3, name_px: 0 };
  for (const code of codes) {
    const door = day.doors[code];
    const said = door.reasons.find((reason) => SAID.has(reason.code))?.text;
    const promise = door.promises[0] && `周五前${door.promises[0].text}`;
    const talk = door.last_talk?.text ?? "还没聊过";
    const single = (said ? 1 : 0) + (door.tip ? 1 : 0);
    const news = door.untold?.[0];
    const last = news ? rowsOf(news.text, text - ACT_PX) : door.tip && (!door.tip.answer || door.campaigns) ? rowsOf(door.tip.text, text) : 0;
    const tip = Math.max(0, last - (door.tip ? 1 : 0));
    const rows = single + tip + rowsOf(talk, text) + rowsOf(promise, text - ACT_PX);
    room = { rows: Math.max(room.rows, rows), lines: Math.max(room.lines, single + 1 + (promise ? 1 : 0)), name_px: Math.max(room.name_px, nameRoom(door, width)) };
  }
  return { ...room, rows: Math.min(room.rows, MOST_ROWS), lines: Math.min(room.lines, 4) };
}
