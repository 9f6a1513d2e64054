/** 今日 when there is no door to show: nothing taken along yet, nothing due, all done; and the first moment. */
import { h } from "../dom.js";
import { takeAlong } from "./day.js";
import { isToday } from "./parts.js";

/** Bars where the card will stand. */
export const skeleton = () => h("div", { class: "skeleton", "aria-hidden": "true" }, h("i", {}), h("i", {}), h("i", {}), h("i", {}));

/** The phone holds no day yet. @returns {HTMLElement} */
export function emptyDay() {
  const said = h("p", { class: "second", role: "status" });
  const take = async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    said.textContent = "正在带走…";
    try {
      await takeAlong(({ done, of }) => (said.textContent = `正在带走 ${done}/${of}`));
    } catch (error) {
      said.textContent = error?.message || "没连上办公室。到办公室的网里再点一次。";
      button.disabled = false;
    }
  };
  return h(
    "section",
    { class: "empty-day" },
    h("h2", { text: "手机上还没有今天" }),
    h("p", { text: "连着办公室的网点一下“带走今天”，门、地图、常问的十条就都在手机上，出门没信号也能记。" }),
    h("button", { type: "button", class: "btn main", text: "带走今天", onclick: take }),
    said,
    h("p", {}, h("a", { class: "textbtn", href: "/today/abilities", text: "看看这台手机能做什么" })),
    h("p", {}, h("a", { class: "textbtn", href: "/", text: "看全街地图（要有网）" })),
  );
}

const RECORDS = new Set(["visit", "issue", "promise_kept"]);

const elsewhere = () => [
  h("a", { class: "btn", href: "/today/map", text: "看别的门" }),
  h("a", { class: "btn", href: "/today/note", text: "记一笔" }),
  h("a", { class: "btn", href: "/today/list", text: "今天记的" }),
];

/** No door is due any more, or none was. @param {object} day @param {object[]} list entries @returns {HTMLElement} */
export function nothingLeft(day, list) {
  const recorded = list.filter((entry) => RECORDS.has(entry.type) && !entry.withdrawn && isToday(entry)).length;
  if (!recorded && Object.keys(day.doors ?? {}).length === 0) {
    return h(
      "div",
      { class: "all-done" },
      h("h2", { id: "door-name", tabindex: "-1", text: "没有由您包联的门" }),
      h("p", { class: "second", text: "全街的门在地图上。路上看到什么，这里随时能记。" }),
      h("a", { class: "btn main", href: "/", text: "看地图" }),
      h("div", { class: "empty-acts" }, elsewhere().slice(1)),
    );
  }
  if (!recorded) {
    return h(
      "div",
      { class: "all-done" },
      h("h2", { id: "door-name", tabindex: "-1", text: "今天没有要走的门" }),
      h("p", { class: "second", text: "这边都走到了。想去看看别的门，或者路上看到什么，随时能记。" }),
      h("div", { class: "empty-acts" }, elsewhere()),
    );
  }
  const solved = (day.solved ?? []).slice(0, 2);
  return h(
    "div",
    { class: "all-done" },
    h("h2", { id: "door-name", tabindex: "-1", text: "今天要走的都走到了" }),
    solved.length > 0 && h("ul", { class: "solved" }, solved.map(({ place, text }) => h("li", { text: `${place} ${text}` }))),
    h("p", { class: "second", text: `今天记了${recorded}条。没开门的改天顺路再看，不算在谁头上。` }),
    h("a", { class: "btn main", href: "/today/me", text: "复制到群" }),
    h("div", { class: "empty-acts" }, elsewhere()),
  );
}
