/** Where there is more than usual: one side of a street, 25 m each; purple by verdict, hatched where it cannot be said, a dashed outline
 * where less was reported than usual. */
import { contains } from "../feature.js";
import { nearestRoad } from "../roads.js";
import { touches, trace } from "../trace.js";
import { styled } from "../theme.js";
import { PLATES, drawPlates, layoutPlate } from "../plates.js";

export const z = { base: 2, marks: 6.5 };
export const rank = 30;
const RAMP = { slightly: ["v1", "v2"], more: ["v2", "v3"], much: ["v3", "v4"] };
const ORDER = Object.keys(RAMP);
const PLATES_FROM_ZOOM = 16.2;

/** Whether a segment is coloured: more than usual. */
export const isHot = (item) => item.props.verdict in RAMP;

const shownIn = (frame, view) => view.features.filter((item) => touches(frame, item.box));

function ramp(frame, view, item) {
  const [fill, edge] = RAMP[item.props.verdict];
  const opacity = Number(frame.theme[`${fill}-opacity`]) || 0.9;
  return { fill: styled(view, item.props.verdict, frame.theme[fill]), edge: frame.theme[edge], opacity };
}

export function base(frame, view, app) {
  const { ctx } = frame;
  const shown = shownIn(frame, view);
  const hot = shown.filter(isHot).sort((a, b) => ORDER.indexOf(a.props.verdict) - ORDER.indexOf(b.props.verdict));
  hatch(
    frame,
    view,
    shown.filter((item) => item.props.verdict === "unsure"),
    hot,
  );
  quiet(
    frame,
    shown.filter((item) => item.props.verdict === "fewer"),
  );
  hot.forEach((item, i) => {
    const path = new Path2D();
    trace(frame, item, path);
    const { fill, edge, opacity } = ramp(frame, view, item);
    ctx.save();
    without(frame, item, hot.slice(i + 1));
    ctx.globalCompositeOperation = frame.theme["v-blend"];
    ctx.globalAlpha = opacity;
    ctx.fillStyle = fill;
    ctx.fill(path);
    ctx.globalCompositeOperation = "source-over";
    ctx.globalAlpha = 1;
    ctx.lineWidth = 1;
    ctx.strokeStyle = edge;
    ctx.stroke(path);
    ctx.restore();
  });
  const chosen = shown.find((item) => item.id === app.selection?.segment);
  if (chosen) outline(frame, chosen);
}

/** Keep to what no stronger mark covers: a mark may reach to the doors beside its segment, and two colours are no third one. */
function without(frame, item, others) {
  for (const other of others) {
    const [west, north, east, south] = other.box;
    if (west > item.box[2] || east < item.box[0] || north > item.box[3] || south < item.box[1]) continue;
    const rest = new Path2D();
    rest.rect(-1, -1, frame.width + 2, frame.height + 2);
    trace(frame, other, rest);
    frame.ctx.clip(rest, "evenodd");
  }
}

/** Less than usual was reported: neither good nor bad, so no colour. */
function quiet(frame, items) {
  const { ctx, theme } = frame;
  ctx.save();
  ctx.strokeStyle = theme.ctl;
  ctx.lineWidth = 1;
  ctx.setLineDash([3, 3]);
  for (const item of items) {
    const path = new Path2D();
    trace(frame, item, path);
    ctx.stroke(path);
  }
  ctx.restore();
}

function outline(frame, item) {
  const path = new Path2D();
  trace(frame, item, path);
  const { ctx, theme } = frame;
  ctx.lineJoin = "miter";
  ctx.lineWidth = 6;
  ctx.strokeStyle = theme.surface;
  ctx.stroke(path);
  ctx.lineWidth = 3;
  ctx.strokeStyle = theme.ink;
  ctx.stroke(path);
}

/** 45° lines, fixed to the ground so that they do not crawl when the map moves. */
function hatch(frame, view, items, hot) {
  if (!items.length) return;
  const { ctx } = frame;
  const style = view.manifest.style;
  const gap = (style.hatch_gap_px ?? 7) * Math.SQRT2;
  const area = new Path2D();
  items.forEach((item) => trace(frame, item, area));
  ctx.save();
  for (const item of items) without(frame, item, hot);
  ctx.strokeStyle = styled(view, "hatch", frame.theme.hatch);
  ctx.lineWidth = 1;
  ctx.stroke(area);
  ctx.clip(area);
  ctx.lineWidth = style.hatch_px ?? 1.1;
  ctx.beginPath();
  const start = -((frame.ox + frame.oy) % gap) - gap;
  for (let at = start; at < frame.width + frame.height; at += gap) {
    ctx.moveTo(at, 0);
    ctx.lineTo(at - frame.height, frame.height);
  }
  ctx.stroke();
  ctx.restore();
}

export function layout(frame, view, app) {
  view.plates = [];
  if (frame.zoom < PLATES_FROM_ZOOM || view.manifest.style.plates === false) return;
  const streets = app.viewOf("streets");
  const order = shownIn(frame, view).filter(isHot);
  order.sort(
    (a, b) => PLATES[b.props.verdict].weight - PLATES[a.props.verdict].weight || b.props.count - a.props.count || (a.id < b.id ? -1 : 1),
  );
  for (const item of order) {
    const [x, y] = [frame.x(item.x), frame.y(item.y)];
    const road = nearestRoad(frame, streets, x, y, 200);
    const plate = layoutPlate(frame, item, x, y, road);
    if (plate) view.plates.push(plate);
  }
}

export function marks(frame, view) {
  drawPlates(frame, view.plates ?? []);
}

export function hit(frame, view, x, y) {
  const [mx, my] = [(x + frame.ox) / frame.scale, (y + frame.oy) / frame.scale];
  const plate = view.plates?.find((p) => x > p.x0 && x < p.x1 && y > p.y0 && y < p.y1);
  const item = plate?.item ?? view.features.find((f) => f.props.verdict !== "usual" && contains(f, mx, my));
  return item ? { distance: plate ? 8 : 14, item, x: frame.x(item.x), y: frame.y(item.y) } : null;
}
