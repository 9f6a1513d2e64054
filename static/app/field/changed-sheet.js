/** 换店/歇业: four big answers to who is behind this door now. */
import { h, swap } from "../dom.js";
import { overDoor } from "./door-sheet.js";
import { draft, keepDraft } from "./drafts.js";
import { shortName } from "./parts.js";
import { addPosition } from "./position.js";
import { edit, entries, record } from "./queue.js";
import { back, go, homePath } from "./router.js";
import { choice, openSheet, part } from "./sheet.js";
import { focusDoorNext } from "./today-view.js";
import { showUndo } from "./undo-strip.js";
import { uuid } from "./uuid.js";

const ANSWERS = [
  ["moved", "换了店", "写上新店名；上一家的人不再显示，7天内第一次上门"],
  ["closed", "歇业或空着", "这家走了，人不再显示；点一下就记好"],
  ["renovating", "装修中", "还是这家，人和往事都不变；点一下就记好"],
  ["renamed", "还是这家，只改店名", "写上现在的店名"],
];
const EMPTY = { answer: null, sign: "", trade: null, merchant: "", phone: "" };
const LOOKS_LIKE_PHONE = /^[\d\s+-]{7,20}$/;

/** @param {HTMLElement} root @param {{day: object | null, params: {code: string}}} about */
export const render = (root, about) => overDoor(root, about, (...what) => new ChangedSheet(...what));

const tradeNames = (day) => (day.trades ?? []).map((trade) => (typeof trade === "string" ? trade : trade.name));

class ChangedSheet {
  constructor(day, door, entryId) {
    Object.assign(this, { day, door, entryId, entry: null, key: `changed:${door.code}${entryId ? `:${entryId}` : ""}`, values: { ...EMPTY }, saving: false });
  }

  async open() {
    const { door } = this;
    this.save = h("button", { type: "button", class: "btn main", text: "记下", onclick: () => this.answered() });
    this.problem = h("p", { class: "error", role: "alert" });
    this.sheet = openSheet({
      title: this.entryId ? "改一改" : "换店/歇业",
      sub: `${door.address} ${door.name}`,
      foot: [this.problem, this.save, h("p", { class: "second", text: "没信号也能记，回来自动传" })],
      close: () => back(this.entryId ? "/today/list" : `/today/doors/${door.code}`),
    });
    this.draw();
    const kept = await draft(this.key);
    this.entry = this.entryId ? ((await entries()).find(({ id, state }) => id === this.entryId && state !== "sent") ?? null) : null;
    if (this.isGone) return;
    if (this.entryId && !this.entry) return go("/today/list", { replace: true });
    if (this.entry?.state === "held") this.problem.textContent = `要看一下：${this.entry.reason ?? "办公室没收"}`;
    const before = kept ?? (this.entry && valuesOf(this.entry));
    if (!before) return;
    this.values = { ...EMPTY, ...before };
    this.draw();
  }

  leave() {
    this.isGone = true;
    focusDoorNext();
    this.sheet.remove();
  }

  set(change) {
    Object.assign(this.values, change);
    keepDraft(this.key, this.values);
  }

  draw() {
    const { answer } = this.values;
    const one = ([value, word, hint]) => [
      h(
        "button",
        { type: "button", class: "answer", "aria-pressed": String(value === answer), "aria-expanded": hint.startsWith("写") ? String(value === answer) : null, onclick: () => this.choose(value) },
        h("b", { text: word }),
        h("small", { text: hint }),
      ),
      value === answer && this.fields(value),
    ];
    swap(this.sheet.body, h("div", { class: "answers-of-door" }, ANSWERS.map(one)));
    this.save.parentElement.hidden = answer === null;
  }

  choose(value) {
    this.problem.textContent = "";
    if (value === "closed" || value === "renovating") {
      this.values.answer = value;
      return this.answered();
    }
    this.set({ answer: value === this.values.answer ? null : value });
    this.draw();
    this.sheet.body.querySelector("input")?.focus();
  }

  input(name, label, props = {}) {
    const id = `changed-${name}`;
    const box = h("input", { type: "text", id, maxlength: "60", autocomplete: "off", ...props, oninput: (event) => this.set({ [name]: event.target.value }) });
    box.value = this.values[name];
    return h("div", { class: "field-line" }, h("label", { for: id, text: label }), box);
  }

  fields(answer) {
    if (answer === "renamed") return h("div", { class: "answer-fields" }, this.input("sign", "现在的店名"));
    const trades = h("div", {});
    const drawTrades = () =>
      swap(trades, choice(tradeNames(this.day).map((name) => [name, name]), this.values.trade, (trade) => { this.set({ trade }); drawTrades(); }, { className: "chips wrap" }));
    drawTrades();
    return h(
      "div",
      { class: "answer-fields" },
      this.input("sign", "新店名"),
      part("做什么的", null, trades),
      part("经营者", h("span", { class: "second", text: "本人同意再留" }), this.input("merchant", "称呼（可不填）"), this.input("phone", "电话（可不填）", { type: "tel", inputmode: "tel", maxlength: "20" })),
    );
  }

  /** What is wrong, in words, or nothing. */
  fault() {
    const { answer, sign, phone } = this.values;
    if ((answer === "moved" || answer === "renamed") && !sign.trim()) return "写上店名，招牌上怎么写就怎么写。";
    if (answer === "moved" && phone.trim() && !LOOKS_LIKE_PHONE.test(phone.trim())) return "电话看着不对，改一下或者空着。";
    return "";
  }

  async answered() {
    if (this.saving) return;
    const fault = this.fault();
    this.problem.textContent = fault;
    if (fault) return this.sheet.body.querySelector("input")?.focus();
    this.saving = true;
    try {
      await this.write();
    } catch (error) {
      this.saving = false;
      this.save.parentElement.hidden = false;
      this.problem.textContent = `没记上：${error?.message || "手机存不下了"}。写的都在，再点一次。`;
    }
  }

  async write() {
    const { day, door, values } = this;
    const { body, words } = contentOf(door, values);
    const label = `${shortName(door)} ${words}`;
    if (this.entry) {
      await edit(this.entry.id, body, undefined, label, this.key);
      return back("/today/list");
    }
    const entry = await record("visit", body, { label, code: door.code, draft: this.key });
    const undone = () => keepDraft(this.key, values).then(() => go(`/today/doors/${door.code}`));
    showUndo(entry, { undone, note: values.answer === "moved" ? "7天内第一次上门" : null });
    addPosition(day, entry);
    go(homePath(), { replace: true });
  }
}

/** What was answered, out of the record. */
function valuesOf({ body: { tenancy } }) {
  const { sign_name, trade = null, merchant_name, merchant_phone, state, goes_on } = tenancy;
  const answer = goes_on ? (sign_name ? "renamed" : "renovating") : sign_name ? "moved" : "closed";
  return { answer: state === "renovating" && !sign_name ? "renovating" : answer, sign: sign_name ?? "", trade, merchant: merchant_name ?? "", phone: merchant_phone ?? "" };
}

/** One record with the tenancy inside. */
function contentOf(door, values) {
  const common = { shop: door.code, kind: door.kind, needs: [], promises: [], issues: [], note: "" };
  const sign = values.sign.trim();
  if (values.answer === "renamed") {
    const renamed = { id: uuid(), replaces: door.tenancy ?? null, sign_name: sign, goes_on: true };
    return { body: { ...common, outcome: "met", note: `店名改成“${sign}”，还是这家。`, tenancy: renamed }, words: `店名改成${sign}` };
  }
  const tenancy = { id: uuid(), replaces: door.tenancy ?? null, sign_name: null, trade: null, merchant_name: null, merchant_phone: null };
  const changed = { ...common, outcome: "changed" };
  if (values.answer === "renovating") return { body: { ...changed, note: "在装修，还是这家。", tenancy: { ...tenancy, state: "renovating", goes_on: true } }, words: "装修中" };
  if (values.answer === "closed") return { body: { ...changed, tenancy: { ...tenancy, state: door.tenancy ? "closed" : "vacant" } }, words: "歇业或空着" };
  Object.assign(tenancy, { sign_name: sign, trade: values.trade, merchant_name: values.merchant.trim() || null, merchant_phone: values.phone.trim() || null, state: "open" });
  return { body: { ...changed, tenancy }, words: `换了店：${sign}` };
}
