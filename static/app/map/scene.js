/** The picture: a canvas that moves with the map and is redrawn when the view has settled or left it. */
import { Collider } from "./collider.js";
import { pxPerMetre, worldPx } from "./projection.js";
import { theme } from "./theme.js";

const PAD = 0.25;
const SETTLE_MS = 160;
/** Until the map is drawn for the first time nothing is drawn that one does not see. */
const FIRST_PAD = 0;
/** What comes this soon is drawn in one go; what takes longer does not keep the streets waiting. */
const FIRST_WAIT_MS = 150;

/**
 * @typedef {object} Frame what the painters draw on and measure with
 * @property {CanvasRenderingContext2D} ctx
 * @property {number} scale world width in pixels
 * @property {number} ox canvas origin in world pixels
 * @property {number} oy
 * @property {number} width canvas, CSS pixels
 * @property {number} height
 * @property {number} perMetre pixels per metre
 * @property {number} zoom
 * @property {number[]} view visible part of the canvas free of furniture: x0, y0, x1, y1
 * @property {Collider} boxes
 * @property {boolean} isFirst the first picture: what happened where; names follow in the next frame
 */

export class Scene {
  /** @param {L.Map} map @param {(frame: Frame, part: "base" | "marks" | "layout") => void} draw */
  constructor(map, draw) {
    this.map = map;
    this.draw = draw;
    this.canvas = this.#place();
    this.frame = null;
    this.requested = 0;
    this.settle = 0;
    this.pad = FIRST_PAD;
    this.isFirst = true;
    this.isWaiting = true;
    setTimeout(() => this.#go(), FIRST_WAIT_MS);
    this.insets = { top: 0, right: 0, bottom: 0, left: 0 };
    map.on(
      {
        zoomanim: this.#onZoomAnim,
        zoom: this.#onZoom,
        move: this.#onMove,
        moveend: this.#onMoveEnd,
        viewreset: this.request,
        zoomend: this.request,
        resize: this.request,
      },
      this,
    );
  }

  /** The first picture stands: from now on with a margin, so that small moves need no new one. */
  widen() {
    this.pad = PAD;
    this.isFirst = false;
    this.request();
  }

  /** Redraw in the next frame. */
  request = () => {
    if (!this.requested && !this.isWaiting) this.requested = requestAnimationFrame(() => this.redraw());
  };

  /** Redraw now. */
  redraw() {
    cancelAnimationFrame(this.requested);
    this.requested = 0;
    this.isWaiting = false;
    const frame = this.#begin();
    this.frame = frame;
    this.draw(frame, "layout");
    frame.ctx = this.#clear(frame);
    this.draw(frame, "base");
    this.draw(frame, "marks");
  }

  #go() {
    if (!this.isWaiting) return;
    this.isWaiting = false;
    this.request();
  }

  /** Canvas pixels of a point of the map's container. */
  toCanvas(containerPoint) {
    const layer = this.map.containerPointToLayerPoint(containerPoint);
    return { x: layer.x - this.frame.left, y: layer.y - this.frame.top };
  }

  /** Container pixels of a canvas point, also while the map moves. */
  toContainer(x, y) {
    return this.map.layerPointToContainerPoint([x + this.frame.left, y + this.frame.top]);
  }

  #place() {
    const pane = this.map.getPane("mapsvc") ?? this.map.createPane("mapsvc");
    pane.style.zIndex = 250;
    const canvas = document.createElement("canvas");
    canvas.className = "scene leaflet-zoom-animated";
    canvas.setAttribute("aria-hidden", "true");
    pane.append(canvas);
    return canvas;
  }

  #begin() {
    const map = this.map;
    const size = map.getSize();
    const zoom = map.getZoom();
    const center = map.getCenter();
    const scale = worldPx(zoom);
    const [padX, padY] = [Math.round(size.x * this.pad), Math.round(size.y * this.pad)];
    const corner = map.containerPointToLayerPoint([-padX, -padY]).round();
    const origin = map.getPixelOrigin();
    const { top, right, bottom, left } = this.insets;
    const frame = {
      zoom,
      scale,
      center,
      left: corner.x,
      top: corner.y,
      ox: corner.x + origin.x,
      oy: corner.y + origin.y,
      width: size.x + 2 * padX,
      height: size.y + 2 * padY,
      padX,
      padY,
      ratio: Math.min(devicePixelRatio || 1, 2),
      perMetre: pxPerMetre(zoom, center.lat),
      theme: theme(),
      boxes: new Collider(),
      ctx: null,
      view: [padX + left, padY + top, padX + size.x - right, padY + size.y - bottom],
      phone: innerWidth <= 760,
      isFirst: this.isFirst,
    };
    frame.x = (x) => x * scale - frame.ox;
    frame.y = (y) => y * scale - frame.oy;
    return frame;
  }

  #clear(frame) {
    const { canvas } = this;
    const [w, h] = [Math.round(frame.width * frame.ratio), Math.round(frame.height * frame.ratio)];
    if (canvas.width !== w || canvas.height !== h) {
      canvas.width = w;
      canvas.height = h;
      canvas.style.width = `${frame.width}px`;
      canvas.style.height = `${frame.height}px`;
    }
    L.DomUtil.setTransform(canvas, L.point(frame.left, frame.top), 1);
    const ctx = canvas.getContext("2d");
    ctx.setTransform(frame.ratio, 0, 0, frame.ratio, 0, 0);
    ctx.clearRect(0, 0, frame.width, frame.height);
    return ctx;
  }

  #transform(center, zoom) {
    if (!this.frame) return;
    const { frame, map } = this;
    const scale = map.getZoomScale(zoom, frame.zoom);
    const origin = map.project(center, zoom).subtract(map.getSize().divideBy(2)).subtract(map._getMapPanePos());
    const corner = L.point(frame.ox * scale, frame.oy * scale).subtract(
      map._animatingZoom ? map._getNewPixelOrigin(center, zoom) : origin.round(),
    );
    L.DomUtil.setTransform(this.canvas, corner, scale);
  }

  #onZoomAnim(event) {
    this.#transform(event.center, event.zoom);
  }

  #onZoom() {
    this.#transform(this.map.getCenter(), this.map.getZoom());
  }

  #onMove() {
    if (!this.frame || this.frame.zoom !== this.map.getZoom()) return;
    const corner = this.map.containerPointToLayerPoint([0, 0]);
    const [dx, dy] = [corner.x - this.frame.left, corner.y - this.frame.top];
    if (dx < 0 || dy < 0 || dx > 2 * this.frame.padX || dy > 2 * this.frame.padY) this.request();
  }

  #onMoveEnd() {
    clearTimeout(this.settle);
    if (!this.frame || this.frame.zoom !== this.map.getZoom()) this.request();
    else this.settle = setTimeout(this.request, SETTLE_MS);
  }
}
