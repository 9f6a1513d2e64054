/** A spot that is no shop: what it is, who answers for it, and its history. */
import { getJson } from "../api.js";
import { h, swap } from "../dom.js";
import { day } from "../format.js";
import { History } from "./history.js";

export class PlaceDetail {
  constructor(parts) {
    Object.assign(this, parts);
    this.url = `/api/v1/places/${encodeURIComponent(this.id)}`;
    this.history = new History(`${this.url}/history`, this.kinds, { tabs: false });
  }

  async load(signal) {
    const [place] = await Promise.all([getJson(this.url, { signal }), this.history.load(signal)]);
    this.draw(place);
    const latest = this.history.items[0]?.at ?? place.updated_at;
    if (latest) this.updated.textContent = `最近更新 ${day(latest)}`;
    if (place.position) this.onPosition(place.position.lon, place.position.lat, { place: place.code });
  }

  redraw() {
    this.draw(this.shown);
    if (!this.history.box.hasAttribute("aria-busy")) this.history.draw();
  }

  /** @param {object | null} place */
  draw(place) {
    this.shown = place;
    const now = place ?? this.known ?? {};
    document.title = `${now.name ?? this.id} · 民情地图`;
    swap(
      this.body,
      h("h1", { text: now.name ?? this.id }),
      h("p", { class: "subtitle", text: ["点位", now.kind, now.address].filter(Boolean).join(" · ") }),
      place?.responsible_unit && h("dl", { class: "facts people" }, h("dt", { text: "责任" }), h("dd", { text: place.responsible_unit })),
      place?.note && h("p", { class: "note", text: place.note }),
      place &&
        h(
          "div",
          { class: "acts" },
          h("a", { class: "btn main", href: `/places/${encodeURIComponent(place.code)}`, "data-page": true, text: "打开点位" }),
          document.body.dataset.mayReport !== undefined &&
            h("a", { class: "btn", href: `/issues/new?place=${encodeURIComponent(place.code)}`, text: "记一笔" }),
        ),
      this.history.box,
    );
  }
}
