/** The walk in pieces: the stops ahead, those behind, what was left out, and the page before it begins. */
import { h } from "../dom.js";
import { clock } from "../format.js";
import { sign } from "../icons.js";
import { glyph, kindNamed } from "./parts.js";
import { about, skipWords } from "./walk-progress.js";

/** @param {object} stop @returns {string} why one goes there, in one line */
export const whyWords = (stop) => (stop.why ?? []).map(({ text }) => text).join("；");

/** "岚皋西路27号 锦云家纺" -> place and name. @param {object} stop @returns {[string, string]} */
export function placeAndName({ label }) {
  const at = label.indexOf(" ");
  return at < 0 ? [label, ""] : [label.slice(0, at), label.slice(at + 1)];
}

function what(stop, day) {
  const kind = (stop.why ?? []).find((reason) => reason.kind)?.kind;
  const shown = kind && kindNamed(day, kind);
  const why = whyWords(stop);
  return h(
    "span",
    { class: "next-what" },
    h("span", { text: stop.label }),
    (why || stop.window_text) && h("small", {}, shown && h("i", { class: "ringed" }, sign(shown, "none", 14)), h("span", { text: [stop.window_text, why].filter(Boolean).join("；") })),
  );
}

/**
 * The stops ahead, each of which one may go to first.
 * @param {object} day @param {object[]} open without the present one @param {number[]} begins seconds of the day @param {Set<string>} late @param {(stop: object) => void} goFirst @param {Node} fromHere
 */
export function aheadList(day, open, begins, late, goFirst, fromHere) {
  const row = (stop, i) =>
    h(
      "li",
      { class: "walk-row", "data-ref": stop.ref },
      h("b", { class: "walk-about", text: about(begins[i]) }),
      what(stop, day),
      late.has(stop.ref) && h("span", { class: "chip-quiet", text: "来不及" }),
      h("button", { type: "button", class: "textbtn walk-first", "aria-label": `先去这里：${stop.label}`, text: "先去这里", onclick: () => goFirst(stop) }),
    );
  return h(
    "section",
    { class: "next walk-ahead", "aria-label": "往下的站" },
    h("div", { class: "next-head" }, h("h3", { text: open.length ? "往下" : "最后一站" }), h("span", { class: "second", text: open.length ? `后面还有${open.length}站` : "" })),
    open.length > 0 && h("ol", { class: "next-rows" }, open.map(row)),
    open.length > 0 && fromHere,
  );
}

/**
 * What is behind: done, and left out for today; each can be had back.
 * @param {object} state as `progress` gives it @param {(found: object, stop: object) => void} takeBack @param {(stop: object) => void} goAfterAll
 */
export function behindList({ done, skipped, found }, takeBack, goAfterAll) {
  const row = (stop, words, act, onclick) =>
    h(
      "li",
      { class: "walk-row", "data-ref": stop.ref },
      h("b", { class: "walk-about", text: clock(found[stop.ref].at) }),
      h("span", { class: "next-what" }, h("span", { text: stop.label }), words && h("small", {}, h("span", { text: words }))),
      h("button", { type: "button", class: "textbtn", "aria-label": `${act}：${stop.label}`, text: act, onclick }),
    );
  const part = (title, stops, rows) =>
    stops.length > 0 && h("section", { class: "next walk-behind", "aria-label": title }, h("div", { class: "next-head" }, h("h3", { text: title })), h("ol", { class: "next-rows" }, rows));
  return [
    part("走到了", done, done.map((stop) => row(stop, "", "撤销", () => takeBack(found[stop.ref], stop)))),
    part("今天不去了", skipped, skipped.map((stop) => row(stop, skipWords(found[stop.ref]), "还是去", () => goAfterAll(stop)))),
  ];
}

/** What the plan left out, and why. @param {object} pack */
export function leftOut({ skipped = [], left_out: n = 0 }) {
  if (!n) return null;
  const more = n - skipped.length;
  return h(
    "details",
    { class: "walk-left" },
    h("summary", { text: `这一班没排上的${n}处` }),
    h("ul", {}, skipped.map(({ label, text }) => h("li", {}, h("b", { text: label }), h("span", { text: text })))),
    more > 0 && h("p", { class: "second", text: `另有${more}处，看全的要连上网打开计划。` }),
  );
}

/** The page before one sets out. @param {object} pack @param {object} day @param {() => void} start */
export function beforePage(pack, day, start) {
  const row = (stop) =>
    h("li", { class: "walk-row", "data-ref": stop.ref }, h("b", { class: "walk-about", text: `约${stop.about}` }), h("span", { class: "walk-stop" }, stop.turn && h("em", { text: stop.turn }), what(stop, day)));
  return h(
    "div",
    { class: "walk-before" },
    h("section", { class: "next", "aria-label": "这一班的站" }, h("div", { class: "next-head" }, h("h3", { text: pack.title }), h("span", { class: "second", text: "时间是大约的" })), h("ol", { class: "next-rows" }, pack.stops.map(row))),
    leftOut(pack),
    h("p", { class: "walk-paper" }, h("a", { href: `/patrol/${pack.plan}` }, glyph("map", 20), h("span", { text: "看全部人的计划（要有网）" }))),
    h("div", { class: "walk-start" }, h("p", { class: "second", text: "次序随您改；没信号也行。" }), h("button", { type: "button", class: "btn main", text: "开始走", onclick: start })),
  );
}

/** All is done or left out; or the walk is over. @param {object} pack @param {object} state @param {{goOn: () => void, finish: () => void}} acts */
export function ending(pack, { isOver, skipped }, { goOn, finish }) {
  const home = pack.home?.length ? `回去：${pack.home.join("，")}。` : "";
  const left = skipped.length ? "今天不去的改天再排，不算在谁头上。" : "";
  return h(
    "div",
    { class: "all-done walk-done" },
    h("h2", { tabindex: "-1", text: isOver ? `${pack.shift_name}走完了` : "都走到了" }),
    h("p", { class: "second", text: isOver ? "记下的都在。" : `这一班的站都有着落了。${left}${home}` }),
    isOver
      ? h("button", { type: "button", class: "btn walk-on", text: "还没完，接着走", onclick: goOn })
      : h("button", { type: "button", class: "btn main walk-finish", text: "走完了", onclick: finish }),
    h("a", { class: "btn", href: "/today", text: "回今日" }),
  );
}
