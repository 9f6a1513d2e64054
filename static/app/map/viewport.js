/** What one sees of the map: the room that search box, sheet and legend take, and bringing things into what is left. */
const PHONE_PX = 760;
const SEARCH_PX = 72;
const LOW_SHEET_PX = 124;
const MARGIN_PX = 40;
/** How far apart the outermost things of a cluster must come to lie. */
const APART_PX = 60;
const LEAST_ZOOM = 16;

export class Viewport {
  /** @param {L.Map} map @param {import("./scene.js").Scene} scene told how much of the picture is free */
  constructor(map, scene) {
    this.map = map;
    this.scene = scene;
    this.insets = { top: 0, right: 0, bottom: 0, left: 0 };
  }

  /** Room taken by search box, sheet and legend, so that nothing important lies under them. */
  setInsets() {
    const none = { top: 0, right: 0, bottom: 0, left: 0 };
    // The height that the sheet is on its way to; a full sheet is counted as half, for nothing is seen behind it anyway.
    const sheet = document.body.dataset.sheet === "low" ? LOW_SHEET_PX : this.map.getSize().y / 2;
    this.insets = innerWidth <= PHONE_PX ? { ...none, top: SEARCH_PX, bottom: sheet } : none;
    this.scene.insets = this.insets;
    this.scene.request();
  }

  /** The part of the map that one sees. @returns {L.LatLngBounds} */
  visibleBounds() {
    const size = this.map.getSize();
    const { top, right, bottom, left } = this.insets;
    return L.latLngBounds(this.map.containerPointToLatLng([left, size.y - bottom]), this.map.containerPointToLatLng([size.x - right, top]));
  }

  /** Bring a position into view if it is not, without moving more than needed. */
  reveal(lon, lat, zoom) {
    const { map } = this;
    const size = map.getSize();
    const { top, right, bottom, left } = this.insets;
    const middle = L.point((left + size.x - right) / 2, (top + size.y - bottom) / 2).subtract(size.divideBy(2));
    const at = map.latLngToContainerPoint([lat, lon]);
    const seen =
      at.x > left + MARGIN_PX && at.x < size.x - right - 40 && at.y > top + 40 && at.y < size.y - bottom - 40 && !this.#underLegend(at);
    const target = Math.max(map.getZoom(), zoom ?? 0, LEAST_ZOOM);
    if (seen && target === map.getZoom()) return;
    map.setView(map.unproject(map.project([lat, lon], target).subtract(middle), target), target, { animate: !document.hidden });
  }

  #underLegend({ x, y }) {
    const legend = document.getElementById("legend");
    return legend.offsetHeight > 0 && x > legend.offsetLeft - 30 && y > legend.offsetTop - 30;
  }

  /** The zoom at which these stop being one cluster; beyond all zooms if they lie on one spot. */
  zoomApart(items) {
    const span = (of) => Math.max(...items.map(of)) - Math.min(...items.map(of));
    const widest = Math.max(
      span((item) => item.x),
      span((item) => item.y),
    );
    return Math.ceil(10 * Math.log2(APART_PX / Math.max(widest, 1e-12) / 256)) / 10;
  }
}
