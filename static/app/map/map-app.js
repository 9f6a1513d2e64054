/** The map: Folium's layers, their feeds, the scene that draws them, and what lies under a point. */
import { LayerView } from "./layer-view.js";
import { latitude, longitude, mercatorX, mercatorY } from "./projection.js";
import { Scene } from "./scene.js";
import { drawSelection } from "./selection.js";
import { onThemeChange } from "./theme.js";
import { Viewport } from "./viewport.js";

const FETCH_AFTER_MS = 120;
/** Between marks of about the same distance the one that means more wins. */
const HIT_ORDER = ["routes", "issues", "places", "points", "shops", "hotspots"];

export class MapApp extends EventTarget {
  /** @param {{map: L.Map, layers: Record<string, L.Layer>}} folium what Folium's script left @param {() => object} filters */
  constructor(folium, filters) {
    super();
    this.map = folium.map;
    this.filters = filters;
    this.kinds = new Map();
    this.hasKinds = false;
    this.selection = null;
    this.here = null;
    /** While somebody picks a spot: takes the click instead of what lies there. @type {((latlng: L.LatLng) => void) | null} */
    this.onSpot = null;
    this.drawn = new Promise((resolve) => (this.tellDrawn = resolve));
    this.views = Object.values(folium.layers)
      .map((handle) => new LayerView(handle, this.map, (view) => this.#onFeatures(view)))
      .sort((a, b) => a.manifest.order - b.manifest.order);
    this.scene = new Scene(this.map, (frame, part) => this.#draw(frame, part));
    this.viewport = new Viewport(this.map, this.scene);
    this.map.on("moveend", () => this.#later(FETCH_AFTER_MS));
    this.map.on("layeradd layerremove", (event) => this.#onSwitch(event.layer));
    this.map.on("click", (event) => this.#onClick(event));
    this.map.on("mousemove", (event) => this.#onHover(event));
    onThemeChange(() => this.scene.redraw());
    this.fetchNow();
  }

  /** The first view drawn in a way. @param {string} draw @returns {LayerView | undefined} */
  viewOf(draw) {
    return this.views.find((view) => view.manifest.draw === draw);
  }

  /** @param {{segment?: string, issue?: string, shop?: string} | null} selection */
  select(selection) {
    this.selection = selection;
    this.scene.request();
  }

  /** Container pixels of a feature. @returns {[number, number]} */
  pointOf(item) {
    const point = this.map.latLngToContainerPoint(this.latLngOf(item));
    return [point.x, point.y];
  }

  latLngOf(item) {
    return [latitude(item.y), longitude(item.x)];
  }

  /** Mark a bare position, such as an address that was searched for. */
  point(lon, lat) {
    this.select({ point: this.fraction(lon, lat) });
  }

  fraction(lon, lat) {
    return { x: mercatorX(lon), y: mercatorY(lat) };
  }

  /** Names of the workers that the shops on the map carry. */
  workers() {
    return (this.viewOf("shops")?.features ?? []).map((item) => item.props.worker).filter(Boolean);
  }

  /** The kinds with their shapes and colours; without an answer pins are grey circles. */
  setKinds(kinds) {
    this.kinds.clear();
    for (const kind of kinds) this.kinds.set(kind.code, kind);
    this.hasKinds = true;
    this.scene.request();
    this.#announce();
  }

  fetchNow() {
    clearTimeout(this.timer);
    if (this.isFrozen) return;
    for (const view of this.views) if (view.isOn) view.feed.update(this.map, this.filters());
    this.dispatchEvent(new Event("view"));
    this.#announce();
  }

  /** Data changed on the server: ask again for everything that is on. */
  refresh() {
    this.views.forEach((view) => view.feed.invalidate());
    this.fetchNow();
  }

  /** Nothing is on its way any more. */
  get isSettled() {
    return this.hasKinds && this.views.every((view) => !view.feed.isLoading);
  }

  #later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fetchNow(), wait);
  }

  #onSwitch(layer) {
    const view = this.views.find((candidate) => candidate.handle === layer);
    if (!view) return;
    if (view.isOn) view.feed.update(this.map, this.filters());
    this.scene.request();
    this.dispatchEvent(new CustomEvent("switch", { detail: view }));
  }

  #onFeatures(view) {
    this.scene.request();
    this.dispatchEvent(new CustomEvent("features", { detail: view }));
    this.#announce();
  }

  /** Tell tests and benches that every visible layer has been drawn. */
  #announce() {
    const root = document.documentElement;
    if (!this.isSettled) {
      root.dataset.map = "loading";
      return;
    }
    this.scene.redraw();
    if (root.dataset.map !== "ready") performance.mark("mapsvc:drawn");
    root.dataset.map = "ready";
    requestAnimationFrame(() => setTimeout(() => this.tellDrawn()));
  }

  #shown(frame) {
    return this.views.filter((view) => view.shows(frame.zoom));
  }

  #draw(frame, part) {
    const shown = this.#shown(frame);
    if (part === "layout") {
      this.#takeFurniture(frame);
      const able = shown.filter(({ painter }) => painter.layout && !(frame.isFirst && painter.isNames));
      for (const view of able.sort((a, b) => a.painter.rank - b.painter.rank)) view.painter.layout(frame, view, this);
      return;
    }
    const able = shown.filter(({ painter }) => painter[part] && !(part === "marks" && frame.isFirst && painter.isNames));
    able.sort((a, b) => a.painter.z[part] - b.painter.z[part] || a.manifest.order - b.manifest.order);
    for (const view of able) view.painter[part](frame, view, this);
    if (part === "marks") drawSelection(frame, this);
  }

  /** Plates and names keep clear of what stands on the map. */
  #takeFurniture(frame) {
    const region = this.map.getContainer().getBoundingClientRect();
    for (const element of document.querySelectorAll(".furniture, .leaflet-control-layers, #legend, #source, #scalebar, #search")) {
      const box = element.getBoundingClientRect();
      const [x, y] = [box.left - region.left + frame.padX, box.top - region.top + frame.padY];
      if (box.width && box.right > region.left) frame.boxes.take(x, y, x + box.width, y + box.height);
    }
  }

  /** What lies under a point of the container: {view, item, x, y} in canvas pixels, or null. */
  hit(containerPoint) {
    const frame = this.scene.frame;
    if (!frame) return null;
    const { x, y } = this.scene.toCanvas(containerPoint);
    let best = null;
    for (const view of this.#shown(frame)) {
      const rank = HIT_ORDER.indexOf(view.manifest.draw);
      const found = rank >= 0 && view.painter.hit?.(frame, view, x, y);
      const cost = found && found.distance + rank * 2;
      if (found && (!best || cost < best.cost)) best = { ...found, view, cost };
    }
    return best;
  }

  #onClick(event) {
    if (this.onSpot) return this.onSpot(event.latlng);
    this.dispatchEvent(new CustomEvent("pick", { detail: this.hit(event.containerPoint) }));
  }

  #onHover(event) {
    const found = this.hit(event.containerPoint);
    this.map.getContainer().classList.toggle("over", Boolean(found));
    this.dispatchEvent(new CustomEvent("hover", { detail: found && { ...found, point: event.containerPoint } }));
  }
}
