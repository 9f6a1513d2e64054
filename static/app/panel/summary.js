/** Three numbers that matter today, each with what it compares to, and the kinds as chips. */
import { getJson } from "../api.js";
import { byId, h, swap } from "../dom.js";
import { sign } from "../icons.js";

const SHOWN_KINDS = 6;

// Each leads to the list it counts; of those walked to that is the list of those not yet, for who has a desk.
function number(name, value, { late, total, unit, before, label, href } = {}) {
  const compared = before === null || before === undefined ? " " : `${label} ${before}${unit ?? ""}`;
  return h(
    href ? "a" : "div",
    { class: late ? "number is-late" : "number", href },
    h("p", { class: "value" }, h("b", { text: String(value) }), total !== undefined && h("span", { text: `/${total}${unit}` })),
    h("p", { class: "name", text: name }),
    h("p", { class: "before", text: compared }),
  );
}

/** @param {AbortSignal} [signal] */
export async function showNumbers(signal) {
  const { open, overdue, visited } = await getJson("/api/v1/summary", { signal });
  swap(
    byId("numbers"),
    number("在办", open.value, { before: open.before, label: open.before_label, href: "/cases" }),
    number("超时", overdue.value, {
      late: overdue.value > 0, before: overdue.before, label: overdue.before_label, href: "/cases?state=overdue",
    }),
    number("本月走到", visited.value, {
      total: visited.total, unit: "户", before: visited.before, label: visited.before_label, href: byId("numbers").dataset.notVisited,
    }),
  );
  document.body.classList.toggle("is-new", !visited.total && !open.value);
  for (const badge of document.querySelectorAll("[data-overdue]")) {
    badge.hidden = !overdue.value;
    badge.textContent = overdue.value;
    badge.setAttribute("aria-label", `${overdue.value}件超时`);
  }
}

export class KindChips {
  /** @param {import("../filters.js").Filters} filters */
  constructor(filters) {
    this.filters = filters;
    this.kinds = [];
    this.isWide = false;
    filters.addEventListener("change", () => this.#mark());
  }

  /** @param {object[]} kinds with `open` counts */
  show(kinds) {
    this.kinds = [...kinds];
    const order = [...kinds].sort((a, b) => b.open - a.open);
    const first = new Set(order.slice(0, SHOWN_KINDS).map((kind) => kind.code));
    const more = kinds.filter((kind) => !first.has(kind.code) && (kind.open > 0 || this.filters.kinds.includes(kind.code)));
    swap(
      byId("kinds"),
      kinds.filter((kind) => first.has(kind.code)).map((kind) => this.#chip(kind)),
      more.map((kind) => this.#chip(kind, true)),
      more.length > 0 && this.#more(more.length),
    );
    this.#mark();
  }

  #chip(kind, extra = false) {
    return h(
      "button",
      {
        type: "button",
        class: extra ? "kind extra" : "kind",
        "data-kind": kind.code,
        "aria-pressed": "false",
        title: kind.name,
        onclick: () => this.filters.toggleKind(kind.code),
      },
      sign(kind, "none", 17),
      h("span", { text: kind.short_name || kind.name }),
      h("b", { text: String(kind.open) }),
    );
  }

  #more(count) {
    const button = h("button", { type: "button", class: "textbtn more-kinds", "aria-expanded": "false", text: `还有${count}类` });
    button.addEventListener("click", () => {
      this.isWide = byId("kinds").classList.toggle("wide");
      button.setAttribute("aria-expanded", String(this.isWide));
      button.textContent = this.isWide ? "收起" : `还有${count}类`;
    });
    return button;
  }

  #mark() {
    const chosen = new Set(this.filters.kinds);
    for (const chip of byId("kinds").querySelectorAll(".kind")) {
      const on = chosen.has(chip.dataset.kind);
      chip.setAttribute("aria-pressed", String(on));
      chip.classList.toggle("off", chosen.size > 0 && !on);
    }
  }
}
