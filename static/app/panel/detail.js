/** The detail in the place of the list: head with the way back, then a shop, a place or a case; what the map knows stands at once. */
import { byId, h, swap } from "../dom.js";
import { icon } from "../icons.js";
import { CaseDetail } from "./case.js";
import { PlaceDetail } from "./place.js";
import { ShopDetail } from "./shop.js";

const KINDS = { shops: ShopDetail, places: PlaceDetail, cases: CaseDetail };
const TITLES = { shops: "图上商铺", places: "图上点位", cases: "图上在办" };

export class DetailView {
  /** @param {object} parts app, router, onPosition(lon, lat, kind) */
  constructor({ app, router, onPosition }) {
    Object.assign(this, { app, router, onPosition });
    this.view = byId("detail-view");
    this.view.addEventListener(
      "keydown",
      (event) => event.key === "Escape" && !event.target.closest("dialog, input, textarea") && router.close(),
    );
  }

  /** @param {{type: string, id: string} | null} wanted @param {object | null} known properties that the map or list already has */
  show(wanted, known) {
    this.abort?.abort();
    const isOpen = Boolean(wanted);
    document.body.classList.toggle("has-detail", isOpen);
    byId("list-view").hidden = isOpen;
    this.view.hidden = !isOpen;
    if (!isOpen) return;
    this.abort = new AbortController();
    const date = h("span", { class: "second updated" });
    const head = h(
      "header",
      { class: "detail-head" },
      h("button", { type: "button", class: "iconbtn", "aria-label": "返回列表", onclick: () => this.router.close() }, icon("back")),
      h("span", { class: "second", text: TITLES[wanted.type] }),
      date,
    );
    const body = h("div", { class: "detail-body" });
    swap(this.view, head, body);
    this.view.scrollTop = 0;
    const detail = (this.current = new KINDS[wanted.type]({
      ...wanted,
      known,
      kinds: this.app.kinds,
      body,
      updated: date,
      onPosition: this.onPosition,
      reload: () => this.show(wanted, known),
      changed: () => this.app.refresh(),
    }));
    detail.draw(null);
    detail.load(this.abort.signal).catch((error) => {
      if (error.name !== "AbortError") this.#failed(body, wanted, known, error);
    });
    this.view.focus({ preventScroll: true });
  }

  /** The kinds have come: signs get their shapes and colours. */
  redraw() {
    if (!this.view.hidden) this.current?.redraw();
  }

  #failed(body, wanted, known, error) {
    const retry =
      error.status !== 404 && h("button", { type: "button", class: "textbtn", text: "重试", onclick: () => this.show(wanted, known) });
    const message = h("p", { class: "error-line", role: "alert" }, error.message, retry);
    if (error.status === 404) body.replaceChildren(h("h1", { text: "没有找到" }), message, h("p", { class: "way-out" }, h("a", { class: "btn", href: "/", text: "回到地图" })));
    else body.prepend(message);
    body.querySelectorAll(".skeleton").forEach((bar) => bar.remove());
  }
}
