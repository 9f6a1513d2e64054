/** 巡查: the stop one walks to next, why and how, what was found there; left out, put first, planned anew from here. */
import { h, swap } from "../dom.js";
import { toast } from "../toast.js";
import { showVisit } from "./campaign-told.js";
import { now } from "./clock.js";
import { onDay } from "./day.js";
import { doorPast } from "./door-past.js";
import { notTaken, pageHead } from "./page-head.js";
import { dayOfWeek, shortName, today } from "./parts.js";
import { addPosition } from "./position.js";
import { entries, onChange, record, undo } from "./queue.js";
import { go, setHome } from "./router.js";
import { statusStrip } from "./status-strip.js";
import { showChange, showUndo, undoHost } from "./undo-strip.js";
import { unfinishedDoors } from "./unfinished.js";
import { planRow } from "./walk-plan.js";
import { aheadList, beforePage, behindList, ending, leftOut } from "./walk-parts.js";
import { about, progress, secondOfDay, taskFrom, times } from "./walk-progress.js";
import { replan } from "./walk-replan.js";
import { askSkip } from "./walk-skip.js";
import { actsAt, doorStop, makeRoom, placeStop, stopCard, toolsOf, wayBand } from "./walk-stop.js";
import * as store from "./walk-store.js";
import { countOf } from "./walk-strip.js";

const GUARD_MS = 400;
const WAIT_MS = 8000;
const shortStop = ({ label, street = "" }) => (street && label.startsWith(street) ? label.slice(street.length) : label);
const WORDS = { met: "见到了，没事", closed: "没开门" };

/** @param {HTMLElement} root @param {{day: object | null}} about @returns {() => void} */
export function render(root, { day }) {
  undoHost();
  setHome("/today/walk");
  const view = new WalkView(root, day);
  view.start();
  return () => view.stop();
}

class WalkView {
  constructor(root, day) {
    Object.assign(this, { root, day, turn: 0, busy: false, readyAt: 0, stopRef: undefined, pastOf: null, stops: [], sheet: null });
  }

  start() {
    this.strip = statusStrip();
    this.card = stopCard();
    this.said = h("p", { class: "sr", role: "status" });
    this.head = h("header", { class: "today-head" });
    this.way = h("div", { class: "walk-way" });
    this.tools = h("div", { class: "walk-tools", role: "group", "aria-label": "次序" });
    this.below = h("div", { class: "below" });
    this.page = h("div", { class: "today walk" });
    swap(this.root, this.page);
    this.stops = [this.strip.stop, onChange(() => this.draw()), onDay((day) => this.take(day))];
    this.draw();
  }

  take(day) {
    this.day = day;
    this.draw();
  }

  stop() {
    this.turn += 1;
    this.sheet?.();
    this.stops.forEach((stop) => stop?.());
  }

  async draw() {
    const turn = ++this.turn;
    const [here, list, drafts] = await Promise.all([store.walkNow(this.day), entries(), unfinishedDoors()]);
    if (turn !== this.turn) return;
    Object.assign(this, { walk: here.walk, list, drafts });
    if (!here.pack) return this.drawNothing();
    this.drawHead(here);
    if (!here.walk) return this.drawBefore(here.pack);
    this.state = progress(here.walk, list);
    this.drawWalk(here);
  }

  drawNothing() {
    const words = this.day && [h("p", { class: "empty", text: "今天没有发给您的巡查。" }), planRow(this.day)];
    return swap(this.page, pageHead("巡查", "/today"), words || notTaken("巡查还没带走"));
  }

  drawHead({ walk, pack }) {
    const title = h("h1", {}, h("b", { text: pack.shift_name }), h("span", { text: ` · ${dayOfWeek(today())}` }), h("a", { class: "walk-out", href: "/today", text: "回今日" }));
    swap(this.head, title, h("p", {}, this.countWords(walk, pack), this.day.office?.demo && h("span", { class: "demo", text: "示例数据" })));
  }

  countWords(walk, pack) {
    if (!walk) return h("span", { text: countOf(pack) });
    const state = progress(walk, this.list);
    if (state.isOver) return "走完了";
    if (!state.open.length) return "都走到了";
    const { ends } = times(walk, state, secondOfDay(now()));
    return ["还有", h("b", { text: String(state.open.length) }), "站 · ", `${about(ends)}走完`];
  }

  drawBefore(pack) {
    this.stopRef = undefined;
    swap(this.page, this.head, this.strip.element, beforePage(pack, this.day, () => this.safely(() => store.begin(pack, this.day))));
  }

  drawWalk({ walk, newer }) {
    const { state } = this;
    const [stop] = state.isOver ? [] : state.open;
    const news = newer && h("p", { class: "walk-newer" }, h("button", { type: "button", class: "btn", text: "计划改过，点一下换成新的", onclick: () => this.safely(() => store.takeNewer(walk, newer, this.day)) }));
    const parts = stop ? [this.way, this.card, this.tools, this.below] : [this.below];
    if (this.page.lastChild !== this.below || this.page.contains(this.card) !== Boolean(stop) || newer?.edition !== this.newer) {
      swap(this.page, this.head, this.strip.element, this.said, news, parts);
      this.newer = newer?.edition;
    }
    if (stop) this.drawStop(stop);
    else this.stopRef = undefined;
    const { begins } = times(walk, state, secondOfDay(now()));
    const past = stop && this.pastOf === stop.shop && this.pastOf;
    if (past) return swap(this.below, doorPast(this.day.doors[past], this.day, () => this.toggleHistory(past)));
    swap(
      this.below,
      !stop && ending(walk.pack, state, { goOn: () => this.safely(() => this.goOn()), finish: () => this.finish() }),
      stop && aheadList(this.day, state.open.slice(1), begins.slice(1), new Set(walk.late), (other) => this.goFirst(other), this.fromHere()),
      behindList(state, (found, other) => this.takeBack(found, other), (other) => this.goAfterAll(other)),
      leftOut(walk.pack),
    );
  }

  drawStop(stop) {
    const { walk, state } = this;
    const door = this.day.doors[stop.shop] ?? null;
    const arrives = this.stopRef !== undefined && this.stopRef !== stop.ref;
    const face = door ? doorStop(stop, this) : placeStop(stop);
    wayBand(this.way, walk.pack, state.last, stop);
    swap(this.card.lastChild, actsAt(door, this));
    swap(this.tools, toolsOf(this));
    makeRoom(this.card, walk.pack, this.day);
    if (arrives) this.arrive(face, stop);
    this.stopRef = stop.ref;
    swap(this.card.firstChild, face);
    this.tellDeaf();
  }

  toggleHistory(code) {
    this.pastOf = this.pastOf === code ? null : code;
    this.draw();
  }

  arrive(face, stop) {
    this.said.textContent = `下一站${stop.label}`;
    face.classList.add("arrives");
    this.card.firstChild.scrollTop = 0;
    scrollTo(0, 0);
    this.readyAt = performance.now() + GUARD_MS;
    this.tellDeaf();
  }

  tellDeaf() {
    const deaf = this.isDeaf();
    this.card.lastChild.toggleAttribute("data-fresh", deaf);
    for (const button of this.card.lastChild.children) button.setAttribute("aria-disabled", String(deaf));
    const rest = this.readyAt - performance.now();
    if (rest > 0) setTimeout(() => this.tellDeaf(), rest + 5);
  }

  isDeaf() {
    return this.busy || performance.now() < this.readyAt || !this.here();
  }

  here() {
    return this.state?.isOver ? null : (this.state?.open[0] ?? null);
  }

  /** One thing at a time; what could not be kept is said. */
  async safely(work) {
    if (this.busy) return;
    this.busy = true;
    this.tellDeaf();
    try {
      await work();
      navigator.vibrate?.(15);
      await this.draw();
    } catch (error) {
      toast(`没记上：${error?.message || "手机存不下了"}。请再点一次，还不行就去“我的”里腾地方。`, { error: true });
    }
    this.busy = false;
    this.tellDeaf();
  }

  open(sheet) {
    if (!this.isDeaf()) go(`/today/doors/${this.here().shop}/${sheet}`);
  }

  visit(outcome, stop = undefined) {
    if (this.isDeaf()) return undefined;
    return this.safely(() => this.recordVisit(this.here(), outcome, stop));
  }

  async recordVisit({ shop }, outcome, stop) {
    const door = this.day.doors[shop];
    const body = { shop, kind: door.kind, outcome, needs: [], promises: [], issues: [], note: "" };
    const entry = await record("visit", body, { label: `${shortName(door)} ${WORDS[outcome]}`, code: shop, stop });
    this.readyAt = performance.now() + GUARD_MS;
    showVisit(door, entry, this.list);
    addPosition(this.day, entry);
    return entry;
  }

  seen() {
    if (this.isDeaf()) return;
    this.safely(async () => showUndo(await store.step(this.walk, this.here(), { outcome: "done" }, "看过了")));
  }

  jot() {
    if (this.isDeaf()) return;
    const { ref } = this.here();
    go(ref.startsWith("place:") ? `/today/note?place=${encodeURIComponent(ref.slice(6))}` : "/today/note");
  }

  note(door, body, words) {
    return this.safely(async () => showUndo(await record("promise_kept", body, { label: `${shortName(door)} ${words}`, code: door.code })));
  }

  skip() {
    const stop = this.here();
    if (!stop || this.busy) return;
    this.sheet?.();
    this.sheet = askSkip(stop, (what) => this.safely(() => this.skipped(stop, what)));
  }

  /** A door found shut is a visit too, so that the next one comes at another hour; nothing is told twice. */
  async skipped(stop, { later, reason, text }) {
    const isShut = reason === "closed" && this.day.doors[stop.shop];
    const before = this.walk;
    if (!later && isShut) return this.recordVisit(stop, "closed", { outcome: "skipped", reason });
    if (!later) return showUndo(await store.step(before, stop, { outcome: "skipped", reason, text }, "今天不去了"));
    if (isShut) await this.recordVisit(stop, "closed", null);
    await store.setOrder(before, store.last(before, stop.ref));
    return showChange(`${shortStop(stop)} 等会儿再去`, () => store.setOrder(before, before.order));
  }

  goFirst(stop) {
    const before = this.walk;
    const late = before.late.filter((ref) => ref !== stop.ref);
    this.safely(async () => {
      await store.setOrder(before, store.first(before, stop.ref), late);
      showChange(`先去${shortStop(stop)}`, () => store.setOrder(before, before.order, before.late));
    });
    scrollTo(0, 0);
  }

  goAfterAll(stop) {
    this.safely(async () => {
      const { entry } = this.state.found[stop.ref];
      if (entry) await undo(entry);
      await store.setOrder(this.walk, store.first(this.walk, stop.ref));
    });
    scrollTo(0, 0);
  }

  takeBack({ entry, by }, stop) {
    this.safely(async () => {
      const gone = await undo(by ?? entry);
      toast(gone ? `撤销了：${stop.label}` : "这一站是在别的手机上记的，请在那台手机上撤销。");
    });
  }

  /** By the time that is left and the way from the stop done last; from the phone's position only where one asks for it. */
  replan(here = null) {
    const before = this.walk;
    this.safely(async () => {
      const { open, done, skipped } = this.state;
      const { order, late, ends } = replan(taskFrom(before, this.state, secondOfDay(now()), here));
      const behind = [...done, ...skipped].map(({ ref }) => ref);
      const ahead = [...order, ...late].map((i) => open[i].ref);
      await store.setOrder(before, [...behind, ...ahead], late.map((i) => open[i].ref));
      const words = late.length ? `来不及的${late.length}站放到最后` : `${about(ends)}走完`;
      showChange("重排好了", () => store.setOrder(before, before.order, before.late), words);
    });
    scrollTo(0, 0);
  }

  /** Where the phone is, asked once and kept nowhere. */
  fromHere() {
    if (!navigator.geolocation) return null;
    const said = h("span", { class: "second", role: "status", text: "只用这一次，不记下。" });
    const ask = (event) => {
      event.currentTarget.disabled = true;
      said.textContent = "正在找位置…";
      const found = ({ coords }) => this.replan({ lon: coords.longitude, lat: coords.latitude });
      const nothing = () => (said.textContent = "没找到位置，可以“从这里重排”：从上一站算起。");
      navigator.geolocation.getCurrentPosition(found, nothing, { timeout: WAIT_MS, maximumAge: 60000 });
    };
    return h("p", { class: "walk-here" }, h("button", { type: "button", class: "textbtn", text: "按我现在的位置重排", onclick: ask }), said);
  }

  finish() {
    this.safely(async () => showUndo(await store.finish(this.walk)));
  }

  async goOn() {
    const entry = this.list.find(({ type, body, withdrawn }) => type === "walk_finish" && !withdrawn && body.walk === this.walk.id);
    if (entry) await undo(entry.id);
    else await store.goOn(this.walk);
  }
}
