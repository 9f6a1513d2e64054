/** 看这12件: the very reports behind the sentence of a segment, in the place of the list until one goes back. */
import { getJson } from "../api.js";
import { byId, h, swap } from "../dom.js";
import { addDays, isoDate } from "../format.js";
import { contains } from "../map/feature.js";
import { latitude, longitude, mercatorX, mercatorY } from "../map/projection.js";
import { caseRow } from "./rows.js";

const WEEKS = { "近一年": 52, "近半年": 26 };

/** How many days the sentence speaks of. */
function days(text) {
  const weeks = Number(/近(\d+)周/.exec(text ?? "")?.[1] ?? 0);
  return (weeks || Object.entries(WEEKS).find(([word]) => text?.includes(word))?.[1] || 8) * 7;
}

export class SegmentReports {
  /** @param {import("../map/map-app.js").MapApp} app @param {import("./rows.js").Rows} rows */
  constructor(app, rows) {
    Object.assign(this, { app, rows });
  }

  /** @param {object} item the segment */
  async show(item) {
    const params = new URLSearchParams({ state: "all", limit: "200", since: addDays(isoDate(Date.now()), -days(item.props.text)) });
    const [x0, y0, x1, y1] = item.box;
    params.set("bbox", [longitude(x0), latitude(y1), longitude(x1), latitude(y0)].map((v) => v.toFixed(6)).join(","));
    const { items } = await getJson(`/api/v1/cases?${params.toString().replaceAll("%2C", ",")}`);
    const inside = items.filter((row) => contains(item, mercatorX(row.lon), mercatorY(row.lat)));
    this.rows.items = inside;
    swap(byId("rows"), inside.map((row) => caseRow(row, this.app.kinds)));
    swap(byId("list-head"), h("h1", { text: item.props.label ?? "所选路段" }), h("span", { class: "second", text: `${inside.length}件` }), h("button", { type: "button", class: "textbtn filter", text: "回到图上在办", onclick: () => this.rows.load() }));
    swap(byId("list-foot"));
    byId("rows").scrollIntoView({ block: "nearest" });
  }
}
