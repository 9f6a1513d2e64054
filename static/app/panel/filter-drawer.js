/** State, source, worker and (on the phone) time: selects that open under the head of the list. */
import { byId, h, swap } from "../dom.js";
import { SOURCES, STATES } from "../filters.js";
import { addDays, isoDate } from "../format.js";

const SPANS = [
  ["", "不限时间"],
  ["28", "近4周"],
  ["56", "近8周"],
  ["182", "近26周"],
  ["364", "近一年"],
];

function choice(label, value, options, onChange) {
  const select = h(
    "select",
    { onchange: () => onChange(select.value) },
    options.map(([code, word]) => h("option", { value: code, text: word, selected: code === value })),
  );
  return h("label", {}, label, select);
}

export class FilterDrawer {
  /** @param {import("../filters.js").Filters} filters @param {() => string[]} workers names that the map has seen */
  constructor(filters, workers) {
    this.filters = filters;
    this.workers = workers;
    filters.addEventListener("change", () => !byId("filters").hidden && this.#draw());
  }

  toggle(button) {
    const drawer = byId("filters");
    drawer.hidden = !drawer.hidden;
    button.setAttribute("aria-expanded", String(!drawer.hidden));
    if (!drawer.hidden) this.#draw();
  }

  #draw() {
    const { filters } = this;
    const { state, source, worker, since } = filters.all;
    const names = [...new Set([...this.workers(), worker].filter(Boolean))].sort((a, b) => a.localeCompare(b, "zh-CN"));
    swap(
      byId("filters"),
      choice("状态", state, [["", "在办"], ...Object.entries(STATES)], (value) => filters.set({ state: value })),
      choice("来源", source, [["", "全部来源"], ...Object.entries(SOURCES)], (value) => filters.set({ source: value })),
      choice("包联人", worker, [["", "所有人"], ...names.map((name) => [name, name])], (value) => filters.set({ worker: value })),
      h(
        "div",
        { class: "phone-only" },
        choice("时间", this.#span(since), SPANS, (value) =>
          filters.set(value ? { since: addDays(isoDate(Date.now()), -Number(value)), until: "" } : { since: "", until: "" }),
        ),
      ),
      filters.isActive && h("button", { type: "button", class: "textbtn", text: "清除筛选", onclick: () => filters.clear() }),
    );
  }

  #span(since) {
    const today = isoDate(Date.now());
    return SPANS.find(([days]) => days && addDays(today, -Number(days)) === since)?.[0] ?? "";
  }
}
