/** 记一笔: something wrong at a spot that is no shop, a 点位 or a point on the map; or at a door by its number. */
import { h, swap } from "../dom.js";
import { sign } from "../icons.js";
import { draft, dropDraft, keepDraft } from "./drafts.js";
import { nearField } from "./near-field.js";
import { pageHead, notTaken } from "./page-head.js";
import { glyph, kindNamed } from "./parts.js";
import { photoField } from "./photos.js";
import { edit, entries, record } from "./queue.js";
import { back, go, homePath } from "./router.js";
import { choice, pagePart as part } from "./sheet.js";
import { spotField } from "./spot-field.js";
import { kindOf } from "./suggest.js";
import { showUndo } from "./undo-strip.js";
import { spotName } from "./words.js";

const DRAFT = "note";
const EMPTY = { where: null, place: null, shop: null, point: null, text: "", kind: null, join: null, photos: [], camera: false };
/** What is usually found outside of shops, before the rest. */
const USUAL = ["06010", "06042", "06036", "09005", "09006", "L0006", "L0014", "L0005"];

/** @param {HTMLElement} root @param {{day: object | null}} about @returns {() => void} */
export function render(root, { day }) {
  if (!day) {
    swap(root, h("div", { class: "sub" }, pageHead("记一笔"), notTaken("点位和门牌都不在")));
    return undefined;
  }
  const asked = new URLSearchParams(location.search);
  const form = new NoteForm(day, asked.get("entry"));
  form.open(root, asked.get("place"));
  return () => form.leave();
}

/** What goes to the office. @param {object} day @param {object} values @param {string} kind code of a kind */
export function noteBody(day, values, kind) {
  const body = { kind, description: values.text.trim(), source: day.patrol ? "patrol" : "app" };
  if (values.where === "place") body.place = values.place;
  else if (values.where === "shop") body.shop = values.shop;
  else body.position = { lon: round(values.point.lon), lat: round(values.point.lat) };
  if (values.join) body.join = values.join;
  return body;
}

/** A tenth of a metre. */
const round = (degrees) => Math.round(degrees * 1e6) / 1e6;

/** What is missing, in words. @param {object} values @param {string | null} kind */
export function missing(values, kind) {
  if (!values[values.where]) return { spot: "先选在哪儿：点位、图上一点，或者一户门牌。" };
  if (!kind) return { kind: "选一类问题，办公室才知道派给谁。" };
  return {};
}

class NoteForm {
  constructor(day, entryId) {
    Object.assign(this, { day, entryId, values: { ...EMPTY }, all: false, saving: false, key: entryId ? `${DRAFT}:${entryId}` : DRAFT });
  }

  async open(root, place) {
    this.root = root;
    const kept = await draft(this.key);
    this.entry = this.entryId ? (await entries()).find(({ id }) => id === this.entryId) : null;
    if (this.gone) return;
    const old = kept || (this.entry && valuesOf(this.entry.body));
    const lost = kept && kept.camera;
    Object.assign(this.values, old || {}, { camera: false });
    if (place) Object.assign(this.values, { where: "place", place });
    const begun = kept && (kept.text || kept.photos.length);
    this.came = begun ? (lost ? "相机把这一页关掉了，写的都在。照片请再拍一次。" : "上次没记完的，接着写。") : "";
    this.draw();
  }

  leave() {
    this.gone = true;
    if (this.spot) this.spot.stop();
    if (this.near) this.near.stop();
  }

  set(change) {
    Object.assign(this.values, change);
    return keepDraft(this.key, { ...this.values });
  }

  draw() {
    const { day, values } = this;
    this.kinds = h("div", { class: "jot-kind" });
    this.problem = h("p", { class: "error", role: "alert" });
    this.near = nearField({ chosen: () => values.join, choose: (join) => this.set({ join }) });
    this.spot = spotField({ day, values, changed: (change) => this.set(change).finally(() => this.lookNear()) });
    const save = h("button", { type: "button", class: "btn main", text: "记下", onclick: () => this.record() });
    swap(
      this.root,
      h(
        "div",
        { class: "sub jot" },
        pageHead(this.entryId ? "改一改" : "记一笔"),
        this.came && h("p", { class: "notice", role: "status", text: this.came }),
        part("在哪儿", null, this.spot.element),
        part("看到什么", null, this.textBox()),
        part("哪一类", null, this.kinds, this.near.element),
        photoField({ photos: values.photos, changed: (photos) => this.set({ photos }), asked: (camera) => this.set({ camera }) }),
        h("div", { class: "jot-foot" }, this.problem, save),
        h("p", { class: "second jot-after", text: "没信号也能记，回来自动传" }),
      ),
    );
    this.drawKinds();
  }

  textBox() {
    const text = h("textarea", { rows: "3", maxlength: "2000", "aria-label": "看到什么", "aria-describedby": "note-hint" });
    text.value = this.values.text;
    text.addEventListener("input", () => {
      this.set({ text: text.value });
      if (!this.values.kind) this.drawKinds();
    });
    const hint = h("p", { class: "text-hint", id: "note-hint" }, glyph("mic", 18), h("span", { text: "点键盘上的话筒，说就行" }));
    return h("div", { class: "text-box" }, text, hint);
  }

  kind() {
    return this.values.kind || kindOf(this.values.text, this.day.kinds);
  }

  lookNear() {
    if (!this.gone) this.near.look(this.kind(), this.values);
  }

  drawKinds() {
    const { day, values } = this;
    this.lookNear();
    const kind = kindNamed(day, this.kind());
    if (kind && !this.choosing) {
      const words = h("span", { class: "kind-word" }, sign(kind, "none", 22), h("span", {}, values.kind ? "" : "像是 ", h("b", { text: kind.name })));
      const change = h("button", { type: "button", class: "pick", text: "改", onclick: () => this.choose(true) });
      return swap(this.kinds, h("div", { class: "kind-row" }, words, change));
    }
    const usual = USUAL.map((code) => kindNamed(day, code)).filter(Boolean);
    const offered = this.all || !usual.length ? day.kinds : usual;
    const chips = choice(offered.map(({ code, short_name: name, name: whole }) => [code, name || whole]), values.kind, (code) => {
      this.set({ kind: code });
      this.choose(false);
    });
    const more = h("button", { type: "button", class: "textbtn", text: this.all ? "收起" : "更多…", "aria-expanded": String(this.all), onclick: () => this.choose(true, !this.all) });
    return swap(this.kinds, chips, usual.length > 0 && usual.length < day.kinds.length && more);
  }

  choose(open, all = this.all) {
    Object.assign(this, { choosing: open, all });
    this.problem.textContent = "";
    this.drawKinds();
    const first = this.kinds.querySelector("button");
    if (first) first.focus();
  }

  async record() {
    if (this.saving) return;
    const kind = this.kind();
    const found = missing(this.values, kind);
    if (found.kind) this.choose(true);
    this.problem.textContent = found.spot || found.kind || "";
    if (found.spot) this.spot.focus();
    if (found.spot || found.kind) return;
    this.saving = true;
    try {
      await this.write(kind);
    } catch (error) {
      this.saving = false;
      this.problem.textContent = `没记上：${(error && error.message) || "手机存不下了"}。写的都在，再点一次“记下”。`;
    }
  }

  async write(kind) {
    const { day, values, entry } = this;
    const body = noteBody(day, values, kind);
    const { photos } = values;
    const label = `${spotName(day, body)} ${kindNamed(day, kind).short_name || kindNamed(day, kind).name}`;
    if (entry) await edit(entry.id, { ...entry.body, place: undefined, shop: undefined, position: undefined, join: undefined, ...body }, photos.length ? photos : undefined, label, this.key);
    const done = entry || (await record("issue", body, { label, code: body.shop || null, photos, draft: this.key }));
    await dropDraft(this.key);
    if (entry) return back("/today/list");
    const again = () => keepDraft(DRAFT, { ...values, camera: false }).then(() => go("/today/note"));
    showUndo(done, { undone: again });
    return go(homePath(), { replace: true });
  }
}

/** What the form shows of a record that is to be changed. */
function valuesOf({ place, shop, position, description, kind, join }) {
  const where = place ? "place" : shop ? "shop" : "point";
  return { where, place: place || null, shop: shop || null, point: position || null, text: description, kind, join: join || null, photos: [] };
}
