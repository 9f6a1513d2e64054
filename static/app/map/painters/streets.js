/** Streets in their width on the ground: all casings, then all fills, so that crossings merge; names along the line. */
import { touches, trace } from "../trace.js";
import { styled } from "../theme.js";
import { drawNames, layoutNames } from "./street-names.js";

export const z = { base: 1, marks: 6 };
export const isNames = true;
export const rank = 40;

/** @returns {number} pixels; never below the street's minimum */
export function streetPx(frame, view, item) {
  const least = view.manifest.style.min_px ?? {};
  return Math.max(item.props.width_m * frame.perMetre, least[item.props.name] ?? least.default ?? 2);
}

function path(frame, item) {
  const out = new Path2D();
  trace(frame, item, out);
  return out;
}

function railway(frame, ctx, item) {
  const line = path(frame, item);
  const width = Math.max(3, Math.min(6, frame.perMetre * 5));
  ctx.setLineDash([]);
  ctx.strokeStyle = frame.theme.dark ? frame.theme.line2 : frame.theme.casing;
  ctx.lineWidth = width;
  ctx.stroke(line);
  ctx.setLineDash([9, 9]);
  ctx.strokeStyle = frame.theme.land;
  ctx.lineWidth = width - 1.8;
  ctx.stroke(line);
  ctx.setLineDash([]);
}

export function base(frame, view) {
  const { ctx } = frame;
  const shown = view.features.filter((item) => touches(frame, item.box));
  const roads = shown.filter((item) => item.props.kind !== "rail").sort((a, b) => a.props.width_m - b.props.width_m);
  const lines = new Map(roads.map((item) => [item, path(frame, item)]));
  const extra = view.manifest.style.casing_px ?? 2;
  const dash = (view.manifest.style.dash_class_d ?? "7 5").split(" ").map(Number);
  ctx.lineJoin = "round";
  shown.filter((item) => item.props.kind === "rail").forEach((item) => railway(frame, ctx, item));
  ctx.strokeStyle = styled(view, "casing", frame.theme.casing);
  for (const item of roads) {
    const invented = item.props.class === "D";
    ctx.setLineDash(invented ? dash : []);
    ctx.lineCap = invented ? "butt" : "round";
    ctx.lineWidth = streetPx(frame, view, item) + extra;
    ctx.stroke(lines.get(item));
  }
  ctx.setLineDash([]);
  ctx.lineCap = "round";
  for (const item of roads) {
    ctx.strokeStyle = item.props.class === "B" ? styled(view, "major", frame.theme.major) : styled(view, "road", frame.theme.road);
    ctx.lineWidth = streetPx(frame, view, item);
    ctx.stroke(lines.get(item));
  }
}

export function layout(frame, view, app) {
  view.names = layoutNames(frame, view, (item) => streetPx(frame, view, item), app.viewOf("shops"));
}

export function marks(frame, view) {
  drawNames(frame, view, view.names ?? []);
}
