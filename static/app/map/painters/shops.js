/** Shops: a solid dot when somebody called this month, an open one when not yet; door numbers when near. */
import { drawClusters, layoutClusters } from "../clusters.js";
import { styled } from "../theme.js";

export const z = { marks: 3 };
export const rank = 50;

const digits = (address) => /(\d+[甲乙丙]?)(?:[-–]\d+)?号/.exec(address ?? "")?.[1] ?? "";

function radius(frame, view) {
  const style = view.manifest.style;
  const far = style.radius_far_px ?? 2.7;
  if (frame.zoom < (style.radius_far_until_zoom ?? 16) - 0.4) return far * 0.72;
  if (frame.zoom < (style.radius_far_until_zoom ?? 16) + 0.5) return far;
  return (style.radius_px ?? 3.4) + Math.max(0, Math.min(2.2, (frame.zoom - 17.6) * 1.2));
}

export function layout(frame, view) {
  view.points = [];
  const clusters = [];
  for (const item of view.features) {
    const [x, y] = [frame.x(item.x), frame.y(item.y)];
    if (x < -8 || y < -8 || x > frame.width + 8 || y > frame.height + 8) continue;
    if (item.props.cluster) clusters.push({ x, y, item });
    else view.points.push({ x, y, item });
  }
  view.clusters = layoutClusters(frame, clusters);
  view.numbers = frame.zoom >= (view.manifest.style.number_from_zoom ?? 19) - 0.75 ? layoutNumbers(frame, view.points) : [];
}

function layoutNumbers(frame, points) {
  const out = [];
  for (const { x, y, item } of points) {
    const text = digits(item.props.address);
    const half = text.length * 3.6 + 1;
    const spot = [
      [0, -13],
      [0, 14],
      [half + 9, 0],
      [-half - 9, 0],
    ].find(([dx, dy]) => text && frame.boxes.claim(x + dx - half, y + dy - 7, x + dx + half, y + dy + 7));
    if (spot) out.push({ text, x: x + spot[0], y: y + spot[1] });
  }
  return out;
}

export function marks(frame, view) {
  const { ctx } = frame;
  const r = radius(frame, view);
  const stroke = view.manifest.style.stroke_px ?? 1.4;
  const [halo, solid, open] = [new Path2D(), new Path2D(), new Path2D()];
  for (const { x, y, item } of view.points ?? []) {
    halo.moveTo(x + r + 1.3, y);
    halo.arc(x, y, r + 1.3, 0, 7);
    const visited = item.props.visited !== false;
    const inner = visited ? r : r - stroke / 2;
    const path = visited ? solid : open;
    path.moveTo(x + inner, y);
    path.arc(x, y, inner, 0, 7);
  }
  const colour = styled(view, "color", frame.theme.dot);
  ctx.fillStyle = styled(view, "halo", frame.theme.surface);
  ctx.fill(halo);
  ctx.fillStyle = colour;
  ctx.fill(solid);
  ctx.lineWidth = stroke + 0.3;
  ctx.strokeStyle = colour;
  ctx.stroke(open);
  drawNumbers(frame, view.numbers ?? []);
  drawClusters(frame, view.clusters ?? [], () => colour);
}

function drawNumbers(frame, numbers) {
  const { ctx } = frame;
  ctx.font = `400 12px ${frame.theme.font}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineWidth = 3;
  ctx.strokeStyle = frame.theme.land;
  ctx.fillStyle = frame.theme.ink2;
  for (const { text, x, y } of numbers) {
    ctx.strokeText(text, x, y);
    ctx.fillText(text, x, y);
  }
}

export function hit(frame, view, x, y) {
  let best = null;
  for (const point of [...(view.clusters ?? []), ...(view.points ?? [])]) {
    const distance = Math.hypot(point.x - x, point.y - y);
    if (distance < 22 && (!best || distance < best.distance)) best = { distance, item: point.item, x: point.x, y: point.y };
  }
  return best;
}
