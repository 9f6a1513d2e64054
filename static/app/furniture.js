/** What stands on the map: zoom and locate, the scale, the source line. */
import { byId, h, swap } from "./dom.js";
import { icon } from "./icons.js";
import { pxPerMetre } from "./map/projection.js";
import { toast } from "./toast.js";

const LENGTHS_M = [5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];
const SCALE_MAX_PX = 96;

/** @param {import("./map/map-app.js").MapApp} app @param {() => void} report picks a spot to report something at */
export function placeFurniture(app, report) {
  const { map } = app;
  const control = L.control({ position: "topright" });
  control.onAdd = () => {
    const button = (name, label, act) =>
      h("button", { type: "button", "aria-label": label, title: label, onclick: act, class: name }, icon(name));
    const box = h(
      "div",
      { class: "furniture leaflet-control" },
      button("plus", "放大", () => map.zoomIn(1)),
      button("minus", "缩小", () => map.zoomOut(1)),
      button("locate", "我的位置", () => locate(app)),
      document.body.dataset.mayReport !== undefined && button("pen", "在图上报一件", report),
    );
    L.DomEvent.disableClickPropagation(box);
    L.DomEvent.disableScrollPropagation(box);
    return box;
  };
  control.addTo(map);
  document.querySelector(".leaflet-control-layers-toggle")?.append(icon("layers"));
  map.on("zoomend moveend resize", () => scale(map));
  scale(map);
  source(app);
  app.addEventListener("switch", () => source(app));
}

function scale(map) {
  const perMetre = pxPerMetre(map.getZoom(), map.getCenter().lat);
  const metres = LENGTHS_M.filter((m) => m * perMetre <= SCALE_MAX_PX).at(-1) ?? LENGTHS_M[0];
  const words = metres >= 1000 ? `${metres / 1000} 公里` : `${metres} 米`;
  swap(byId("scalebar"), h("span", { text: words }), h("i", { style: { width: `${Math.round(metres * perMetre)}px` } }));
}

/** "© OpenStreetMap contributors · 商铺、网格为示意": who made what is shown, and what is invented. */
function source(app) {
  const shown = app.views.filter((view) => view.isOn);
  const makers = new Set(shown.map((view) => view.manifest.attribution).filter(Boolean));
  const invented = shown.filter((view) => view.manifest.illustrative).map((view) => view.manifest.title.replace("片区", ""));
  if (document.body.dataset.demo) invented.unshift("商铺、人和事");
  const words = [...makers];
  if (invented.length && innerWidth <= 760) words.push("示意");
  else if (invented.length) words.push(`${[...new Set(invented)].join("、")}为示意`);
  byId("source").textContent = words.join(" · ");
}

function locate(app) {
  if (!navigator.geolocation) {
    toast("这台设备不提供位置", { error: true });
    return;
  }
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      app.here = app.fraction(coords.longitude, coords.latitude);
      app.scene.request();
      app.map.setView([coords.latitude, coords.longitude], Math.max(app.map.getZoom(), 17));
    },
    () => toast("没有取到位置。请在浏览器里允许定位后再试", { error: true }),
    { enableHighAccuracy: true, timeout: 8000, maximumAge: 60000 },
  );
}
