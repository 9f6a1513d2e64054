/** Issues: a pin by kind and state; close ones on leaders or as a cluster, out of the coloured segments into the road. */
import { colourOfKind, drawClusters, layoutClusters } from "../clusters.js";
import { declutter } from "../declutter.js";
import { contains } from "../feature.js";
import { stampPins } from "../pin-sprite.js";
import { nearestRoad } from "../roads.js";
import { chosen } from "../selection.js";
import { touches } from "../trace.js";
import { isHot } from "./hotspots.js";

export const z = { marks: 7 };
export const rank = 20;
const RINGS = { overdue: 0, handling: 1, new: 2, follow_up: 3 };
const UNKNOWN = { code: "?", shape: "circle", color: "#6c685f", color_dark: "#a09c93" };
const STEP_ASIDE_FROM_ZOOM = 16.5;

const byUrgency = (a, b) => (RINGS[a.props.ring] ?? 9) - (RINGS[b.props.ring] ?? 9) || (a.id < b.id ? -1 : 1);

export function layout(frame, view, app) {
  if (view.orderedOf !== view.features) {
    view.orderedOf = view.features;
    view.ordered = [...view.features].sort(byUrgency);
  }
  const points = [];
  const hot = hotShown(frame, app);
  const streets = app.viewOf("streets");
  for (const item of view.ordered) {
    const x = frame.x(item.x);
    const y = frame.y(item.y);
    if (x < -30 || y < -30 || x > frame.width + 30 || y > frame.height + 30) continue;
    points.push({ ...stepAside(frame, hot, streets, item, x, y), item });
  }
  const selected = app.selection?.issue ? null : chosen(app);
  const reserved = selected ? [{ x: frame.x(selected.x), y: frame.y(selected.y) }] : [];
  for (const { x, y } of reserved) frame.boxes.take(x - selected.text.length * 7, y + 13, x + selected.text.length * 7, y + 33);
  const { pins, clusters } = declutter(points, frame, reserved);
  for (const { x, y, door } of pins) {
    frame.boxes.take(x - 13, y - 13, x + 13, y + 13);
    if (door) frame.boxes.take(Math.min(x, door[0]), Math.min(y, door[1]), Math.max(x, door[0]), Math.max(y, door[1]));
  }
  for (const cluster of clusters) {
    cluster.item.x = (cluster.x + frame.ox) / frame.scale;
    cluster.item.y = (cluster.y + frame.oy) / frame.scale;
  }
  view.pins = pins;
  view.clusters = layoutClusters(frame, clusters);
}

/** The coloured segments that pins step out of. */
function hotShown(frame, app) {
  const hot = frame.zoom < STEP_ASIDE_FROM_ZOOM ? null : app.viewOf("hotspots");
  return hot?.isOn ? hot.features.filter((segment) => isHot(segment) && touches(frame, segment.box)) : [];
}

/** Out of a coloured segment, into its half of the road. */
function stepAside(frame, hot, streets, item, x, y) {
  const covered = !item.props.cluster && hot.some((segment) => contains(segment, item.x, item.y));
  const road = covered && nearestRoad(frame, streets, x, y);
  if (!road || road.distance < 1) return { x, y };
  const t = (road.half * 0.45) / road.distance;
  return { x: road.x + (x - road.x) * t, y: road.y + (y - road.y) * t };
}

export function marks(frame, view, app) {
  const { theme } = frame;
  const pins = view.pins ?? [];
  leaders(frame, pins);
  const size = frame.phone ? 22 : 20;
  const chosenId = app.selection?.issue;
  const stamps = pins.map(({ x, y, item }) => ({
    x,
    y,
    kind: app.kinds.get(item.props.kind) ?? UNKNOWN,
    ring: item.props.ring,
    size: item.id === chosenId ? size + 6 : size,
  }));
  stampPins(frame, stamps.reverse());
  drawClusters(frame, view.clusters ?? [], colourOfKind(app.kinds, theme.ctl));
}

function leaders(frame, pins) {
  const { ctx, theme } = frame;
  ctx.strokeStyle = ctx.fillStyle = theme.ink2;
  ctx.lineWidth = 1.2;
  ctx.beginPath();
  for (const { x, y, door } of pins) {
    if (!door) continue;
    ctx.moveTo(x, y);
    ctx.lineTo(door[0], door[1]);
  }
  ctx.stroke();
  for (const { door } of pins) {
    if (!door) continue;
    ctx.beginPath();
    ctx.arc(door[0], door[1], 2.4, 0, 7);
    ctx.fill();
  }
}

export function hit(frame, view, x, y) {
  let best = null;
  for (const point of [...(view.clusters ?? []), ...(view.pins ?? [])]) {
    const distance = Math.hypot(point.x - x, point.y - y);
    if (distance < 22 && (!best || distance < best.distance)) best = { distance, item: point.item, x: point.x, y: point.y };
  }
  return best;
}
