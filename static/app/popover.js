/** What a segment says: the sentence first, one square per report, then where it comes from; stays beside its segment. */
import { byId, h, swap } from "./dom.js";
import { icon } from "./icons.js";
import { getJson } from "./api.js";

const WIDTH = 350;
const GAP = 22;
const MOST_SQUARES = 48;
const PHONE_PX = 760;
const SEARCH_PX = 72;
const MARGIN_PX = 32;
const VERDICTS = { much: "明显偏多", more: "偏多", slightly: "略多", unsure: "说不准", usual: "和平时一样", fewer: "报得少" };

/** The sentence of a segment with its numbers and its verdict in bold; who reported has a line of its own below. */
function sentence(props) {
  const text = (props.text || VERDICTS[props.verdict] || "").replace(/（[^）]*）/, "");
  const parts = text.split(/(\d+(?:\.\d+)?件|几乎没有|明显偏多|偏多|略多|说不准|和平时一样|报得少)/);
  return h(
    "p",
    { class: "verdict" },
    parts.map((part, i) => (i % 2 ? h("b", { text: part }) : part)),
  );
}

/** What is usual there, in the very words of the sentence. */
const usualWords = (props) =>
  props.text?.match(/平时(?:约[\d.]+件|几乎没有)/)?.[0] ?? (props.expected < 0.5 ? "平时几乎没有" : `平时约${Math.round(props.expected)}件`);

function squares(props) {
  const usual = Math.min(props.count, Math.round(props.expected));
  if (props.count > MOST_SQUARES || props.verdict === "unsure" || !props.count) return null;
  return [
    h(
      "div",
      { class: "squares", "aria-hidden": "true" },
      Array.from({ length: props.count }, (_, i) => h("i", { class: i < usual ? "usual" : null })),
    ),
    h(
      "p",
      { class: "squares-words" },
      h("span", { text: usualWords(props) }),
      props.count > usual && h("span", { text: `多出${props.count - usual}件` }),
    ),
  ];
}

/** Words with dots between; a line breaks between them only. */
const unbroken = (words) =>
  words.flatMap((word, i) => [i > 0 && " ", h("span", { class: "unbroken", text: i < words.length - 1 ? `${word} ·` : word })]);

/** Where the reports come from and when; empty until the detail is here. */
function facts(props, detail) {
  const sources = (detail?.sources ?? []).map(({ name, count }) => (/\d$/.test(name) ? `${name} ${count}` : `${name}${count}`));
  const days = props.report_days && props.count ? `${props.count}件分在${props.report_days}天里` : "";
  const rows = [
    ["来源", detail ? (sources.length ? unbroken(sources) : "—") : "…"],
    ["多在", detail?.mostly],
    ["诱因", detail?.context?.length && unbroken(detail.context)],
    ["日数", days],
  ].filter(([, value]) => value);
  return h(
    "dl",
    { class: "facts" },
    rows.map(([name, value]) => [h("dt", { text: name }), h("dd", {}, value)]),
  );
}

/** 怎么算的: step by step, as the server counts it again. */
const how = (detail) =>
  h(
    "ol",
    { class: "how" },
    (detail?.steps ?? ["还在取…"]).map((step) => h("li", { text: step })),
  );

export class Popover {
  /** @param {import("./map/map-app.js").MapApp} app @param {{onReports: (item: object, issues: object[]) => void}} actions */
  constructor(app, actions) {
    this.app = app;
    this.actions = actions;
    this.box = h("section", { class: "popover", hidden: true, role: "dialog", "aria-label": "路段", tabindex: "-1" });
    byId("map-region").append(this.box);
    app.map.on("move zoom", () => this.#stand());
    this.box.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
  }

  /** @param {object} item a segment's feature */
  open(item) {
    this.item = item;
    this.detail = null;
    this.#load(item);
    const props = item.props;
    const explain = h("button", {
      type: "button",
      class: "textbtn",
      text: "怎么算的",
      "aria-expanded": "false",
      onclick: () => this.#explain(explain),
    });
    swap(
      this.box,
      h(
        "div",
        { class: "head" },
        h("h2", { text: props.label ?? props.cell }),
        h("span", { text: [props.side, props.length_m && `${Math.round(props.length_m)}米`].filter(Boolean).join(" ") }),
      ),
      h("button", { type: "button", class: "iconbtn close", "aria-label": "关闭", onclick: () => this.close() }, icon("close")),
      sentence(props),
      ...(squares(props) ?? []),
      facts(props, null),
      h(
        "div",
        { class: "do" },
        h("a", { class: "btn main", href: `/patrol?must=${encodeURIComponent(props.cell)}`, text: "排进今晚巡查" }),
        props.count > 0 &&
          h("button", {
            type: "button",
            class: "textbtn reports",
            text: `看这${props.count}件`,
            onclick: () => this.actions.onReports(item, this.detail?.issues ?? []),
            disabled: true,
          }),
        explain,
        h("a", { class: "textbtn whole", href: this.#page(props), text: "打开这一段" }),
      ),
    );
    this.box.hidden = false;
    this.#stand();
    this.#clear();
    this.box.focus({ preventScroll: true });
  }

  close() {
    if (this.box.hidden) return;
    this.box.hidden = true;
    this.item = null;
    this.app.select(null);
    this.app.map.getContainer().focus({ preventScroll: true });
  }

  /** Its page: why, what happened, what was tried, what next. */
  #page(props) {
    return `/hotspots/cells/${encodeURIComponent(props.cell)}${this.#asked()}`;
  }

  #asked() {
    const kind = this.actions.kind();
    return kind ? `?kind=${encodeURIComponent(kind)}` : "";
  }

  async #load(item) {
    let detail;
    try {
      detail = await getJson(`/api/v1/hotspots/cells/${encodeURIComponent(item.props.cell)}${this.#asked()}`);
    } catch (error) {
      detail = { sources: [], steps: [error.message], issues: [] };
    }
    if (this.item !== item) return;
    this.detail = detail;
    this.box.querySelector(".facts").replaceWith(facts(item.props, detail));
    this.box.querySelector(".how")?.replaceWith(how(detail));
    const reports = this.box.querySelector(".reports");
    if (reports) reports.disabled = !detail.issues.length;
    this.#stand();
    this.#clear();
  }

  #explain(button) {
    const open = this.box.querySelector(".how");
    if (open) open.remove();
    else this.box.append(how(this.detail));
    button.setAttribute("aria-expanded", String(!open));
    this.#stand();
  }

  /** On a phone it covers the lower part: the segment moves up out from under it. */
  #clear() {
    if (innerWidth > PHONE_PX) return;
    const { map } = this.app;
    const [x, y] = this.app.pointOf(this.item);
    const bottom = map.getSize().y - this.box.offsetHeight;
    if (y > bottom - MARGIN_PX || y < SEARCH_PX + MARGIN_PX) map.panBy([x - map.getSize().x / 2, y - (SEARCH_PX + bottom) / 2]);
  }

  /** Beside the segment, on the side with more room, inside the map. */
  #stand() {
    if (!this.item || innerWidth <= PHONE_PX) return;
    const { map } = this.app;
    const [x, y] = this.app.pointOf(this.item);
    const size = map.getSize();
    const right = x + GAP + WIDTH + 70 < size.x || x < size.x / 2;
    const left = Math.max(8, Math.min(size.x - WIDTH - 8, right ? x + GAP + 26 : x - WIDTH - GAP - 26));
    const top = Math.max(8, Math.min(size.y - this.box.offsetHeight - 8, y - 30));
    this.box.className = `popover ${right ? "right" : "left"}`;
    this.box.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
    this.box.style.setProperty("--beak", `${Math.max(12, Math.min(this.box.offsetHeight - 28, y - top - 7))}px`);
  }
}
