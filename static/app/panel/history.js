/** The two tabs 帮他办的 and 要他改的 with what is open on top, then page by page what was. */
import { getJson } from "../api.js";
import { h, swap } from "../dom.js";
import { icon } from "../icons.js";
import { openThings, timeline } from "./timeline.js";

const PAGE = 30;
const TABS = [
  ["help", "帮他办的"],
  ["ask", "要他改的"],
];

export class History {
  /**
   * @param {string} url of the history @param {Map<string, object>} kinds
   * @param {{tabs: boolean}} options one list without tabs for a place or a case
   */
  constructor(url, kinds, { tabs }) {
    Object.assign(this, { url, kinds, side: "help", items: [], open: [], next: null, counts: null, hasTabs: tabs, hidden: new Set() });
    this.box = h(
      "section",
      { class: "history", "aria-label": "往事", "aria-busy": "true" },
      h(
        "ol",
        { class: "rows" },
        Array.from({ length: 4 }, () => h("li", { class: "skeleton" }, h("i"), h("i"))),
      ),
    );
  }

  /** Numbers for the tabs, from the shop; `hidden` are ids of open things that stand above already. */
  setCounts(counts) {
    this.counts = counts;
    if (!this.box.hasAttribute("aria-busy")) this.draw();
  }

  async load(signal) {
    try {
      const answer = await getJson(`${this.url}?limit=${PAGE}${this.next ? `&after=${encodeURIComponent(this.next)}` : ""}`, { signal });
      this.items.push(...answer.items);
      if (answer.open?.length) this.open = answer.open;
      this.next = answer.next;
      if (this.hasTabs && !this.#of(this.items, "help").length && !this.#of(this.open, "help").length && this.#of(this.items, "ask").length)
        this.side = "ask";
      this.box.removeAttribute("aria-busy");
      this.draw();
    } catch (error) {
      if (error.name === "AbortError") return;
      this.box.removeAttribute("aria-busy");
      swap(
        this.box,
        h(
          "p",
          { class: "error-line", role: "alert" },
          `往事没有取到：${error.message}`,
          h("button", { type: "button", class: "textbtn", text: "重试", onclick: () => this.load() }),
        ),
      );
    }
  }

  #of(list, side) {
    return this.hasTabs ? list.filter((entry) => entry.side === side) : list;
  }

  draw() {
    const shown = this.#of(this.items, this.side);
    const open = this.#of(this.open, this.side).filter((entry) => !this.hidden.has(entry.ref));
    const empty = !shown.length && !open.length;
    swap(
      this.box,
      this.hasTabs && this.#tabs(),
      h(
        "div",
        this.hasTabs ? { role: "tabpanel", id: "history-panel", "aria-labelledby": `tab-${this.side}`, tabindex: "-1" } : {},
        open.length > 0 && h("ol", { class: "rows open-things" }, openThings(open, this.kinds)),
        h("ol", { class: "timeline" }, timeline(shown, this.kinds)),
        empty && h("p", { class: "empty", text: this.next ? "更早的还没有取。" : "还没有记录。" }),
        this.next && this.#more(),
      ),
    );
  }

  #tabs() {
    const tab = ([side, word]) => {
      const open = this.#of(this.open, side).filter((entry) => !this.hidden.has(entry.ref)).length;
      const count = this.counts?.[side] ?? this.#of(this.items, side).length;
      return h(
        "button",
        {
          type: "button",
          role: "tab",
          id: `tab-${side}`,
          "aria-selected": String(side === this.side),
          "aria-controls": "history-panel",
          tabindex: side === this.side ? "0" : "-1",
          onclick: () => this.#choose(side),
          onkeydown: (event) => this.#onKey(event),
        },
        word,
        h("span", { class: "count", text: String(count) }),
        open > 0 && h("span", { class: "chip-quiet", text: `${open}件未了` }),
      );
    };
    return h("div", { class: "tabs", role: "tablist", "aria-label": "往事" }, TABS.map(tab));
  }

  #choose(side) {
    this.side = side;
    this.draw();
    this.box.querySelector(`#tab-${side}`).focus();
  }

  #onKey(event) {
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") this.#choose(this.side === "help" ? "ask" : "help");
  }

  #more() {
    const button = h(
      "button",
      {
        type: "button",
        class: "textbtn more",
        onclick: () => {
          button.disabled = true;
          this.load();
        },
      },
      "更早的",
      icon("down"),
    );
    return button;
  }
}
