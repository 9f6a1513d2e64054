/** 在图上报一件: the next tap on the map says where; Escape or the button gives it up. */
import { byId, h } from "./dom.js";

/** @param {import("./map/map-app.js").MapApp} app */
export function pickSpot(app) {
  if (app.onSpot) return;
  const box = app.map.getContainer();
  const stop = () => {
    app.onSpot = null;
    box.style.removeProperty("cursor");
    bar.remove();
    removeEventListener("keydown", onKey);
  };
  const go = ({ lng, lat }) => {
    stop();
    location.assign(`/issues/new?lon=${lng.toFixed(6)}&lat=${lat.toFixed(6)}`);
  };
  const onKey = (event) => {
    if (event.key === "Escape") stop();
    // Without a mouse: the map is moved with the arrow keys, its middle counts.
    else if (event.key === "Enter" && event.target === box) go(app.map.getCenter());
  };
  const button = (text, act) => h("button", { type: "button", text, onclick: act, style: { "white-space": "nowrap" } });
  const bar = h(
    "div",
    { class: "toast", role: "status" },
    h("span", { text: "点一下出事的地方" }),
    button("找门牌", () => location.assign("/issues/new")),
    button("不报了", stop),
  );
  byId("toasts").append(bar);
  box.style.setProperty("cursor", "crosshair");
  box.focus({ preventScroll: true });
  addEventListener("keydown", onKey);
  app.onSpot = go;
}
