/** 今日: the door one stands at, four buttons for it, and the doors that follow. */
import { h, swap } from "../dom.js";
import { toast } from "../toast.js";
import { showVisit } from "./campaign-told.js";
import { now, officeHour } from "./clock.js";
import { onDay } from "./day.js";
import { asRecorded, doorFace, roomFor } from "./door-card.js";
import { doorPast } from "./door-past.js";
import { renderStrip } from "./map-strip.js";
import { dayLines, nextDoors } from "./next-doors.js";
import { dayOfWeek, glyph, isToday, keptPromises, shortName, today, toldNews } from "./parts.js";
import { addPosition } from "./position.js";
import { current, doorStates, remaining } from "./progress.js";
import { entries, onChange, record } from "./queue.js";
import { go, setHome } from "./router.js";
import { statusStrip } from "./status-strip.js";
import { emptyDay, nothingLeft, skeleton } from "./today-empty.js";
import { showUndo, undoHost } from "./undo-strip.js";
import { unfinishedDoors } from "./unfinished.js";
import { walkStrip } from "./walk-strip.js";

/** A second tap of a thick glove must not land on the door that has just slid in. */
const GUARD_MS = 400;
const WORDS = { met: "见到了，没事", closed: "没开门" };
const RESULT_WORDS = { gone: "好了", better: "好些", same: "还那样", worse: "更糟", back: "又来了" };
let readyAt = 0;
/** The door that was last shown, by whichever view. */
let shownCode = null;
let focusesDoor = false;

/** A sheet closes: the focus goes to the door behind it. */
export function focusDoorNext() {
  focusesDoor = true;
}

/**
 * @param {HTMLElement} root @param {{day: object | null, params: {code?: string}}} about
 * @returns {() => void} stops what the view began
 */
export function render(root, { day, params }) {
  undoHost();
  if (!params.code) setHome("/today");
  const view = new TodayView(root, params.code ?? null);
  view.start(day);
  return () => view.stop();
}

const head = (day) => {
  const { calls = 0, return_visits: returns = 0, promises = 0 } = day?.counts ?? {};
  const count = (word, n, unit = "") => [word, h("b", { text: String(n) }), unit];
  const parts = [count("要走", calls, "户"), returns > 0 && count("回访", returns), promises > 0 && count("答应的事", promises)].filter(Boolean);
  return h(
    "header",
    { class: "today-head" },
    h("h1", {}, h("b", { text: "今日" }), h("span", { text: ` · ${dayOfWeek(today())}` })),
    day && h("p", {}, parts.map((part, i) => [i > 0 && " · ", part]), day.office?.demo && h("span", { class: "demo", text: "示例数据" })),
  );
};

class TodayView {
  constructor(root, pinned) {
    Object.assign(this, { root, pinned, code: null, pastOf: null, states: {}, list: [], busy: false, turn: 0, stops: [], stopStrip: null });
  }

  start(day) {
    this.day = day;
    this.strip = statusStrip();
    this.walk = walkStrip(() => this.day);
    this.card = h("article", { class: "door", "aria-labelledby": "door-name" }, h("div", { class: "door-upper" }), this.buttons());
    this.said = h("p", { class: "sr", role: "status" });
    this.below = h("div", { class: "below" });
    this.map = h("canvas", { class: "strip-map", width: "390", height: "82" });
    this.stops = [this.strip.stop, this.walk.stop, onChange(() => this.draw()), onDay((newDay) => this.take(newDay))];
    this.lay();
    this.draw();
  }

  stop() {
    this.turn += 1;
    this.stopStrip?.();
    this.stops.forEach((stop) => stop?.());
  }

  take(day) {
    this.day = day;
    this.lay();
    this.draw();
  }

  /** What stands before anything was read: nothing jumps when it has been. */
  lay() {
    const { day } = this;
    const middle = day ? [this.walk.element, this.map, this.card, this.below] : [emptyDay()];
    swap(this.root, h("div", { class: "today" }, head(day), this.strip.element, this.said, middle));
    if (!day) return;
    this.walk.draw();
    swap(this.card.firstChild, skeleton());
    const due = day.route.flatMap((side) => side.doors).filter((code) => day.doors[code]);
    const room = roomFor(day, due, document.documentElement.clientWidth);
    this.card.style.setProperty("--rows", room.rows);
    this.card.style.setProperty("--lines", room.lines);
    this.card.style.setProperty("--name", `${room.name_px}px`);
  }

  /** What was at this door, in the place of the doors that follow. */
  toggleHistory() {
    this.pastOf = this.pastOf === this.code ? null : this.code;
    this.draw();
  }

  buttons() {
    const act = (text, onclick, mark, name = "") => h("button", { type: "button", class: `act ${name}`, onclick }, mark && glyph(mark, 22), h("span", { text }));
    this.acts = h(
      "div",
      { class: "acts", role: "group", "aria-label": "记这户" },
      act("见到了，没事", () => (this.goesBack ? this.open("return") : this.tapped("met")), "tick", "met"),
      act("有事要记", () => this.open("record")),
      act("没开门", () => this.tapped("closed")),
      act("换店/歇业", () => this.open("changed")),
    );
    return this.acts;
  }

  async draw() {
    const { day } = this;
    if (!day) return;
    const turn = ++this.turn;
    const [list, drafts] = await Promise.all([entries(), unfinishedDoors()]);
    if (turn !== this.turn) return;
    const states = doorStates(day, list);
    const code = current(day, list, this.pinned);
    const left = remaining(day, list);
    Object.assign(this, { states, list });
    this.showDoor(code, list, states, drafts);
    if (this.pastOf === code && code) return swap(this.below, doorPast(day.doors[code], day, () => this.toggleHistory()));
    const next = left.filter((other) => other !== code);
    swap(this.below, code && (next.length > 0 || left.length > 0) ? nextDoors(day, next, states, code, drafts) : null, dayLines(day));
  }

  showDoor(code, list, states, drafts) {
    const { day } = this;
    const entry = list.find((one) => one.code === code && one.type === "visit" && !one.withdrawn && isToday(one)) ?? null;
    const door = day.doors[code] && asRecorded(day.doors[code], entry);
    this.card.classList.toggle("is-empty", !door);
    this.map.hidden = !door;
    if (!door) {
      this.code = null;
      return swap(this.card.firstChild, nothingLeft(day, list));
    }
    const slides = shownCode !== null && shownCode !== code;
    const about = {
      kept: keptPromises(list),
      told: toldNews(list),
      tell: (news) => this.tell(door, news),
      entry,
      word: wordOf(entry),
      isDone: states[code].done,
      draft: drafts.has(code),
      keep: (promise) => this.keep(door, promise),
      history: () => this.toggleHistory(),
      isOpen: this.pastOf === code,
    };
    const face = doorFace(door, day, about);
    this.goesBack = !entry && (door.returns ?? []).length > 0;
    this.acts.querySelector(".met span").textContent = this.goesBack ? "回访，看效果" : WORDS.met;
    if (slides) this.arrive(face, door);
    this.code = shownCode = code;
    swap(this.card.firstChild, face);
    if (focusesDoor) face.querySelector("h2").focus({ preventScroll: true });
    focusesDoor = false;
    this.stopStrip?.();
    this.stopStrip = renderStrip(this.map, day, states, code) ?? null;
  }

  /** Another door slides in; for a moment the buttons take no tap, and no tap waits for the slide. */
  arrive(face, door) {
    this.said.textContent = `现在是${door.address} ${door.name}`;
    face.classList.add("arrives");
    this.card.firstChild.scrollTop = 0;
    scrollTo(0, 0);
    readyAt = performance.now() + GUARD_MS;
    this.tellDeaf();
  }

  tellDeaf() {
    const deaf = this.isDeaf();
    this.acts.toggleAttribute("data-fresh", deaf);
    for (const button of this.acts.children) button.setAttribute("aria-disabled", String(deaf));
    const rest = readyAt - performance.now();
    if (rest > 0) setTimeout(() => this.tellDeaf(), rest + 5);
  }

  isDeaf() {
    return this.busy || performance.now() < readyAt || !this.code;
  }

  open(sheet) {
    if (!this.isDeaf()) go(`/today/doors/${this.code}/${sheet}`);
  }

  async tapped(outcome) {
    if (this.isDeaf()) return;
    const door = this.day.doors[this.code];
    const body = { shop: door.code, kind: door.kind, outcome, needs: [], promises: [], issues: [], note: "" };
    await this.write("visit", body, `${shortName(door)} ${WORDS[outcome]}`, outcome === "closed" ? comeBack(door, this.states[door.code]) : null);
  }

  async keep(door, promise) {
    if (this.busy) return;
    const target = { target: promise.id, target_type: "promise" };
    await this.write("promise_kept", target, `${shortName(door)} 办好了：${promise.text}`, null, true);
  }

  async tell(door, news) {
    if (this.busy) return;
    const target = { target: news.id, target_type: news.type, told: true };
    await this.write("promise_kept", target, `${shortName(door)} 告诉店主了：${news.text}`, null, true);
  }

  /** First onto the phone, then on to the next door; no tap is taken in between. */
  async write(type, body, label, note, stays = false) {
    const { code } = this;
    this.busy = true;
    this.tellDeaf();
    try {
      const entry = await record(type, body, { label, code });
      readyAt = performance.now() + GUARD_MS;
      const more = { note, undone: () => go(`/today/doors/${code}`, { replace: true }) };
      if (type === "visit") showVisit(this.day.doors[code], entry, this.list, more);
      else showUndo(entry, more);
      navigator.vibrate?.(15);
      if (type === "visit") addPosition(this.day, entry);
      if (this.pinned && !stays) return go("/today", { replace: true });
      await this.draw();
    } catch (error) {
      toast(`没记上：${error?.message || "手机存不下了"}。请再点一次，还不行就去“我的”里腾地方。`, { error: true });
    }
    this.busy = false;
    this.tellDeaf();
  }
}

const wordOf = (entry) => {
  if (!entry) return "";
  const { outcome, note, needs, issues, promises, tenancy, effect } = entry.body;
  if (effect) return `回访：${RESULT_WORDS[effect.result]}`;
  if (tenancy || outcome === "changed") return "换店/歇业";
  if (outcome === "closed") return WORDS.closed;
  return note || needs?.length || issues?.length || promises?.length ? "有事" : WORDS.met;
};

/** What to say when the door is shut once more: never that anybody failed. */
function comeBack(door, state) {
  if (!door.if_closed) return null;
  const { text, from_hour: from, until_hour: until } = door.if_closed;
  const hour = officeHour(now());
  if (hour < from && state?.outcome !== "closed") return `${text}，${from}点后再来`;
  return hour < until ? `${text}，改天${from}点后再来` : `${text}，改天再来`;
}
