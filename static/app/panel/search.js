/** Search as one types: shops, places, addresses, case numbers, by pinyin too; arrow keys choose. */
import { getJson } from "../api.js";
import { byId, h, swap } from "../dom.js";

const ASK_AFTER_MS = 120;
const TYPES = { shop: "商铺", place: "点位", case: "案卷", address: "门牌" };

export class Search {
  /** @param {(item: object) => void} onChoose */
  constructor(onChoose) {
    this.onChoose = onChoose;
    this.input = byId("q");
    this.list = byId("found");
    this.items = [];
    this.at = -1;
    this.input.addEventListener("input", () => this.#later());
    this.input.addEventListener("focus", () => this.items.length && this.#open(true));
    this.input.addEventListener("keydown", (event) => this.#onKey(event));
    document.addEventListener("pointerdown", (event) => !byId("search").contains(event.target) && this.#open(false));
  }

  #later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#ask(), ASK_AFTER_MS);
  }

  async #ask() {
    const q = this.input.value.trim();
    this.abort?.abort();
    if (!q) {
      this.items = [];
      this.#open(false);
      return;
    }
    this.abort = new AbortController();
    try {
      const { items } = await getJson(`/api/v1/search?q=${encodeURIComponent(q)}`, { signal: this.abort.signal });
      this.items = items;
      this.#show(q);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.items = [];
      swap(this.list, h("div", { class: "nothing", role: "option", "aria-disabled": "true", text: error.message }));
      this.#open(true);
    }
  }

  #show(q) {
    this.at = -1;
    swap(
      this.list,
      this.items.map((item, i) =>
        h(
          "div",
          { class: "hit", role: "option", id: `hit-${i}`, "aria-selected": "false", onclick: () => this.#choose(i) },
          h("span", { class: "what" }, h("span", { class: "place", text: item.title }), h("small", { text: item.subtitle ?? "" })),
          h("small", { text: TYPES[item.type] ?? "" }),
        ),
      ),
      !this.items.length &&
        h("div", { class: "nothing", role: "option", "aria-disabled": "true", text: `没有找到“${q}”。可以试门牌号、店名或拼音首字母。` }),
    );
    this.#open(true);
  }

  #open(on) {
    this.list.hidden = !on;
    this.input.setAttribute("aria-expanded", String(on));
    if (!on) this.input.removeAttribute("aria-activedescendant");
  }

  #onKey(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") this.#open(false);
    if (event.key === "Enter" && this.items.length) this.#choose(Math.max(0, this.at));
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !this.items.length) return;
    event.preventDefault();
    this.at = (this.at + step + this.items.length) % this.items.length;
    [...this.list.children].forEach((row, i) => row.setAttribute("aria-selected", String(i === this.at)));
    this.list.children[this.at]?.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", `hit-${this.at}`);
  }

  #choose(i) {
    this.#open(false);
    this.input.blur();
    this.onChoose(this.items[i]);
  }
}
