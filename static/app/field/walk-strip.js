/** The patrol on 今日: which shift, how many stops, when it is over, and the way to it. */
import { h, swap } from "../dom.js";
import { now } from "./clock.js";
import { glyph } from "./parts.js";
import { entries, onChange } from "./queue.js";
import { go } from "./router.js";
import { about, progress, secondOfDay, times } from "./walk-progress.js";
import { begin, walkNow } from "./walk-store.js";

/** 带走的: "晚班 7站 · 约19:50走完". @param {object} pack */
const packWords = (pack) => `${pack.shift_name} ${countOf(pack)}`;

/** "7站 · 约19:50走完". @param {object} pack */
export const countOf = ({ stops, end_about: end }) => `${stops.length}站 · 约${end}走完`;

function stripWords({ walk, pack }, list) {
  if (!walk) return [packWords(pack), `${pack.start_at}起，先到${pack.stops[0].label}`];
  const state = progress(walk, list);
  if (state.isOver) return [`${pack.shift_name}走完了`, ""];
  if (!state.open.length) return [`${pack.shift_name}都走到了`, "点一下“走完了”就收工"];
  const { ends } = times(walk, state, secondOfDay(now()));
  return [`${pack.shift_name} 还有${state.open.length}站 · ${about(ends)}走完`, `下一站 ${state.open[0].label}`];
}

/**
 * @param {() => object | null} day @returns {{element: HTMLElement, draw: () => Promise<void>, stop: () => void}} empty and out of the way without a patrol
 */
export function walkStrip(day) {
  const element = h("section", { class: "walk-strip", "aria-label": "今天的巡查", hidden: true });
  const start = async (pack) => {
    await begin(pack, day());
    go("/today/walk");
  };
  async function draw() {
    const [now_, list] = await Promise.all([walkNow(day()), entries()]);
    element.hidden = !now_.pack;
    element.parentElement?.classList.toggle("with-walk", Boolean(now_.pack));
    if (!now_.pack) return swap(element);
    const [words, more] = stripWords(now_, list);
    const text = h("a", { class: "walk-open", href: "/today/walk" }, glyph("today", 22), h("span", {}, h("b", { text: words }), more && h("small", { text: more })));
    const isOver = Boolean(now_.walk?.ended_at);
    const act = now_.walk
      ? h("a", { class: "walk-go", href: "/today/walk" }, h("span", { text: isOver ? "看看" : "接着走" }))
      : h("button", { type: "button", class: "walk-go", onclick: () => start(now_.pack) }, h("span", { text: "开始走" }));
    return swap(element, text, act);
  }
  return { element, draw, stop: onChange(draw) };
}
