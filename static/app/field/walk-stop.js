/** The stop one walks to: how to get there, why, and the buttons for what was found. */
import { h, swap } from "../dom.js";
import { asRecorded, doorFace, roomFor } from "./door-card.js";
import { glyph, isToday, keptPromises, toldNews } from "./parts.js";
import { placeAndName, whyWords } from "./walk-parts.js";
import { wayTo } from "./walk-progress.js";

const MOST_ROWS = 6;
const MOST_LINES = 4;
const MET = "见到了，没事";

/** @returns {HTMLElement} the card, its upper part and its buttons empty */
export const stopCard = () =>
  h("article", { class: "door", "aria-labelledby": "door-name" }, h("div", { class: "door-upper" }), h("div", { class: "acts", role: "group", "aria-label": "记这一站" }));

/** How to get there, where 今日 has its map. */
export function wayBand(element, pack, last, stop) {
  const { turn, way } = wayTo(pack, last, stop);
  const words = way.join("，");
  swap(element, h("b", { text: turn || (words ? "怎么走" : "下一站") }), h("p", { text: words || stop.label }));
}

/** Room for the longest of the walk, so that the buttons stay. */
export function makeRoom(card, pack, day) {
  const codes = pack.stops.map(({ shop }) => shop).filter((code) => day.doors[code]);
  const room = roomFor(day, codes, document.documentElement.clientWidth);
  card.style.setProperty("--rows", Math.min(room.rows + 1, MOST_ROWS));
  card.style.setProperty("--lines", Math.min(room.lines + 1, MOST_LINES));
  card.style.setProperty("--name", `${room.name_px}px`);
}

/** @param {object[]} list entries @param {string} code @returns {object | null} today's record of a door */
export const recordOf = (list, code) => list.find((one) => one.code === code && one.type === "visit" && !one.withdrawn && isToday(one)) ?? null;

/** @param {object} stop @param {object} view the walk's view, which acts @returns {HTMLElement} */
export function doorStop(stop, view) {
  const entry = recordOf(view.list, stop.shop);
  const door = asRecorded(view.day.doors[stop.shop], entry);
  return doorFace(door, view.day, {
    why: whyWords(stop),
    hours: stop.window_text ?? "",
    kept: keptPromises(view.list),
    told: toldNews(view.list),
    tell: (news) => view.note(door, { target: news.id, target_type: news.type, told: true }, `告诉店主了：${news.text}`),
    keep: (promise) => view.note(door, { target: promise.id, target_type: "promise" }, `办好了：${promise.text}`),
    entry,
    word: "走到过",
    isDone: Boolean(entry || door.visited_today),
    draft: view.drafts.has(stop.shop),
    history: () => view.toggleHistory(stop.shop),
    isOpen: view.pastOf === stop.shop,
  });
}

/** A 点位, a stretch of street: no door. @param {object} stop @returns {HTMLElement} */
export function placeStop(stop) {
  const [place, name] = placeAndName(stop);
  const line = (title, text) => text && h("div", { class: "line" }, h("dt", { text: title }), h("dd", {}, h("span", { class: "clamp", text })));
  return h(
    "div",
    { class: "door-face" },
    h("h2", { id: "door-name", tabindex: "-1" }, h("span", { class: "door-place", text: place }), h("span", { class: "door-shop", text: name })),
    h("p", { class: "hours" }, stop.window_text && glyph("clock", 17), h("span", { class: "hours-word", text: stop.window_text ?? "" })),
    h("dl", { class: "lines" }, line("为什么", whyWords(stop)), stop.stretch && line("怎么看", "沿着这一段走一遍")),
  );
}

const act = (text, onclick, mark, name = "") => h("button", { type: "button", class: `act ${name}`, onclick }, mark && glyph(mark, 22), h("span", { text }));

/** @param {object | null} door @param {object} view @returns {HTMLElement[]} */
export function actsAt(door, view) {
  if (!door) return [act("看过了", () => view.seen(), "tick", "met"), act("记一笔", () => view.jot(), null, "wide")];
  const goesBack = (door.returns ?? []).length > 0 && !recordOf(view.list, door.code);
  return [
    act(goesBack ? "回访，看效果" : MET, () => (goesBack ? view.open("return") : view.visit("met")), "tick", "met"),
    act("有事要记", () => view.open("record")),
    act("没开门", () => view.visit("closed")),
    act("换店/歇业", () => view.open("changed")),
  ];
}

/** @param {object} view @returns {HTMLElement[]} */
export const toolsOf = (view) =>
  [
    ["先跳过", () => view.skip(), "walk-skip"],
    ["从这里重排", () => view.replan(), "walk-replan"],
    ["走完了", () => view.finish(), "walk-finish"],
  ].map(([text, onclick, name]) => h("button", { type: "button", class: `textbtn ${name}`, text, onclick }));
