/** 回访: how it is now, one tap; words, a photo and what the merchant says of it only for who wants. */
import { h, swap } from "../dom.js";
import { overDoor } from "./door-sheet.js";
import { draft, dropDraft, keepDraft } from "./drafts.js";
import { shortName } from "./parts.js";
import { photoField } from "./photos.js";
import { addPosition } from "./position.js";
import { record } from "./queue.js";
import { back, go, homePath } from "./router.js";
import { choice, openSheet, part } from "./sheet.js";
import { focusDoorNext } from "./today-view.js";
import { showUndo } from "./undo-strip.js";
import { uuid } from "./uuid.js";

/** In the order in which one hopes to find them. */
const RESULTS = [
  ["gone", "好了"],
  ["better", "好些"],
  ["same", "还那样"],
  ["worse", "更糟"],
  ["back", "又来了"],
];
const SAID = [
  ["satisfied", "满意"],
  ["fair", "一般"],
  ["unsatisfied", "不满意"],
];
const EMPTY = { case: null, text: "", satisfaction: null, photos: [], camera: false };

/** @param {HTMLElement} root @param {{day: object | null, params: {code: string}}} about */
export const render = (root, about) => overDoor(root, about, (...what) => new ReturnSheet(...what));

class ReturnSheet {
  constructor(day, door) {
    Object.assign(this, { day, door, returns: door.returns ?? [], key: `return:${door.code}`, values: { ...EMPTY }, saving: false });
  }

  async open() {
    const { door } = this;
    this.problem = h("p", { class: "error", role: "alert" });
    const one = ([value, word]) => h("button", { type: "button", class: "btn", "data-result": value, text: word, onclick: () => this.answered(value) });
    this.sheet = openSheet({
      title: "回访：现在怎么样",
      sub: `${door.address} ${door.name}`,
      foot: [this.problem, h("div", { class: "results", role: "group", "aria-label": "现在怎么样" }, RESULTS.map(one)), h("p", { class: "second", text: "点一下就记好，没信号也能记" })],
      close: () => back(`/today/doors/${door.code}`),
    });
    this.draw();
    const kept = await draft(this.key);
    if (this.isGone || !kept) return;
    this.came = kept.camera ? "相机把这一页关掉了，写的都在。照片请再拍一次。" : "";
    this.values = { ...EMPTY, ...kept, camera: false };
    this.draw();
  }

  leave() {
    this.isGone = true;
    focusDoorNext();
    this.sheet.remove();
  }

  set(change) {
    Object.assign(this.values, { camera: false }, change);
    keepDraft(this.key, this.values);
  }

  get chosen() {
    return this.returns.find((one) => one.case === this.values.case) ?? this.returns[0] ?? null;
  }

  draw() {
    const { values, returns, chosen } = this;
    if (!chosen) return swap(this.sheet.body, h("p", { class: "second", text: "这户今天没有要回访的。" }));
    const text = h("textarea", { rows: "2", maxlength: "1000", "aria-label": "看到的，听到的" });
    text.value = values.text;
    text.addEventListener("input", () => this.set({ text: text.value }));
    const which = choice(returns.map((one) => [one.case, one.text || one.kind_name]), chosen.case, (found) => this.choose(found ?? chosen.case), { className: "chips wrap" });
    const said = choice(SAID, values.satisfaction, (satisfaction) => { this.set({ satisfaction }); this.draw(); }, { className: "segments three" });
    return swap(
      this.sheet.body,
      this.came && h("p", { class: "notice", role: "status", text: this.came }),
      returns.length > 1 ? part("看哪一件", null, which) : h("p", { class: "return-what" }, h("b", { text: chosen.kind_name }), chosen.text && ` ${chosen.text}`),
      part("说两句", h("span", { class: "second", text: "可不写" }), h("div", { class: "text-box short" }, text)),
      chosen.asks && part("店主自己怎么说", h("span", { class: "second", text: "没问就不选" }), said),
      photoField({ photos: values.photos, changed: (photos) => this.set({ photos }), asked: (camera) => this.set({ camera }) }),
    );
  }

  choose(found) {
    this.set({ case: found });
    this.draw();
  }

  async answered(result) {
    if (this.saving || !this.chosen) return;
    this.saving = true;
    try {
      await this.write(result);
    } catch (error) {
      this.saving = false;
      this.problem.textContent = `没记上：${error?.message || "手机存不下了"}。写的都在，再点一次。`;
    }
  }

  async write(result) {
    const { day, door, values, chosen } = this;
    const effect = { id: uuid(), case: chosen.case, result, note: values.text.trim() };
    if (chosen.asks && values.satisfaction) Object.assign(effect, { satisfaction: values.satisfaction, told_by: "merchant" });
    const body = { shop: door.code, kind: "follow_up", outcome: "met", needs: [], promises: [], issues: [], note: "", effect };
    const label = `${shortName(door)} 回访：${RESULTS.find(([value]) => value === result)[1]}`;
    const entry = await record("visit", body, { label, code: door.code, photos: values.photos, draft: this.key });
    await dropDraft(this.key);
    const undone = () => keepDraft(this.key, { ...values, camera: false }).then(() => go(`/today/doors/${door.code}/return`));
    showUndo(entry, { undone });
    navigator.vibrate?.(15);
    addPosition(day, entry);
    go(homePath(), { replace: true });
  }
}
