/** The name of what the mouse is on. */
import { byId, h } from "./dom.js";

/** Verdicts that have no plate. */
const QUIET = { unsure: "说不准", fewer: "报得少" };

export class Tooltip {
  /** @param {import("./map/map-app.js").MapApp} app */
  constructor(app) {
    this.box = h("div", { class: "tooltip", hidden: true, "aria-hidden": "true" });
    byId("map-region").append(this.box);
    app.addEventListener("hover", ({ detail }) => this.#show(detail, app));
    app.map.on("movestart zoomstart mouseout", () => (this.box.hidden = true));
  }

  #show(found, app) {
    const text = found && words(found, app);
    this.box.hidden = !text || innerWidth <= 760;
    if (this.box.hidden) return;
    this.box.textContent = text;
    const { x, y } = found.point;
    const flip = x + 240 > app.map.getSize().x;
    this.box.style.transform = `translate(${Math.round(x + (flip ? -14 : 14))}px, ${Math.round(y + 16)}px) translateX(${flip ? "-100%" : "0"})`;
  }
}

function words({ item, view }, app) {
  const { props } = item;
  if (props.cluster) return `${props.point_count}件，点开看`;
  if (view.manifest.draw === "shops")
    return `${props.address ?? ""} ${props.name ?? ""}${props.visited === false ? " · 本月还没走到" : ""}`;
  if (view.manifest.draw === "issues") return `${props.place ?? ""} ${app.kinds.get(props.kind)?.short_name ?? props.kind_name ?? ""}`;
  if (view.manifest.draw === "hotspots") return QUIET[props.verdict] ? `${props.label ?? ""} ${QUIET[props.verdict]}` : null;
  return props.name ?? null;
}
