/** 看这12件: the very reports behind a segment or a cluster, in the place of the list until one goes back. */
import { byId, h, swap } from "../dom.js";
import { STATES } from "../filters.js";
import { clock, day } from "../format.js";
import { sign } from "../icons.js";

/** @param {object} issue @param {Map<string, object>} kinds */
function reportRow(issue, kinds) {
  const kind = kinds.get(issue.kind);
  return h(
    "li",
    { "data-id": issue.id },
    h(
      "a",
      { class: "row", href: `/cases/${encodeURIComponent(issue.id)}` },
      sign(kind, "new", 28),
      h(
        "span",
        { class: "what" },
        h("span", { class: "place", text: issue.place || issue.number }),
        h("small", { text: [kind?.short_name, STATES[issue.state]].filter(Boolean).join(" · ") }),
      ),
      h("span", { class: "clock" }, h("span", { text: day(issue.at) }), h("small", { text: clock(issue.at) })),
    ),
  );
}

export class SegmentReports {
  /** @param {import("../map/map-app.js").MapApp} app @param {import("./rows.js").Rows} rows */
  constructor(app, rows) {
    Object.assign(this, { app, rows });
  }

  /** @param {string} title @param {object[]} issues the reports behind a number */
  show(title, issues) {
    this.rows.pause();
    swap(
      byId("rows"),
      issues.map((issue) => reportRow(issue, this.app.kinds)),
    );
    const back = h("button", { type: "button", class: "textbtn filter", text: "回到图上在办", onclick: () => this.rows.resume() });
    swap(byId("list-head"), h("h1", { text: title }), h("span", { class: "second", text: `${issues.length}件` }), back);
    swap(byId("list-foot"));
    back.focus({ preventScroll: true });
  }
}
