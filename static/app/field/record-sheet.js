/** 有事要记: what was said at the door, in one box; whatever it turns into is offered, nothing but the text is needed. */
import { h, swap } from "../dom.js";
import { TOLD } from "./campaign-told.js";
import { overDoor } from "./door-sheet.js";
import { draft } from "./drafts.js";
import { kindField, kindOfRecord } from "./kind-field.js";
import { dayWord, glyph, shortName, today } from "./parts.js";
import { photoField } from "./photos.js";
import { addPosition } from "./position.js";
import { daysToOffer } from "./promise-days.js";
import { edit, entries, photosOf, record } from "./queue.js";
import { back, go, homePath } from "./router.js";
import { choice, openSheet, part } from "./sheet.js";
import { kindOf, likelyTopics, topicOf } from "./suggest.js";
import { focusDoorNext } from "./today-view.js";
import { showUndo } from "./undo-strip.js";
import { draftKey, dropUnfinished, keepUnfinished } from "./unfinished.js";
import { uuid } from "./uuid.js";
import { contentOf, problemsOf, valuesOf } from "./visit-content.js";

const EMPTY = { text: "", topic: null, way: null, handler: "", answer_by: null, promise: "", due: null, kind: null, told: [], photos: [], camera: false };

/** @param {HTMLElement} root @param {{day: object | null, params: {code: string}}} about */
export const render = (root, about) => overDoor(root, about, (...what) => new RecordSheet(...what));

class RecordSheet {
  constructor(day, door, entryId) {
    Object.assign(this, { day, door, entryId, values: { ...EMPTY }, all: false, problems: {}, touched: false, saving: false });
  }

  open() {
    this.save = h("button", { type: "submit", class: "btn main", text: "记下", onclick: () => this.record() });
    const note = h("p", { class: "second", text: "没信号也能记，回来自动传" });
    const close = () => back(`/today/doors/${this.door.code}`);
    const sub = `${this.door.address} ${this.door.name}`;
    this.sheet = openSheet({ title: this.entryId ? "改一改" : "有事要记", sub, foot: [this.save, note], close });
    // A record that is changed is read first: what is typed must not go into a box that is replaced a moment later.
    if (!this.entryId) this.draw();
    this.begun = this.begin();
  }

  leave() {
    this.isGone = true;
    if (this.values.camera) this.set({});
    focusDoorNext();
    this.sheet.remove();
  }

  /** What was written here before, or the record that is to be changed. */
  async begin() {
    const kept = await draft(draftKey(this.door.code, this.entryId));
    const entry = this.entryId && (await entries()).find((one) => one.id === this.entryId);
    if (entry) this.entry = entry;
    const values = kept ?? (entry ? { ...valuesOf(entry), photos: await photosOf(entry.id) } : null);
    if (this.touched || this.isGone) return;
    // Fresh, the keyboard comes at once: its microphone is the next thing to tap.
    if (!values) {
      if (this.entryId) this.draw();
      return this.text.focus();
    }
    this.values = { ...EMPTY, ...values, camera: false };
    this.came = kept && (values.camera ? "相机把这一页关掉了，写的都在。照片请再拍一次。" : "上次没记完的，接着写。");
    if (entry?.state === "held") this.came = `要看一下：${entry.reason ?? "办公室没收"}`;
    this.draw();
    this.tellRefusal(entry?.state === "held" ? entry.errors : []);
  }

  set(change) {
    this.touched = true;
    Object.assign(this.values, { camera: false }, change);
    keepUnfinished(this.door.code, this.entryId, this.values);
  }

  draw() {
    const { day, values } = this;
    this.kind = kindField({ day, chosen: () => values.kind, suggested: () => kindOf(values.text, day.kinds), choose: (kind) => this.set({ kind }) });
    this.topics = h("div", { class: "topics" });
    this.ways = h("div", {});
    this.handed = h("div", {});
    this.days = h("div", {});
    swap(
      this.sheet.body,
      this.came && h("p", { class: "notice", role: "status", text: this.came }),
      this.textBox(),
      this.door.campaigns?.length > 0 && part(TOLD, null, ...this.door.campaigns.map((one) => this.toldButton(one))),
      part("诉求", this.moreTopics(), this.topics),
      part("办法", (this.wayHint = h("span", { class: "second" })), this.ways, this.handed),
      part("答应的事", null, this.promiseBox(), this.days),
      part("问题", null, this.kind.element),
      photoField({ photos: values.photos, changed: (photos) => this.set({ photos }), asked: (camera) => this.set({ camera }) }),
    );
    this.drawTopics();
    this.drawDays();
    this.grow();
  }

  /** On or off: it goes with the visit. */
  toldButton({ id, title, words }) {
    const press = ({ currentTarget }) => {
      const is = !this.values.told.includes(id);
      this.set({ told: is ? [...this.values.told, id] : this.values.told.filter((other) => other !== id) });
      currentTarget.setAttribute("aria-pressed", String(is));
    };
    const button = h("button", { type: "button", class: "pick long", "aria-pressed": String(this.values.told.includes(id)), text: title, onclick: press });
    return h("div", { class: "told-part" }, h("div", { class: "chips wrap" }, button), h("p", { class: "second", text: words }));
  }

  textBox() {
    this.text = h("textarea", { id: "what", rows: "3", maxlength: "2000", "aria-label": "说了什么", "aria-describedby": "what-hint what-error" });
    this.text.value = this.values.text;
    this.text.addEventListener("input", () => this.typed());
    this.textError = h("p", { class: "error", id: "what-error", role: "alert" });
    const hint = h("p", { class: "text-hint", id: "what-hint" }, glyph("mic", 18), h("span", { text: "点键盘上的话筒，说就行" }));
    return h("div", { class: "text-part" }, h("div", { class: "text-box" }, this.text, hint), this.textError);
  }

  /** As high as what is in it. */
  grow() {
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight}px`;
  }

  typed() {
    this.set({ text: this.text.value });
    this.grow();
    this.complain(this.textError, this.text, "");
    this.kind.draw();
    this.drawTopics();
  }

  moreTopics() {
    const press = (event) => {
      this.all = !this.all;
      event.currentTarget.textContent = this.all ? "收起" : "更多…";
      event.currentTarget.setAttribute("aria-expanded", String(this.all));
      this.drawTopics();
    };
    return h("button", { type: "button", class: "textbtn", "aria-expanded": "false", "aria-label": "更多诉求", text: "更多…", onclick: press });
  }

  drawTopics() {
    const { day, door, values } = this;
    const names = this.all ? day.topics.map(({ name }) => name) : likelyTopics(door.trade, day.topics, [values.topic, topicOf(values.text, day.topics)]);
    const choose = (topic) => {
      this.set({ topic, way: topic ? values.way : null });
      this.drawTopics();
    };
    swap(this.topics, choice(names.map((name) => [name, name]), values.topic, choose));
    this.drawWays();
  }

  drawWays() {
    const { day, values } = this;
    const choose = (way) => {
      this.set({ way });
      this.drawWays();
    };
    const ways = day.ways.map(({ code, name }) => [code, name]);
    swap(this.ways, choice(ways, values.way, choose, { className: "segments", disabled: !values.topic }));
    this.wayHint.textContent = values.topic ? "" : "选了诉求再选";
    this.drawHanded();
  }

  /** 转交办: to whom and by when, for who knows it already. */
  drawHanded() {
    const { values } = this;
    const isOn = Boolean(values.topic) && values.way === "handed_on";
    if (isOn === this.handed.hasChildNodes()) return;
    if (!isOn) return swap(this.handed);
    const box = h("input", { type: "text", id: "handler", maxlength: "60", "aria-label": "转交给谁", placeholder: "转交给谁，不知道就空着", oninput: () => this.set({ handler: box.value }) });
    box.value = values.handler;
    const days = h("div", {});
    const drawDays = () =>
      swap(days, choice(daysToOffer(today()).map(([date, word]) => [date, `${word}回话`]), values.answer_by, (date) => { this.set({ answer_by: date }); drawDays(); }));
    swap(this.handed, h("div", { class: "handed" }, h("div", { class: "promise-box" }, box), days));
    drawDays();
  }

  promiseBox() {
    const box = h("input", { type: "text", id: "promise", maxlength: "500", "aria-label": "答应了什么", "aria-describedby": "promise-error", placeholder: "答应了什么，没有就空着" });
    box.value = this.values.promise;
    this.promiseError = h("p", { class: "error", id: "promise-error", role: "alert" });
    box.addEventListener("input", () => {
      this.set({ promise: box.value });
      this.complain(this.promiseError, box, "");
    });
    this.promise = box;
    return h("div", { class: "promise-box" }, box, this.promiseError);
  }

  drawDays() {
    const { values } = this;
    const offered = daysToOffer(today());
    const other = values.due && !offered.some(([date]) => date === values.due);
    const pick = (due) => {
      this.set({ due });
      this.drawDays();
    };
    const input = h("input", { type: "date", min: today(), class: "date-over", "aria-label": "选日子", onchange: (event) => pick(event.target.value || null) });
    if (other) input.value = values.due;
    const any = h("span", { class: other ? "pick is-on date-pick" : "pick date-pick" }, h("span", { "aria-hidden": "true", text: other ? dayWord(values.due) : "选日子" }), input);
    input.addEventListener("click", () => input.showPicker?.());
    const row = choice(offered, values.due, pick);
    row.append(any);
    swap(this.days, row);
  }

  complain(place, box, text) {
    place.textContent = text;
    if (text) box.setAttribute("aria-invalid", "true");
    else box.removeAttribute("aria-invalid");
  }

  /** What the office refused stands beside the field it is about. */
  tellRefusal(errors = []) {
    for (const { field, message } of errors ?? []) {
      if (field?.startsWith("promises")) this.complain(this.promiseError, this.promise, message);
      else if (/^(note|needs|issues)/.test(field ?? "")) this.complain(this.textError, this.text, message);
    }
  }

  async record() {
    if (this.saving || !this.text) return;
    const problems = problemsOf(this.values);
    this.complain(this.textError, this.text, problems.text ?? "");
    this.complain(this.promiseError, this.promise, problems.promise ?? "");
    if (problems.text || problems.promise) return (problems.text ? this.text : this.promise).focus();
    this.saving = true;
    try {
      await this.write();
    } catch (error) {
      this.saving = false;
      this.complain(this.textError, this.text, `没记上：${error?.message || "手机存不下了"}。写的都在，再点一次“记下”。`);
    }
  }

  async write() {
    // Faster than the phone reads what is to be changed: it must not become a record of its own.
    await this.begun;
    const { day, door, values, entry } = this;
    const kind = kindOfRecord(values.kind, kindOf(values.text, day.kinds));
    const { body, photos, words } = contentOf(day, door, { ...values, kind }, entry?.body, uuid);
    const label = `${shortName(door)} ${words}`;
    const key = draftKey(door.code, this.entryId);
    const done = entry ? await edit(entry.id, body, photos, label, key) : await record("visit", body, { label, code: door.code, photos, draft: key });
    await dropUnfinished(door.code, this.entryId);
    const again = () => go(`/today/doors/${door.code}/record`);
    if (entry) return back("/today/list");
    showUndo(done, { undone: () => keepUnfinished(door.code, null, { ...values, camera: false }).then(again) });
    addPosition(day, done);
    go(homePath(), { replace: true });
  }
}
