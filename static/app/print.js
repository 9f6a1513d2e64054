/** Printing: the map redrawn in light colours at the width of the paper, with the list, the date and the source. */
import { byId, h } from "./dom.js";
import { day } from "./format.js";
import { setPrinting } from "./map/theme.js";

const MAP_PX = { width: 686, height: 440 };

/** @param {import("./map/map-app.js").MapApp} app @param {import("./panel/rows.js").Rows} rows @param {import("./filters.js").Filters} filters */
export function preparePrint(app, rows, filters) {
  const region = byId("map-region");
  const head = h("p", { class: "print-head" });
  byId("workplace").prepend(head);
  let on = false;
  let before = null;
  const start = () => {
    if (on) return;
    on = true;
    head.textContent = [
      document.title.replace("民情地图", "").replace(" · ", ""),
      `打印于 ${day(Date.now())}`,
      filters.isActive ? "按筛选" : "",
      rows.total ? `在办 ${rows.total}件` : "",
    ]
      .filter(Boolean)
      .join(" · ");
    region.style.width = `${MAP_PX.width}px`;
    region.style.height = `${MAP_PX.height}px`;
    document.body.classList.add("printing");
    before = { bounds: app.map.getBounds(), center: app.map.getCenter(), zoom: app.map.getZoom() };
    app.isFrozen = true;
    app.map.invalidateSize({ animate: false });
    app.map.fitBounds(before.bounds, { animate: false });
    setPrinting(true);
  };
  const end = () => {
    if (!on) return;
    on = false;
    region.style.removeProperty("width");
    region.style.removeProperty("height");
    document.body.classList.remove("printing");
    app.map.invalidateSize({ animate: false });
    app.map.setView(before.center, before.zoom, { animate: false });
    app.isFrozen = false;
    setPrinting(false);
  };
  addEventListener("beforeprint", start);
  addEventListener("afterprint", end);
  const paper = matchMedia("print");
  paper.addEventListener("change", (event) => (event.matches ? start() : end()));
  if (paper.matches) start();
}
