/** The strip of map under the head: this side of the street around the current door. */
import { onThemeChange } from "../map/theme.js";
import { apart, plane } from "./plane.js";
import { isToGo, stateOf } from "./map-doors.js";
import { drawStreet } from "./street-map.js";

const SCALE = 2.1;
const AHEAD_PX = 90;
const ASIDE_PX = 14;
let again = null;
onThemeChange(() => again && again());

/**
 * Draw the strip, 82 px high; it draws itself again when its width or the colours of the page change.
 * @param {HTMLCanvasElement} canvas @param {object} day @param {object} states of progress.js @param {string} code the current door
 * @returns {() => void} stops that
 */
export function renderStrip(canvas, day, states, code) {
  const door = day.doors[code];
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", door ? `地图：${door.address}，${aheadWords(day, states, code)}` : "地图");
  const draw = () => {
    if (!door || !canvas.clientWidth || door.lon === null) return;
    const center = ahead(canvas, day, states, code);
    drawStreet(canvas, { day, states, center, scale: SCALE, mark: { code }, margin: 9, kept: [sourceWidth(canvas, day), 20] });
    drawSource(canvas, day);
  };
  draw();
  again = draw;
  const watch = window.ResizeObserver ? new ResizeObserver(draw) : null;
  if (watch) watch.observe(canvas);
  return () => {
    if (watch) watch.disconnect();
    if (again === draw) again = null;
  };
}

/** @param {object} day @returns {string} where the streets come from, and whether doors are invented */
export function sourceWords(day) {
  const streets = (day.streets || []).length > 0;
  const invented = day.office && day.office.demo;
  return [streets && "© OpenStreetMap contributors", invented && "示意"].filter(Boolean).join(" · ");
}

const sideOf = (day, code) => (day.route || []).find(({ doors }) => doors.includes(code));

function nextOf(day, states, code) {
  const side = sideOf(day, code);
  if (!side) return [];
  const after = side.doors.slice(side.doors.indexOf(code) + 1);
  return after.filter((other) => day.doors[other] && isToGo(day.doors[other], stateOf(states, other)));
}

function aheadWords(day, states, code) {
  const count = nextOf(day, states, code).length;
  return count ? `这一侧往下还有${count}户` : "这一侧往下没有要走的了";
}

/** The middle of the strip lies ahead of the door: what is still to walk takes most of the room. */
function ahead(canvas, day, states, code) {
  const door = day.doors[code];
  const map = plane(door, SCALE, canvas.clientWidth, canvas.clientHeight);
  const rest = nextOf(day, states, code).map((other) => day.doors[other]);
  const far = rest.find((other) => apart(other, door) > 25) || rest[rest.length - 1];
  if (!far) return door;
  const { x, y } = map.px(far.lon, far.lat);
  const [dx, dy] = [x - map.width / 2, y - map.height / 2];
  const length = Math.hypot(dx, dy) || 1;
  const aside = Math.max(-ASIDE_PX, Math.min(ASIDE_PX, (dy / length) * AHEAD_PX));
  return map.lonLat(map.width / 2 + (dx / length) * Math.min(AHEAD_PX, map.width / 4), map.height / 2 + aside);
}

function sourceWidth(canvas, day) {
  const ctx = canvas.getContext("2d");
  ctx.font = `400 12px ${getComputedStyle(canvas).fontFamily}`;
  return ctx.measureText(sourceWords(day)).width + 30;
}

function drawSource(canvas, day) {
  const words = sourceWords(day);
  if (!words) return;
  const ctx = canvas.getContext("2d");
  const style = getComputedStyle(canvas);
  const width = sourceWidth(canvas, day);
  ctx.globalAlpha = 0.86;
  ctx.fillStyle = style.getPropertyValue("--land");
  ctx.fillRect(0, 0, width, 20);
  ctx.globalAlpha = 1;
  ctx.fillStyle = style.getPropertyValue("--ink2");
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  ctx.fillText(words, 20, 11);
}
