/** A shop: the promise first, then people, what one can do, and its history. */
import { getJson, postJson } from "../api.js";
import { h, swap } from "../dom.js";
import { before, day, month, nearDay } from "../format.js";
import { icon } from "../icons.js";
import { toast } from "../toast.js";
import { responsible } from "./case-parts.js";
import { History } from "./history.js";
import { openVisitForm, wasInterrupted } from "./visit-form.js";

const PROMISES_SHOWN = 3;
const NEW_FOR_MS = 60 * 86_400_000;
const byWhen = ({ due_at: due, overdue }) => (overdue ? `${nearDay(due)}该办，已过` : before(due));

export class ShopDetail {
  constructor(parts) {
    Object.assign(this, parts);
    const base = `/api/v1/shops/${encodeURIComponent(this.id)}`;
    this.url = base;
    // Who may not see what a merchant is asked to change gets one list: no second tab, no number.
    this.history = new History(`${base}/history`, this.kinds, { tabs: document.body.dataset.maySeeAsked !== undefined });
  }

  async load(signal) {
    const [shop] = await Promise.all([getJson(this.url, { signal }), this.history.load(signal)]);
    this.history.hidden = new Set((shop.promises ?? []).slice(0, PROMISES_SHOWN).map((promise) => promise.id));
    this.history.setCounts(shop.counts);
    this.draw(shop);
    this.#sayUpdated(shop);
    if (shop.position) this.onPosition(shop.position.lon, shop.position.lat, { shop: shop.code });
    if (wasInterrupted(shop.code) && !document.querySelector("dialog.visit")) openVisitForm(shop, this);
  }

  #sayUpdated(shop) {
    const latest = [shop.updated_at, shop.last_visit_at, this.history.items[0]?.at]
      .filter(Boolean)
      .sort((a, b) => Date.parse(b) - Date.parse(a))[0];
    if (latest) this.updated.textContent = `最近更新 ${day(latest)}`;
  }

  redraw() {
    this.draw(this.shown);
    if (!this.history.box.hasAttribute("aria-busy")) this.history.draw();
  }

  /** @param {object | null} shop null until the answer is here */
  draw(shop) {
    this.shown = shop;
    const now = shop ?? this.known ?? {};
    document.title = `${now.name ?? this.id} · 民情地图`;
    const since = shop?.tenancy?.from ? `${month(shop.tenancy.from)}起经营` : null;
    swap(
      this.body,
      h("h1", { text: now.name ?? this.id }),
      h("p", { class: "subtitle", text: [now.address, now.trade, since].filter(Boolean).join(" · ") }),
      shop && this.#promises(shop.promises ?? []),
      shop && (shop.untold ?? []).map((news) => this.#untold(news)),
      shop ? this.#people(shop) : h("div", { class: "skeleton" }, h("i"), h("i")),
      shop?.note && h("p", { class: "note", text: shop.note }),
      shop && this.#acts(shop),
      this.history.box,
      shop && responsible(shop.register),
    );
  }

  /** What this reader may do here; nothing for who only looks. */
  #acts(shop) {
    const { mayVisit, mayReport, mayCouncil } = document.body.dataset;
    if (mayVisit === undefined && mayReport === undefined) return null;
    const report = `/issues/new?shop=${encodeURIComponent(this.id)}`;
    return h(
      "div",
      { class: "acts" },
      mayVisit !== undefined && h("button", { type: "button", class: "btn main", text: "登记走访", onclick: () => openVisitForm(shop, this) }),
      mayReport !== undefined && h("a", { class: "btn", href: report, text: "记一笔" }),
      mayVisit !== undefined && shop.may_edit && shop.tenancy && this.#paper(shop),
      mayVisit !== undefined && mayCouncil !== undefined && this.#council(shop),
    );
  }

  /** What is printed for who runs the shop: a welcome for the new ones, the card for all. */
  #paper({ tenancy }) {
    const isNew = tenancy.from && Date.now() - Date.parse(tenancy.from) < NEW_FOR_MS;
    const [page, text] = isNew ? ["welcome", "欢迎单"] : ["card", "联心卡"];
    return h("a", { class: "btn", href: `/shops/${encodeURIComponent(this.id)}/${page}`, text });
  }

  /** A council is over a case: the one that is open here, the last reported first. */
  #council({ open }) {
    const found = (open ?? []).filter(({ type, case: id }) => type === "issue" && id);
    const last = found.sort((a, b) => (a.at < b.at ? 1 : -1))[0];
    return last && h("a", { class: "btn", href: `/cases/${encodeURIComponent(last.case)}#council`, text: "约议事会" });
  }

  #promises(promises) {
    return promises
      .slice(0, PROMISES_SHOWN)
      .map((promise) =>
        h(
          "p",
          { class: "promise" },
          icon("pen"),
          h("span", { class: "word", text: "答应的事" }),
          h("b", { text: promise.due_at ? byWhen(promise) : "没定日子" }),
          h("span", { class: "what", text: promise.text }),
        ),
      );
  }

  /** Done, and the merchant does not know yet: one tap when they do. */
  #untold({ type, id, text, outcome }) {
    const tell = async ({ currentTarget: button }) => {
      button.disabled = true;
      try {
        await postJson(`/api/v1/${type}s/${encodeURIComponent(id)}/told`, {});
        row.remove();
        toast("记下了：告诉过店主了。");
      } catch (error) {
        button.disabled = false;
        toast(error.message, { error: true });
      }
    };
    const row = h(
      "p",
      { class: "promise untold" },
      h("span", { class: "word", text: "告诉店主了吗" }),
      h("span", { class: "what", text: `${text}：${outcome}` }),
      h("button", { type: "button", class: "btn", text: "告诉了", onclick: tell }),
    );
    return row;
  }

  #people(shop) {
    const { tenancy } = shop;
    const reached = shop.visited_this_month ? "本月走到" : "本月还没走到";
    const next = shop.due_visit_by ? `下次 ${day(shop.due_visit_by)}前` : null;
    const phone = h("span", { text: tenancy?.phone ?? "" });
    return h(
      "dl",
      { class: "facts people" },
      tenancy?.merchant && [
        h("dt", { text: "店主" }),
        h("dd", {}, `${tenancy.merchant} `, phone, tenancy.may_see_phone && tenancy.phone?.includes("*") && this.#phoneButton(phone)),
      ],
      h("dt", { text: "包联" }),
      h("dd", { text: [shop.worker ?? "没有包联人", reached, next].filter(Boolean).join(" · ") }),
      this.#quiet(shop),
      this.#topics(shop),
      shop.position?.source_name && [
        h("dt", { text: "位置" }),
        h("dd", {
          class: "second",
          text: `${shop.position.source_name}${shop.position.error_m ? `，误差约${Math.round(shop.position.error_m)}米` : ""}`,
        }),
      ],
    );
  }

  /** When it does not suit the merchant; who calls on them may write it down. */
  #quiet({ tenancy, quiet_hours: lines = [] }) {
    const mayKeep = document.body.dataset.mayVisit !== undefined && tenancy;
    if (!lines.length && !mayKeep) return null;
    const words = lines.map((line) => line.words).join("；");
    const page = `/shops/${encodeURIComponent(this.id)}/quiet-hours`;
    return [
      h("dt", { text: "不便" }),
      h("dd", {}, words || "没说过", mayKeep && " ", mayKeep && h("a", { class: "textbtn inline", href: page, text: lines.length ? "改" : "记一条" })),
    ];
  }

  /** What the merchant wants to be told about in time, for who looks after them: others get null. */
  #topics({ topics }) {
    if (!topics) return null;
    const words = topics.map(({ topic, source_name: source }) => `${topic}（${source}）`).join("、");
    const page = `/shops/${encodeURIComponent(this.id)}/topics`;
    return [
      h("dt", { text: "想提前知道" }),
      h("dd", {}, words || "没选过", " ", h("a", { class: "textbtn inline", href: page, text: topics.length ? "改" : "记下来" })),
    ];
  }

  /** The full number is an act with a reason. */
  #phoneButton(phone) {
    const button = h("button", { type: "button", class: "textbtn inline", text: "查看号码" });
    button.addEventListener("click", () => {
      const input = h("input", {
        type: "text",
        placeholder: "为什么要看，例如约时间上门",
        "aria-label": "查看号码的原因",
        maxlength: "100",
      });
      const form = h(
        "form",
        {
          class: "reason",
          onsubmit: async (event) => {
            event.preventDefault();
            try {
              phone.textContent = (await postJson(`${this.url}/phone`, { reason: input.value })).phone;
              form.remove();
            } catch (error) {
              form.querySelector(".error").textContent = error.message;
            }
          },
        },
        input,
        h("button", { type: "submit", class: "btn", text: "查看" }),
        h("p", { class: "error error-line", role: "alert" }),
      );
      button.replaceWith(form);
      input.focus();
    });
    return button;
  }

  /** After a visit was recorded. */
  recorded() {
    toast("走访已记下");
    this.changed();
    this.reload();
  }
}
