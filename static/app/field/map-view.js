/** 地图: my streets, doors and spots on the phone; a tap on one says what it is. */
import { h, swap } from "../dom.js";
import { icon } from "../icons.js";
import { onDay } from "./day.js";
import { doorsFound } from "./doors-found.js";
import { liveMap } from "./live-map.js";
import { isToGo, stateOf } from "./map-doors.js";
import { sourceWords } from "./map-strip.js";
import { notTaken, pageHead } from "./page-head.js";
import { current, doorStates } from "./progress.js";
import { entries, onChange } from "./queue.js";
import { go } from "./router.js";

const [SCALE, NEAR_SCALE, HIT_PX, MOST_FOUND] = [1.05, 2.2, 24, 6];
const SAID = { met: "今天见到了", closed: "今天没开门", changed: "今天记了换店或歇业" };

/** @param {HTMLElement} root @param {{day: object | null}} about @returns {() => void} */
export function render(root, { day }) {
  if (!day) {
    swap(root, h("div", { class: "sub" }, pageHead("地图"), notTaken("街道和门牌都不在")));
    return undefined;
  }
  const view = new MapView(root, day);
  view.start();
  return () => view.stop();
}

/** What there is to say of a door today. */
export function doorWords(door, state) {
  const outcome = (state && state.done && state.outcome) || (door.visited_today && door.visited_today.outcome);
  if (outcome) return SAID[outcome] || "今天去过了";
  if (state && state.later_from_hour) return `今天${state.later_from_hour}点后再去`;
  if (isToGo(door, state)) return `还要去：${door.reasons.map(({ text }) => text).join("；") || "本月还没走到"}`;
  return door.state === "open" || !door.state_name ? "今天不用去" : `${door.state_name}，今天不用去`;
}

class MapView {
  constructor(root, day) {
    Object.assign(this, { root, day, states: {}, map: null, stops: [] });
  }

  async start() {
    this.canvas = h("canvas", { class: "livemap", tabindex: "0", role: "img", "aria-label": "地图：方向键移动，加号减号缩放；门牌也可以在下面的列表里找" });
    this.card = h("section", { class: "mapcard", hidden: true, "aria-live": "polite" });
    this.found = h("ul", { class: "found", hidden: true });
    swap(this.root, h("div", { class: "mapview" }, h("h1", { class: "sr", text: "地图" }), this.frame(), this.list(), this.more()));
    const list = await entries();
    if (!this.canvas.isConnected) return;
    this.states = doorStates(this.day, list);
    const code = current(this.day, list);
    this.code = code;
    const middle = this.day.doors[code] || Object.values(this.day.doors)[0] || this.day.places[0];
    if (!middle) return;
    const view = { day: this.day, states: this.states, center: middle, scale: SCALE, mark: { code, whole: true }, margin: 24 };
    this.view = view;
    this.map = liveMap(this.canvas, view, { onTap: (drawn, x, y) => this.tap(drawn, x, y), onMove: () => this.measure() });
    this.stops.push(onChange(() => this.again()), onDay((day) => day && this.take(day)));
  }

  stop() {
    if (this.map) this.map.stop();
    this.stops.forEach((stop) => stop());
  }

  take(day) {
    this.day = day;
    this.view.day = day;
    this.again();
  }

  async again() {
    const list = await entries();
    this.states = doorStates(this.day, list);
    Object.assign(this.view, { states: this.states, mark: { code: current(this.day, list), whole: true } });
    this.map.draw();
  }

  frame() {
    this.bar = h("span", { class: "scalebar" }, h("span", { text: "100米" }));
    const press = (label, name, act) => h("button", { type: "button", class: "iconbtn", "aria-label": label, onclick: () => this.map && act() }, icon(name));
    const home = () => this.day.doors[this.code] && this.map.to(this.day.doors[this.code], NEAR_SCALE);
    return h(
      "div",
      { class: "mapframe" },
      this.canvas,
      h(
        "div",
        { class: "mapover" },
        this.search(),
        h(
          "div",
          { class: "furniture" },
          press("放大", "plus", () => this.map.zoom(1.5)),
          press("缩小", "minus", () => this.map.zoom(1 / 1.5)),
          press("回到现在这户", "locate", home),
        ),
      ),
      h("div", { class: "mapfoot" }, this.bar, h("span", { class: "source", text: sourceWords(this.day) })),
      this.card,
    );
  }

  search() {
    const input = h("input", { type: "search", enterkeyhint: "search", autocomplete: "off", placeholder: "门牌、店名，例如 27", "aria-label": "找门牌或店名" });
    input.addEventListener("input", () => this.show(doorsFound(this.day, input.value).slice(0, MOST_FOUND), input.value));
    input.addEventListener("keydown", (event) => {
      const [first] = event.key === "Enter" ? doorsFound(this.day, input.value) : [];
      if (first) this.pick(first, input);
    });
    return h("div", { class: "mapsearch" }, input, this.found);
  }

  show(doors, typed) {
    const none = typed.trim() && !doors.length;
    const rows = doors.map((door) => h("li", {}, h("button", { type: "button", onclick: () => this.pick(door) }, h("b", { text: door.address }), ` ${door.name}`)));
    swap(this.found, none ? h("li", { class: "none", text: "我的门牌里没有。换个号码或店名再找。" }) : rows);
    this.found.hidden = !none && !rows.length;
  }

  pick(door, input) {
    this.found.hidden = true;
    if (input) input.blur();
    if (this.map) this.map.to(door, NEAR_SCALE);
    this.showDoor(door);
  }

  tap(drawn, x, y) {
    const near = [...drawn.doors, ...drawn.places]
      .map((spot) => ({ spot, distance: Math.hypot(spot.x - x, spot.y - y) }))
      .filter(({ distance }) => distance < HIT_PX)
      .sort((a, b) => a.distance - b.distance)[0];
    if (!near) this.card.hidden = true;
    else if (this.day.doors[near.spot.code]) this.showDoor(this.day.doors[near.spot.code]);
    else this.showPlace(near.spot.thing);
  }

  showCard(title, second, line, act, where) {
    swap(
      this.card,
      h("button", { type: "button", class: "iconbtn close", "aria-label": "关上", onclick: () => (this.card.hidden = true) }, icon("close")),
      h("h2", {}, h("b", { text: title }), second && h("span", { text: second })),
      h("p", { class: "second", text: line }),
      h("button", { type: "button", class: "btn main", text: act, onclick: () => go(where) }),
    );
    this.card.hidden = false;
  }

  showDoor(door) {
    this.showCard(door.address, door.name, doorWords(door, stateOf(this.states, door.code)), "去这户", `/today/doors/${door.code}`);
  }

  showPlace(place) {
    this.showCard(place.name, "", `点位 · ${place.kind}`, "在这里记一笔", `/today/note?place=${place.code}`);
  }

  /** A round length that takes 40 to 100 pixels at this scale. */
  measure() {
    const metres = [10, 20, 50, 100, 200, 500].find((length) => length * this.view.scale >= 40) || 1000;
    this.bar.firstChild.textContent = `${metres}米`;
    this.bar.style.setProperty("width", `${Math.round(metres * this.view.scale)}px`);
  }

  list() {
    const all = Object.values(this.day.doors);
    const out = h("details", { class: "doorlist" }, h("summary", { text: `门牌列表（${all.length}户）` }));
    out.addEventListener("toggle", () => out.open && out.children.length === 1 && out.append(...this.sides(all)));
    return out;
  }

  sides(all) {
    const streets = [...new Set(all.map(({ street }) => street))];
    return streets.map((street) => {
      const doors = all.filter((door) => door.street === street).sort((a, b) => parseInt(a.number, 10) - parseInt(b.number, 10));
      const row = (door) =>
        h("li", {}, h("a", { href: `/today/doors/${door.code}` }, h("b", { text: door.number }), h("span", {}, door.name, h("small", { text: doorWords(door, stateOf(this.states, door.code)) }))));
      return h("section", {}, h("h2", { text: street }), h("ul", {}, doors.map(row)));
    });
  }

  more() {
    const legend = h("p", { class: "second legend" }, h("i", { class: "dot open" }), "还要去", h("i", { class: "dot" }), "走到了，或今天不用去", h("i", { class: "square" }), "点位");
    return h("footer", { class: "mapmore" }, legend, navigator.onLine && h("a", { href: "/", text: "完整地图（要有网）" }));
  }
}
