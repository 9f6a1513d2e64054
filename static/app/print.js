/** Printing: the map redrawn in light colours at the width of the paper, with the list, the date and the source. */
import { byId, h } from "./dom.js";
import { day } from "./format.js";
import { setPrinting } from "./map/theme.js";

const MAP_PX = { width: 688, height: 430 };

/** @param {import("./map/map-app.js").MapApp} app @param {import("./panel/rows.js").Rows} rows @param {import("./filters.js").Filters} filters */
export function preparePrint(app, rows, filters) {
  const region = byId("map-region");
  const head = h("p", { class: "print-head" });
  byId("workplace").prepend(head);
  let on = false;
  const start = () => {
    if (on) return;
    on = true;
    head.textContent = [document.title, `打印于 ${day(Date.now())}`, filters.isActive ? "按筛选" : "", rows.total ? `在办 ${rows.total}件` : ""].filter(Boolean).join(" · ");
    region.style.width = `${MAP_PX.width}px`;
    region.style.height = `${MAP_PX.height}px`;
    document.body.classList.add("printing");
    setPrinting(true);
    app.map.invalidateSize({ animate: false });
    app.scene.redraw();
  };
  const end = () => {
    on = false;
    region.style.removeProperty("width");
    region.style.removeProperty("height");
    document.body.classList.remove("printing");
    setPrinting(false);
    app.map.invalidateSize({ animate: false });
    app.scene.redraw();
  };
  addEventListener("beforeprint", start);
  addEventListener("afterprint", end);
  matchMedia("print").addEventListener("change", (event) => (event.matches ? start() : end()));
}
