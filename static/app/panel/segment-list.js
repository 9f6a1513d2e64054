/** The segments that stand out, in words: for those who do not point at a map; the strongest verdict first. */
import { byId, h, swap } from "../dom.js";
import { isHot } from "../map/painters/hotspots.js";
import { PLATES } from "../map/plates.js";

const strength = ({ props }) => PLATES[props.verdict].weight * 1e6 + props.count;

export class SegmentList {
  /** @param {import("../map/map-app.js").MapApp} app @param {import("./rows.js").Rows} rows @param {(item: object) => void} onPick */
  constructor(app, rows, onPick) {
    Object.assign(this, { app, rows, onPick });
  }

  show() {
    const view = this.app.viewOf("hotspots");
    const items = (view?.features ?? []).filter(isHot).sort((a, b) => strength(b) - strength(a) || (a.id < b.id ? -1 : 1));
    this.rows.pause();
    const back = h("button", { type: "button", class: "textbtn filter", text: "回到图上在办", onclick: () => this.rows.resume() });
    swap(byId("list-head"), h("h1", { text: "比平时多的路段" }), h("span", { class: "second", text: `${items.length}段` }), back);
    swap(
      byId("rows"),
      items.map((item) => this.#row(item)),
    );
    swap(
      byId("list-foot"),
      h("p", { class: "empty" }, h("a", { href: "/hotspots", text: "打开问题分布：换类别、时间窗，投屏，导出" })),
      !items.length && h("p", { class: "empty", text: "各路段都和平时差不多，或还说不准。" }),
      view?.feed.sentence && h("p", { class: "empty", text: view.feed.sentence }),
    );
    back.focus({ preventScroll: true });
  }

  #row(item) {
    const { props } = item;
    return h(
      "li",
      {},
      h(
        "button",
        { type: "button", class: "row segment", onclick: () => this.onPick(item) },
        h("i", { class: `step ${props.verdict}`, "aria-hidden": "true" }),
        h(
          "span",
          { class: "what" },
          h("span", { class: "place", text: props.label ?? props.cell }),
          h("small", { text: props.text ?? props.side ?? "" }),
        ),
        h("span", { class: "clock" }, h("b", { text: `${props.count}件` }), h("small", { text: PLATES[props.verdict].word || "略多" })),
      ),
    );
  }
}
