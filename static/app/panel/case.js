/** A case: where it stands on the way from 待受理 to 回访, its clock, its log, and the legal next moves. */
import { getJson, postJson } from "../api.js";
import { forget, keep, kept } from "../draft.js";
import { h, swap } from "../dom.js";
import { clock, day, due } from "../format.js";
import { icon, sign } from "../icons.js";
import { SOURCES } from "../filters.js";
import { toast } from "../toast.js";
import { councils, responsible } from "./case-parts.js";
import { shots } from "./shots.js";

const PATH = [
  ["reported", "待受理"],
  ["dispatched", "立案派遣"],
  ["handling", "处理中"],
  ["verifying", "核查"],
  ["closed", "结案"],
  ["returned", "回访"],
];

export class CaseDetail {
  constructor(parts) {
    Object.assign(this, parts);
    this.url = `/api/v1/cases/${encodeURIComponent(this.id)}`;
  }

  async load(signal) {
    const found = await getJson(this.url, { signal });
    this.draw(found);
    if (found.lon !== null && found.lon !== undefined) this.onPosition(found.lon, found.lat, { issue: found.id });
  }

  redraw() {
    this.draw(this.shown);
  }

  /** @param {object | null} found */
  draw(found) {
    this.shown = found;
    const now = found ?? this.known ?? {};
    const kind = this.kinds.get(now.kind);
    const name = kind?.short_name ?? now.kind_name ?? "案件";
    document.title = `${now.place ?? ""} ${name} · 民情地图`.trim();
    swap(
      this.body,
      h("div", { class: "case-title" }, sign(kind, now.ring ?? "none", 36), h("h1", { text: `${now.place ?? ""} ${name}`.trim() })),
      h("p", {
        class: "subtitle",
        text: [now.number && `案卷 ${now.number}`, now.source_name ?? SOURCES[now.source], now.handler].filter(Boolean).join(" · "),
      }),
      found
        ? [
            this.#clock(found),
            this.#path(found),
            h(
              "div",
              { class: "acts noprint" },
              h("a", { class: "btn main", href: `/cases/${encodeURIComponent(found.id)}`, "data-page": true, text: "打开案件" }),
            ),
            found.description && h("p", { class: "note", text: found.description }),
            shots(found.photos),
            this.#where(found),
            this.#moves(found),
            councils(found.councils),
            this.#log(found),
            responsible(found.register),
          ]
        : h("div", { class: "skeleton" }, h("i"), h("i"), h("i")),
    );
  }

  #clock({ clock: told, state }) {
    if (!told || state === "closed" || state === "rejected") return null;
    return h(
      "p",
      { class: `case-clock${told.overdue ? " late" : ""}` },
      h("b", { text: told.text || "没有时限" }),
      h("span", { class: "second", text: told.paused ? "挂账中，不计时" : told.due_at ? due(told.due_at) : "" }),
    );
  }

  #path(found) {
    const isDone = found.state === "closed" && found.ring !== "follow_up";
    const at = found.state === "closed" ? "returned" : found.state;
    const reached = isDone
      ? PATH.length
      : Math.max(
          0,
          PATH.findIndex(([code]) => code === at),
        );
    const steps = found.steps ?? [];
    const dates = { reported: found.reported_at, returned: isDone ? null : found.return_visit_due_at };
    return h(
      "ol",
      { class: "path", "aria-label": "进度" },
      PATH.map(([code, word], i) => {
        const step = steps.findLast?.((one) => one.to === code);
        const isNow = i === reached && code === at;
        const when = step?.at ?? dates[code];
        return h(
          "li",
          { class: i < reached ? "done" : isNow ? "now" : "", "aria-current": isNow ? "step" : null },
          h("i"),
          h("b", { text: word }),
          h("small", { text: when ? `${day(when)}${code === "returned" ? "前" : ""}` : "" }),
        );
      }),
    );
  }

  #where({ shop, place_code: place }) {
    const code = typeof shop === "object" && shop ? shop.code : shop;
    const link = code
      ? [`/shops/${encodeURIComponent(code)}`, "看这家商铺的往事"]
      : place
        ? [`/places/${encodeURIComponent(place)}`, "看这个点位的往事"]
        : null;
    return link && h("p", { class: "links" }, h("a", { href: link[0], text: link[1] }));
  }

  /** Only moves that the server says are legal and this person may make. */
  #moves(found) {
    const moves = found.moves ?? [];
    if (!moves.length) return null;
    const named = moves.filter((move) => move.needs_reason).map((move) => move.name);
    const reason = h("input", {
      type: "text",
      hidden: !named.length,
      placeholder: `${named.join("、")}要写原因`,
      "aria-label": "原因",
      maxlength: "200",
    });
    const draft = `case:${found.id}`;
    reason.value = kept(draft)?.reason ?? "";
    reason.addEventListener("input", () => keep(draft, { reason: reason.value }));
    const problem = h("p", { class: "error-line", role: "alert" });
    const go = async (to) => {
      try {
        await postJson(`${this.url}/moves`, { to, reason: reason.value, version: found.version });
        forget(draft);
        toast("已记下");
        this.changed();
        this.reload();
      } catch (error) {
        problem.textContent = error.message;
      }
    };
    const buttons = moves.map((move) =>
      h("button", { type: "button", class: "btn", text: move.name, onclick: () => go(move.to) }),
    );
    return h(
      "section",
      { class: "moves noprint" },
      h("h2", { text: "下一步" }),
      h("div", { class: "acts wrap" }, buttons),
      reason,
      problem,
    );
  }

  #log(found) {
    const steps = [...(found.steps ?? [])].sort((a, b) => (a.at < b.at ? 1 : -1));
    if (!steps.length) return null;
    return h(
      "section",
      {},
      h("h2", { text: "经过" }),
      h(
        "ol",
        { class: "timeline" },
        steps.map((step) =>
          h(
            "li",
            { class: "event" },
            h("time", { datetime: step.at }, h("span", { text: day(step.at) }), h("small", { text: clock(step.at) })),
            h("span", { class: "node" }, icon("flag")),
            h(
              "div",
              { class: "words" },
              h("p", { class: "title" }, h("b", { text: step.name })),
              step.reason && h("p", { class: "detail", text: step.reason }),
              step.actor && h("p", { class: "actor", text: step.actor }),
            ),
          ),
        ),
      ),
    );
  }
}
