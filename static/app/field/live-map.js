/** A street map one can move: drag, pinch, wheel, arrow keys; everything it does also has a button. */
import { onThemeChange } from "../map/theme.js";
import { drawStreet } from "./street-map.js";

const TAP_PX = 9;
const STEP_PX = 60;
const [LEAST, MOST] = [0.25, 7];
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
let redraw = null;
onThemeChange(() => redraw && redraw());

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{day: object, states: object, center: {lon: number, lat: number}, scale: number, mark?: object}} view changed in place
 * @param {{onTap?: (drawn: object, x: number, y: number) => void, onMove?: (view: object) => void}} [told]
 * @returns {{draw: () => void, zoom: (factor: number) => void, shift: (dx: number, dy: number) => void, to: (center: object, scale?: number) => void, stop: () => void}}
 */
export function liveMap(canvas, view, { onTap, onMove } = {}) {
  let drawn = null;
  let asked = 0;
  const paint = () => {
    asked = 0;
    if (!canvas.clientWidth) return;
    drawn = drawStreet(canvas, view);
    if (onMove) onMove(view);
  };
  const draw = () => (asked = asked || requestAnimationFrame(paint));
  const shift = (dx, dy) => {
    if (!drawn) return;
    view.center = drawn.map.lonLat(drawn.map.width / 2 + dx, drawn.map.height / 2 + dy);
    drawn.map = Object.assign({}, drawn.map, movedMap(drawn.map, dx, dy));
    draw();
  };
  const zoom = (factor) => {
    view.scale = Math.max(LEAST, Math.min(MOST, view.scale * factor));
    draw();
  };
  const stops = [fingers(canvas, { shift, zoom, tap: (x, y) => drawn && onTap && onTap(drawn, x, y) }), keys(canvas, shift, zoom), watched(canvas, draw)];
  redraw = draw;
  paint();
  return {
    draw,
    zoom,
    shift,
    to(center, scale) {
      view.center = { lon: center.lon, lat: center.lat };
      if (scale) view.scale = Math.max(scale, view.scale);
      draw();
    },
    stop() {
      stops.forEach((stop) => stop());
      cancelAnimationFrame(asked);
      if (redraw === draw) redraw = null;
    },
  };
}

/** Several moves between two frames add up. */
function movedMap(map, dx, dy) {
  return { lonLat: (x, y) => map.lonLat(x + dx, y + dy), px: (lon, lat) => ({ x: map.px(lon, lat).x - dx, y: map.px(lon, lat).y - dy }) };
}

function watched(canvas, draw) {
  if (!window.ResizeObserver) return () => undefined;
  const watch = new ResizeObserver(draw);
  watch.observe(canvas);
  return () => watch.disconnect();
}

function listen(target, handlers, options) {
  for (const [name, handler] of Object.entries(handlers)) target.addEventListener(name, handler, options);
  return () => Object.entries(handlers).forEach(([name, handler]) => target.removeEventListener(name, handler, options));
}

function fingers(canvas, { shift, zoom, tap }) {
  const down = new Map();
  let moved = 0;
  const spread = () => {
    const [a, b] = [...down.values()];
    return Math.hypot(a.x - b.x, a.y - b.y) || 1;
  };
  return listen(
    canvas,
    {
      pointerdown(event) {
        canvas.setPointerCapture(event.pointerId);
        if (!down.size) moved = 0;
        down.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
      },
      pointermove(event) {
        const from = down.get(event.pointerId);
        if (!from) return;
        const before = down.size === 2 ? spread() : 0;
        const [dx, dy] = [event.offsetX - from.x, event.offsetY - from.y];
        down.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
        moved += Math.hypot(dx, dy);
        if (moved < TAP_PX) return;
        shift(-dx / down.size, -dy / down.size);
        if (before) zoom(spread() / before);
      },
      pointerup(event) {
        const last = down.delete(event.pointerId) && !down.size;
        if (last && moved < TAP_PX) tap(event.offsetX, event.offsetY);
      },
      pointercancel: (event) => down.delete(event.pointerId),
      wheel(event) {
        event.preventDefault();
        zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2);
      },
    },
    { passive: false },
  );
}

function keys(canvas, shift, zoom) {
  return listen(canvas, {
    keydown(event) {
      const way = KEYS[event.key];
      if (way) shift(way[0] * STEP_PX, way[1] * STEP_PX);
      else if (event.key === "+" || event.key === "=") zoom(1.4);
      else if (event.key === "-") zoom(1 / 1.4);
      else return;
      event.preventDefault();
    },
  });
}
