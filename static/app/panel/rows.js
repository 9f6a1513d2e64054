/** The list that belongs to what is on the map: open cases, the nearest deadline first. */
import { getJson } from "../api.js";
import { byId, h, swap } from "../dom.js";
import { day } from "../format.js";
import { icon } from "../icons.js";
import { caseRow } from "./case-row.js";

const PAGE = 30;
const SKELETON_AFTER_MS = 400;
const SLOW_AFTER_MS = 2000;

const bar = () => h("li", { class: "skeleton" }, h("i"), h("i"));

export class Rows {
  /** @param {object} parts app, filters, drawer, everywhere (not only what is on the map) */
  constructor({ app, filters, drawer, everywhere }) {
    Object.assign(this, { app, filters, drawer, everywhere });
    this.inSegment = new Set();
    this.isPaused = false;
  }

  /** Something else stands in the place of the list. */
  pause() {
    this.abort?.abort();
    this.isPaused = true;
    const view = byId("list-view");
    if (innerWidth <= 760) view.scrollTop += byId("list-head").getBoundingClientRect().top - view.getBoundingClientRect().top;
  }

  resume() {
    this.isPaused = false;
    this.load();
  }

  /** Ask for the rows of the view; what stands stays until the answer is here. */
  async load() {
    if (this.isPaused) return;
    this.abort?.abort();
    const abort = (this.abort = new AbortController());
    const timers = [
      setTimeout(() => !byId("rows").querySelector(".row") && swap(byId("rows"), Array.from({ length: 8 }, bar)), SKELETON_AFTER_MS),
      setTimeout(() => this.#slow(abort), SLOW_AFTER_MS),
    ];
    byId("rows").setAttribute("aria-busy", "true");
    try {
      this.#show(await getJson(`/api/v1/cases?${this.#params()}`, { signal: abort.signal }));
    } catch (error) {
      if (error.name !== "AbortError") this.#failed(error);
    } finally {
      timers.forEach(clearTimeout);
      if (this.abort === abort) byId("rows").setAttribute("aria-busy", "false");
    }
  }

  #params(after) {
    const { kind, state, source, worker, since, until } = this.filters.all;
    const params = new URLSearchParams({ state: state || "open", sort: this.#sort, limit: String(PAGE) });
    if (!this.everywhere) {
      const b = this.app.viewport.visibleBounds();
      params.set("bbox", [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()].map((v) => v.toFixed(5)).join(","));
    }
    for (const [name, value] of Object.entries({ kind, source, worker, since, until, after })) if (value) params.set(name, value);
    return params.toString().replaceAll("%2C", ",");
  }

  /** What is done with has no deadline to wait for: the newest first. */
  get #sort() {
    return ["closed", "all"].includes(this.filters.all.state) ? "reported" : "due";
  }

  #show({ items, next, total }) {
    this.items = items;
    this.total = total ?? items.length;
    swap(
      byId("rows"),
      items.map((item) => caseRow(item, this.app.kinds)),
    );
    swap(byId("list-foot"), next ? this.#moreButton(next) : null);
    if (!items.length) swap(byId("list-foot"), this.#empty());
    this.head();
    this.mark(this.inSegment);
  }

  /** The kinds have come: the same rows with their signs. */
  redraw() {
    if (this.items && !this.isPaused)
      swap(
        byId("rows"),
        this.items.map((item) => caseRow(item, this.app.kinds)),
      );
  }

  #empty() {
    const words = this.filters.isActive ? "按现在的筛选，这里没有事项。" : "这里没有在办事项。";
    const act = this.filters.isActive ? () => this.filters.clear() : () => this.app.map.zoomOut(1);
    return h(
      "p",
      { class: "empty" },
      words,
      h("button", { type: "button", class: "textbtn", text: this.filters.isActive ? "清除筛选" : "看大一点的范围", onclick: act }),
      h("span", { class: "new-office" }, "还没有台账。", h("a", { href: "/ledger", text: "去导入" })),
    );
  }

  #moreButton(next) {
    const button = h("button", {
      type: "button",
      class: "btn more",
      text: "再看一些",
      onclick: async () => {
        button.disabled = true;
        const answer = await getJson(`/api/v1/cases?${this.#params(next)}`);
        byId("rows").append(...answer.items.map((item) => caseRow(item, this.app.kinds)));
        swap(byId("list-foot"), answer.next ? this.#moreButton(answer.next) : null);
      },
    });
    return button;
  }

  #slow(abort) {
    if (this.abort !== abort || byId("rows").querySelector(".row")) return;
    swap(
      byId("list-foot"),
      h(
        "p",
        { class: "empty" },
        "还在取…",
        h("button", {
          type: "button",
          class: "textbtn",
          text: "取消",
          onclick: () => {
            abort.abort();
            swap(byId("rows"));
            this.#failed({ message: "已取消。" });
          },
        }),
      ),
    );
  }

  #failed(error) {
    const kept = byId("rows").querySelector(".row") ? "下面是上次取到的。" : "";
    swap(byId("list-foot"));
    this.head(
      h(
        "p",
        { class: "error-line", role: "alert" },
        `${error.message} ${kept}`,
        h("button", { type: "button", class: "textbtn", text: "重试", onclick: () => this.load() }),
      ),
    );
  }

  /** The head of the list, on the desk and on the phone's sheet. */
  head(problem = null) {
    const title = this.everywhere ? "在办案件" : "图上在办";
    const word = this.filters.all.state && this.filters.all.state !== "open" ? "图上事项" : title;
    const late = (this.items ?? []).filter((item) => item.clock.overdue).length;
    const count = this.filters.count;
    const button = h(
      "button",
      {
        type: "button",
        class: "textbtn filter",
        "aria-expanded": String(!byId("filters").hidden),
        "aria-controls": "filters",
        onclick: () => this.drawer.toggle(button),
      },
      "筛选",
      count > 0 && h("span", { class: "chip-quiet", text: String(count) }),
      icon("down"),
    );
    swap(
      byId("list-head"),
      h("h1", { text: word }),
      h("span", { class: "second", text: `${this.total ?? ""}件` }),
      this.inSegment.size > 0 && h("span", { class: "in-segment", text: `所选路段${this.inSegment.size}件` }),
      h("span", { class: "order", text: this.#sort === "due" ? "时限近的在前" : "新记下的在前" }),
      button,
      problem,
    );
    swap(
      byId("sheet-head"),
      h("p", {}, h("b", { text: `${word} ${this.total ?? ""}件` }), late > 0 && h("b", { class: "late", text: `${late}件超时` })),
      h("span", { class: "second", text: this.#time() }),
    );
  }

  #time() {
    const { since, until } = this.filters.all;
    if (since) return `${day(since)}起${until ? `到${day(until)}` : ""}`;
    return "";
  }

  /** Rows that lie in the chosen segment carry its purple bar. @param {Set<string>} ids */
  mark(ids) {
    const had = this.inSegment.size;
    this.inSegment = ids;
    for (const row of byId("rows").children) row.classList.toggle("in-segment", ids.has(row.dataset.id));
    if ((had || ids.size) && !this.isPaused) this.head();
  }
}
