/** Reports per week under the map: drag the handles or use the arrow keys to choose the weeks that count. */
import { getJson } from "./api.js";
import { byId, h, s, swap } from "./dom.js";
import { addDays, day } from "./format.js";

const TOP = 12;
const BASE = 66;
const LABEL_Y = 84;
const DEFAULT_WEEKS = 8;
const SHOWN_WEEKS = 26;
const HANDLE_PX = 9;
/** Half the width of a digit of the label. */
const DIGIT_PX = 4;
const APPLY_AFTER_MS = 120;
/** Marks of what happened around are not what the first view waits for. */
const CONTEXT_AFTER_MS = 2500;

export class Brush {
  /** @param {import("./filters.js").Filters} filters */
  constructor(filters) {
    this.filters = filters;
    this.weeks = [];
    this.words = h("div", { class: "words" });
    this.bars = h("div", { class: "bars" });
    this.svg = s("svg", { "aria-hidden": "true" });
    this.span = h("div", { class: "window" });
    this.handles = ["起", "止"].map((word, end) => this.#handle(word, end));
    this.usual = h("span", { class: "usual-word" });
    this.bars.append(this.span, this.svg, ...this.handles, this.usual);
    swap(byId("brush"), this.words, this.bars);
    this.#draggable(this.span, (weeks, start) => this.#choose(start[0] + weeks, start[1] + weeks));
    new ResizeObserver(() => this.draw()).observe(this.bars);
    filters.addEventListener("change", () => this.load());
  }

  /** Fetch the counts for the filters that are not about time. */
  async load() {
    const { since, until, ...others } = this.filters.all;
    const params = new URLSearchParams(Object.entries(others).filter(([, value]) => value));
    const url = `/api/v1/issues/weeks?${params}`.replace(/\?$/, "");
    if (url !== this.url) {
      this.url = url;
      try {
        const answer = await getJson(url);
        this.weeks = answer.weeks.slice(-SHOWN_WEEKS);
        this.expected = answer.expected;
      } catch {
        this.url = null;
        swap(this.words, "每周新增没有取到", h("button", { type: "button", class: "textbtn", text: "重试", onclick: () => this.load() }));
        return;
      }
    }
    this.#fromFilters(since, until);
    this.draw();
    if (!this.happened) this.#askContext();
  }

  /** What happened around comes when everything else is there. */
  #askContext() {
    this.happened = [];
    const later = globalThis.requestIdleCallback ?? ((act) => setTimeout(act, 1));
    setTimeout(() => later(() => this.#loadContext()), CONTEXT_AFTER_MS);
  }

  async #loadContext() {
    if (!this.bars.clientWidth || !this.weeks.length) return;
    const { contextMarks, contextSince } = await import("./brush-context.js");
    this.happened = await contextSince(this.weeks[0].start);
    this.marks = contextMarks;
    this.draw();
  }

  #fromFilters(since, until) {
    const last = this.weeks.length - 1;
    this.isSet = Boolean(since || until);
    if (!this.isSet) {
      [this.from, this.to] = [Math.max(0, last - DEFAULT_WEEKS + 1), last];
      return;
    }
    const at = (date, fallback) => {
      const found = this.weeks.findLastIndex((week) => week.start <= date);
      return date ? Math.max(0, found) : fallback;
    };
    [this.from, this.to] = [at(since, 0), at(until, last)];
  }

  #handle(word, end) {
    const handle = h("button", { type: "button", class: "handle", role: "slider", "aria-label": `时间${word}`, "aria-valuenow": "0" });
    handle.addEventListener("keydown", (event) => this.#onKey(event, end));
    this.#draggable(handle, (weeks, start) =>
      end ? this.#choose(start[0], Math.max(start[0], start[1] + weeks)) : this.#choose(Math.min(start[1], start[0] + weeks), start[1]),
    );
    return handle;
  }

  #onKey(event, end) {
    const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const width = this.to - this.from + 1;
    const by = event.shiftKey ? step * width : step;
    if (event.shiftKey) this.#choose(this.from + by, this.to + by);
    else if (end) this.#choose(this.from, Math.max(this.from, this.to + by));
    else this.#choose(Math.min(this.to, this.from + by), this.to);
  }

  #draggable(element, move) {
    element.addEventListener("pointerdown", (down) => {
      if (!this.weeks.length) return;
      element.setPointerCapture(down.pointerId);
      const start = [this.from, this.to];
      const onMove = (event) => move(Math.round((event.clientX - down.clientX) / this.step), start);
      element.addEventListener("pointermove", onMove);
      element.addEventListener("pointerup", () => element.removeEventListener("pointermove", onMove), { once: true });
      element.addEventListener("pointercancel", () => element.removeEventListener("pointermove", onMove), { once: true });
    });
  }

  #choose(from, to) {
    const width = to - from;
    const last = this.weeks.length - 1;
    if (from < 0) [from, to] = [0, Math.max(0, Math.min(last, width + Math.min(0, from + 0)))];
    if (to > last) [from, to] = [Math.max(0, Math.min(last, from)), last];
    if (from === this.from && to === this.to) return;
    [this.from, this.to, this.isSet] = [from, to, true];
    this.draw();
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => this.filters.set({ since: this.weeks[this.from].start, until: addDays(this.weeks[this.to].start, 6) }),
      APPLY_AFTER_MS,
    );
  }

  draw() {
    const width = this.bars.clientWidth;
    if (!width || !this.weeks.length) return;
    this.step = width / this.weeks.length;
    const most = Math.max(this.expected ?? 0, 1, ...this.weeks.map((week) => week.count)) * 1.06;
    const y = (count) => BASE - (count / most) * (BASE - TOP - 6);
    const bars = this.weeks.map((week, i) => {
      const chosen = i >= this.from && i <= this.to;
      return s("rect", {
        x: i * this.step + 1,
        y: y(week.count),
        width: Math.max(1, this.step - 2),
        height: BASE - y(week.count),
        class: chosen ? "bar chosen" : "bar",
      });
    });
    const lastCount = this.weeks[this.to].count;
    // Over its bar, but left of the handle that stands on the bar's edge.
    const labelX = Math.min((this.to + 0.5) * this.step, (this.to + 1) * this.step - HANDLE_PX - DIGIT_PX * String(lastCount).length);
    swap(
      this.svg,
      ...bars,
      s("line", { class: "axis", x1: 0, x2: width, y1: BASE, y2: BASE }),
      this.expected &&
        s("line", { class: "cut", x1: this.from * this.step, x2: (this.to + 1) * this.step, y1: y(this.expected), y2: y(this.expected) }),
      this.expected &&
        s("line", { class: "usual", x1: this.from * this.step, x2: (this.to + 1) * this.step, y1: y(this.expected), y2: y(this.expected) }),
      s("text", { class: "top", x: labelX, y: y(lastCount) - 5, text: String(lastCount) }),
      ...this.#months(),
      ...(this.marks ? this.marks(this.happened, this.weeks, this.step) : []),
    );
    this.usual.textContent = this.expected ? `平时约${Math.round(this.expected)}` : "";
    this.usual.style.top = `${y(this.expected ?? 0) - 8}px`;
    this.#place();
  }

  #months() {
    const out = [];
    let last = "";
    this.weeks.forEach((week, i) => {
      const month = Number(week.start.slice(5, 7));
      if (String(month) !== last && (i || Number(week.start.slice(8)) < 8))
        out.push(s("text", { class: "month", x: i * this.step + 1, y: LABEL_Y, text: `${month}月` }));
      last = String(month);
    });
    return out;
  }

  #place() {
    const [left, right] = [this.from * this.step, (this.to + 1) * this.step];
    this.span.style.left = `${left}px`;
    this.span.style.width = `${right - left}px`;
    this.handles.forEach((handle, end) => {
      const index = end ? this.to : this.from;
      handle.style.left = `${end ? right : left}px`;
      handle.setAttribute("aria-valuemin", 0);
      handle.setAttribute("aria-valuemax", this.weeks.length - 1);
      handle.setAttribute("aria-valuenow", index);
      handle.setAttribute("aria-valuetext", `${day(end ? addDays(this.weeks[index].start, 6) : this.weeks[index].start)}`);
    });
    this.#say();
  }

  #say() {
    const sum = (from, to) => this.weeks.slice(Math.max(0, from), to + 1).reduce((total, week) => total + week.count, 0);
    const count = this.to - this.from + 1;
    const before = this.from - count >= 0 ? `，前${count}周 ${sum(this.from - count, this.from - 1)}件` : "";
    swap(
      this.words,
      h("span", { text: `每周新增 · ${this.isSet ? "只看" : "选中"}${count}周` }),
      this.isSet &&
        h("button", { type: "button", class: "clear", text: "看全部", onclick: () => this.filters.set({ since: "", until: "" }) }),
      h("br"),
      h("b", { text: `${sum(this.from, this.to)}件` }),
      before,
      h("small", { text: `${day(this.weeks[this.from].start)}–${day(addDays(this.weeks[this.to].start, 6))}` }),
    );
  }
}
