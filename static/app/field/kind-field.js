/** 问题: what the words look like, with 改 (all kinds, searchable) and 不是问题. */
import { h, swap } from "../dom.js";
import { sign } from "../icons.js";
import { kindNamed } from "./parts.js";

/** Chosen by hand: nothing is wrong here, whatever the words look like. */
export const NONE = "none";

/** @param {string | null} chosen code, NONE or null @param {string | null} suggested code @returns {string | null} the kind that will be recorded */
export const kindOfRecord = (chosen, suggested) => (chosen === NONE ? null : (chosen ?? suggested));

/**
 * @param {{day: object, chosen: () => string | null, suggested: () => string | null, choose: (code: string | null) => void}} about
 * @returns {{element: HTMLElement, draw: () => void}}
 */
export function kindField({ day, chosen, suggested, choose }) {
  const element = h("div", { class: "kind-field" });
  let open = false;
  const press = (text, pressed, onclick) => h("button", { type: "button", class: "pick", "aria-pressed": pressed === null ? null : String(pressed), text, onclick });
  const set = (code) => {
    open = false;
    choose(code);
    draw();
    element.querySelector("button")?.focus();
  };
  const toggle = () => {
    open = !open;
    draw();
    if (open) element.querySelector("input")?.focus();
  };
  function draw() {
    const kind = kindNamed(day, kindOfRecord(chosen(), suggested()));
    const none = chosen() === NONE;
    const words = kind
      ? h("span", { class: "kind-word" }, sign(kind, "none", 22), h("span", {}, chosen() ? "" : "像是 ", h("b", { text: kind.name })))
      : h("span", { class: "kind-word second", text: none ? "不当问题记" : "写到漏水、垃圾一类，会认出来" });
    const change = press(kind ? "改" : "选一类", null, toggle);
    change.setAttribute("aria-expanded", String(open));
    swap(
      element,
      h("div", { class: "kind-row" }, words, change, (kind || none) && press("不是问题", none, () => set(none ? null : NONE))),
      open && kindPicker(day, kindOfRecord(chosen(), suggested()), set),
    );
  }
  draw();
  return { element, draw };
}

const matches = (kind, words) => !words || [kind.name, kind.short_name, ...(kind.words ?? [])].some((word) => word?.includes(words));

function kindPicker(day, current, set) {
  const list = h("ul", { class: "kind-list" });
  const draw = (words) => {
    const found = day.kinds.filter((kind) => matches(kind, words));
    const row = (kind) =>
      h("li", {}, h("button", { type: "button", "aria-pressed": String(kind.code === current), onclick: () => set(kind.code) }, sign(kind, "none", 20), h("span", { text: kind.name })));
    swap(list, found.length ? found.map(row) : h("li", { class: "second", text: "没有这一类，换个词，或选“其他”。" }));
  };
  draw("");
  const box = h("input", { type: "search", "aria-label": "找一类问题", placeholder: "找一类，如 油烟", oninput: (event) => draw(event.target.value.trim()) });
  return h("div", { class: "kind-picker" }, box, list);
}
