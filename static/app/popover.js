/** What a segment says: the sentence first, one square per report, then where it comes from; stays beside its segment. */
import { byId, h, swap } from "./dom.js";
import { icon } from "./icons.js";
import { SOURCES } from "./filters.js";

const WIDTH = 350;
const GAP = 22;
const MOST_SQUARES = 48;
const VERDICTS = { much: "明显偏多", more: "偏多", slightly: "略多", unsure: "说不准", usual: "和平时一样" };
const round = (n) => (n < 10 ? Math.round(n * 10) / 10 : Math.round(n));

/** The sentence of a segment with its numbers in bold. */
function sentence(props) {
  const weeks = /近[^,,\d]*\d*(?:周|年)/.exec(props.text ?? "")?.[0] ?? "";
  if (!weeks || props.verdict === "unsure") return h("p", { class: "verdict", text: props.text ?? VERDICTS[props.verdict] });
  return h("p", { class: "verdict" }, weeks, h("b", { text: `${props.count}件` }), "，平时约", h("b", { text: `${round(props.expected)}件` }), "，", h("b", { text: VERDICTS[props.verdict] }));
}

function squares(props) {
  const usual = Math.min(props.count, Math.round(props.expected));
  if (props.count > MOST_SQUARES || props.verdict === "unsure" || !props.count) return null;
  return [
    h("div", { class: "squares", "aria-hidden": "true" }, Array.from({ length: props.count }, (_, i) => h("i", { class: i < usual ? "usual" : null }))),
    h("p", { class: "squares-words" }, h("span", { text: `平时约${round(props.expected)}件` }), props.count > usual && h("span", { text: `多出 ${props.count - usual}件` })),
  ];
}

function facts(props) {
  const bySource = Object.entries(props.sources ?? {}).sort((a, b) => b[1] - a[1]).map(([code, n]) => `${SOURCES[code] ?? code}${n}`);
  const rows = [["来源", bySource.join(" · ")], ["多在", props.when], ["诱因", (props.causes ?? []).join(" · ")]].filter(([, value]) => value);
  if (props.report_days) rows.push(["日数", `${props.count}件分在${props.report_days}天里`]);
  return h("dl", { class: "facts" }, rows.map(([name, value]) => [h("dt", { text: name }), h("dd", { text: value })]));
}

/** 怎么算的, in words a meeting can follow, the statistics behind. */
function how(props) {
  const number = (value, digits) => (value === null || value === undefined ? "—" : Number(value).toFixed(digits));
  const text =
    `把这一段和同一时段的其他路段比：这里${props.report_days ?? props.count}个有报告的日子，平时这里约${round(props.expected)}件。` +
    `同一天同一件事报几次只算一次。统计量 z=${number(props.z, 2)}，随机打乱比较 p=${number(props.p, 3)}，同时看许多路段后 q=${number(props.q, 3)}。`;
  return h("p", { class: "how", text });
}

export class Popover {
  /** @param {import("./map/map-app.js").MapApp} app @param {{onReports: (item: object) => void}} actions */
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
    const props = item.props;
    const explain = h("button", { type: "button", class: "textbtn", text: "怎么算的", "aria-expanded": "false", onclick: () => this.#explain(explain) });
    swap(
      this.box,
      h("div", { class: "head" }, h("h2", { text: props.label ?? props.cell }), h("span", { text: [props.side, props.length_m && `${Math.round(props.length_m)}米`].filter(Boolean).join(" ") })),
      h("button", { type: "button", class: "iconbtn close", "aria-label": "关闭", onclick: () => this.close() }, icon("close")),
      sentence(props), ...(squares(props) ?? []), facts(props),
      h("div", { class: "do" },
        h("a", { class: "btn main", href: `/patrol?must=${encodeURIComponent(props.cell)}`, text: "排进今晚巡查" }),
        props.count > 0 && h("button", { type: "button", class: "textbtn", text: `看这${props.count}件`, onclick: () => this.actions.onReports(item) }), explain),
    );
    this.box.hidden = false;
    this.#stand();
    this.box.focus({ preventScroll: true });
  }

  close() {
    if (this.box.hidden) return;
    this.box.hidden = true;
    this.item = null;
    this.app.select(null);
    this.app.map.getContainer().focus({ preventScroll: true });
  }

  #explain(button) {
    const open = this.box.querySelector(".how");
    if (open) open.remove();
    else this.box.append(how(this.item.props));
    button.setAttribute("aria-expanded", String(!open));
    this.#stand();
  }

  /** Beside the segment, on the side with more room, inside the map. */
  #stand() {
    if (!this.item || innerWidth <= 760) return;
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
