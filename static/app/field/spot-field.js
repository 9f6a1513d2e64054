/** 在哪儿: a 点位, a point on the map under a fixed cross, or a door by its number. */
import { h, swap } from "../dom.js";
import { icon } from "../icons.js";
import { liveMap } from "./live-map.js";
import { doorsFound } from "./doors-found.js";
import { apart } from "./plane.js";
import { current, doorStates } from "./progress.js";
import { entries } from "./queue.js";
import { choice } from "./sheet.js";

const [FIRST_PLACES, MOST_DOORS, STEP_PX, SCALE] = [3, 5, 14, 2.6];
const REST_MS = 250;
const WAYS = [
  ["place", "点位"],
  ["point", "在图上点"],
  ["shop", "商铺门牌"],
];
const ARROWS = [
  ["往北一点", "up", 0, -1],
  ["往西一点", "left", -1, 0],
  ["往东一点", "right", 1, 0],
  ["往南一点", "down", 0, 1],
];

/**
 * @param {{day: object, values: {where: string | null, place: string | null, shop: string | null, point: object | null}, changed: (change: object) => void}} about
 * @returns {{element: HTMLElement, focus: () => void, stop: () => void}}
 */
export function spotField(about) {
  const field = new SpotField(about);
  field.begin();
  return { element: field.element, focus: () => field.focus(), stop: () => field.stop() };
}

class SpotField {
  constructor({ day, values, changed }) {
    Object.assign(this, { day, values, changed, map: null, here: null, all: false });
    this.ways = h("div", {});
    this.body = h("div", { class: "spot-body" });
    this.element = h("div", { class: "spot" }, this.ways, this.body);
  }

  async begin() {
    if (!this.values.where) this.values.where = this.day.places.length ? "place" : "point";
    // Drawn at once, so that nothing below jumps; what was recorded today may tell another place where one stands.
    this.stand([]);
    // A map is measured when it stands in the page.
    const before = this.values.where === "point" ? null : this.here;
    if (before) this.draw();
    this.stand(await entries());
    if (!this.stopped && (!before || this.here !== before)) this.draw();
  }

  stand(list) {
    this.states = doorStates(this.day, list);
    this.here = this.day.doors[current(this.day, list)] || Object.values(this.day.doors)[0] || this.day.places[0] || null;
  }

  focus() {
    const first = this.body.querySelector("button, input");
    if (first) first.focus();
  }

  stop() {
    this.stopped = true;
    if (this.map) this.map.stop();
    this.map = null;
  }

  set(change) {
    Object.assign(this.values, change);
    this.changed(change);
  }

  draw() {
    const { where } = this.values;
    if (this.map) this.map.stop();
    this.map = null;
    const pick = (chosen) => {
      this.set({ where: chosen || where });
      this.draw();
    };
    swap(this.ways, choice(WAYS, where, pick, { className: "segments three" }));
    if (where === "place") this.drawPlaces();
    else if (where === "shop") this.drawDoors();
    else this.drawMap();
  }

  /** The nearest to where one stands first. */
  drawPlaces() {
    const { day, here, values } = this;
    const sorted = day.places.slice().sort((a, b) => (here ? apart(a, here) - apart(b, here) : 0));
    const chosen = sorted.filter(({ code }) => code === values.place);
    const shown = this.all ? sorted : [...new Set(chosen.concat(sorted))].slice(0, FIRST_PLACES);
    const row = (place) => this.row(place.code, values.place, place.name, `${place.kind}${here ? `，约${metres(apart(place, here))}` : ""}`, "place");
    const more = sorted.length > shown.length && h("button", { type: "button", class: "textbtn", text: `全部${sorted.length}个点位`, onclick: () => this.more() });
    if (!sorted.length) swap(this.body, h("p", { class: "second", text: "还没有点位。可以在图上点，或者选一户门牌。" }));
    else swap(this.body, h("ul", { class: "rows" }, shown.map(row)), more);
  }

  more() {
    this.all = true;
    this.drawPlaces();
    this.focus();
  }

  row(code, chosen, title, second, where) {
    const press = () => {
      this.set({ [where]: code });
      this.draw();
      const same = this.body.querySelector('[aria-pressed="true"]');
      if (same) same.focus();
    };
    const mark = h("i", { class: "radio", "aria-hidden": "true" });
    return h("li", {}, h("button", { type: "button", class: "row", "aria-pressed": String(code === chosen), onclick: press }, mark, h("span", {}, h("b", { text: title }), h("small", { text: second }))));
  }

  drawDoors() {
    const { day, values } = this;
    const list = h("ul", { class: "rows" });
    const show = (typed) => {
      const chosen = day.doors[values.shop];
      const found = typed ? doorsFound(day, typed).slice(0, MOST_DOORS) : chosen ? [chosen] : this.here && this.here.address ? [this.here] : [];
      swap(list, found.length ? found.map((door) => this.row(door.code, values.shop, door.address, door.name, "shop")) : h("li", { class: "second", text: "没有这个门牌，换个号码或店名。" }));
    };
    const input = h("input", { type: "search", autocomplete: "off", placeholder: "门牌或店名，例如 27", "aria-label": "找门牌或店名" });
    input.addEventListener("input", () => show(input.value.trim()));
    swap(this.body, input, list);
    show("");
  }

  drawMap() {
    const { day, values, here } = this;
    const canvas = h("canvas", { class: "livemap", tabindex: "0", role: "img", "aria-label": "地图：十字在正中，方向键移动" });
    this.near = h("p", { class: "second", role: "status" });
    const press = (label, name, act, className = "iconbtn") => h("button", { type: "button", class: className, "aria-label": label, onclick: () => this.map && act() }, icon(name));
    const pad = ARROWS.map(([label, name, dx, dy]) => press(label, "down", () => this.map.shift(dx * STEP_PX, dy * STEP_PX), `iconbtn to-${name}`));
    const zooms = h("div", { class: "furniture" }, press("放大", "plus", () => this.map.zoom(1.5)), press("缩小", "minus", () => this.map.zoom(1 / 1.5)));
    const door = here && here.number && h("button", { type: "button", class: "btn", text: `就在${here.number}门口`, onclick: () => this.map && this.map.to(here) });
    swap(this.body, h("div", { class: "aim" }, canvas, h("i", { class: "cross", "aria-hidden": "true" }), zooms), h("div", { class: "aim-tools" }, h("div", { class: "pad" }, pad), door), this.near);
    const [corner] = (day.streets[0] || { points: [] }).points;
    const center = values.point || (here && { lon: here.lon, lat: here.lat }) || (corner && { lon: corner[0], lat: corner[1] });
    if (!center) return;
    const view = { day, states: this.states, center, scale: SCALE, mark: {}, margin: 12 };
    const onTap = (drawn, x, y) => this.map.to(drawn.map.lonLat(x, y));
    this.map = liveMap(canvas, view, { onTap, onMove: () => this.aimed(view.center) });
  }

  /** Kept when the map rests, not at each frame of a drag. */
  aim(point) {
    this.values.point = point;
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.stopped || this.changed({ point: this.values.point }), REST_MS);
  }

  aimed({ lon, lat }) {
    const point = { lon, lat };
    if (!this.values.point || apart(this.values.point, point) > 0.05) this.aim(point);
    const nearest = Object.values(this.day.doors).reduce((best, door) => (!best || apart(door, point) < apart(best, point) ? door : best), null);
    const far = nearest ? apart(nearest, point) : Infinity;
    this.near.textContent = far < 120 ? `十字在${nearest.address}${far < 4 ? "门口" : `旁边，约${metres(far)}`}` : "拖动地图，或点箭头，把十字移到地方。";
  }
}

const metres = (distance) => (distance < 1000 ? `${Math.max(1, Math.round(distance))}米` : `${(distance / 1000).toFixed(1)}公里`);
