/** Points of an office's own layer: filled circles (rings with `ring_px`), clusters where there are many. */
import { drawClusters, layoutClusters } from "../clusters.js";
import { drawFieldLabels, layoutFieldLabels } from "../field-labels.js";
import { styled } from "../theme.js";
import { hit as hitPoints } from "./shops.js";

export const z = { marks: 3.4 };
export const rank = 47;

export function layout(frame, view) {
  const all = view.features.filter((item) => !item.parts.length).map((item) => ({ x: frame.x(item.x), y: frame.y(item.y), item }));
  view.points = all.filter(({ item }) => !item.props.cluster);
  view.clusters = layoutClusters(
    frame,
    all.filter(({ item }) => item.props.cluster),
  );
  layoutFieldLabels(frame, view);
}

export function marks(frame, view) {
  const { ctx } = frame;
  const radius = view.manifest.style.radius_px ?? 4;
  const colour = styled(view, "color", frame.theme.ink3);
  const path = new Path2D();
  for (const { x, y } of view.points ?? []) {
    path.moveTo(x + radius, y);
    path.arc(x, y, radius, 0, 7);
  }
  const ring = view.manifest.style.ring_px;
  ctx.lineWidth = ring ? ring + 2 : 3;
  ctx.strokeStyle = frame.theme.surface;
  ctx.stroke(path);
  if (ring) {
    ctx.lineWidth = ring;
    ctx.strokeStyle = colour;
    ctx.stroke(path);
  } else {
    ctx.fillStyle = colour;
    ctx.fill(path);
  }
  drawFieldLabels(frame, view);
  drawClusters(frame, view.clusters ?? [], () => colour);
}

export const hit = hitPoints;
