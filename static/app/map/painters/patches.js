/** Areas of responsibility: a dash-dot outline, the name along its longest side, 示意 where invented. */
import { contains } from "../feature.js";
import { touches, trace } from "../trace.js";
import { styled } from "../theme.js";

export const z = { base: 3, marks: 5.8 };
export const isNames = true;
export const rank = 55;
const ALONG = [0.5, 0.35, 0.65, 0.22, 0.78];

export function base(frame, view) {
  const { ctx } = frame;
  ctx.save();
  ctx.setLineDash((view.manifest.style.dash ?? "9 4 2 4").split(" ").map(Number));
  ctx.lineWidth = view.manifest.style.width_px ?? 1.4;
  ctx.lineCap = "butt";
  ctx.strokeStyle = styled(view, "color", frame.theme["grid-line"]);
  const path = new Path2D();
  const drawn = new Set();
  for (const item of view.features) if (touches(frame, item.box)) eachEdge(frame, item, drawn, path);
  ctx.stroke(path);
  ctx.restore();
}

/** Neighbours share an edge: drawn twice, the dashes of one would fill the gaps of the other. */
function eachEdge(frame, item, drawn, path) {
  for (const ring of item.parts) {
    let pen = false;
    for (let i = 0; i + 3 < ring.length; i += 2) {
      const ends = [`${ring[i].toFixed(9)},${ring[i + 1].toFixed(9)}`, `${ring[i + 2].toFixed(9)},${ring[i + 3].toFixed(9)}`];
      const key = ends.sort().join(" ");
      if (drawn.has(key)) {
        pen = false;
        continue;
      }
      drawn.add(key);
      if (!pen) path.moveTo(frame.x(ring[i]), frame.y(ring[i + 1]));
      path.lineTo(frame.x(ring[i + 2]), frame.y(ring[i + 3]));
      pen = true;
    }
  }
}

export function layout(frame, view) {
  view.placed = [];
  if (frame.zoom < 14.5) return;
  for (const item of view.features) {
    if (!touches(frame, item.box)) continue;
    const text = `${item.props.name}${item.props.illustrative ? " 示意" : ""}`;
    const spot = firstFree(frame, item, text);
    if (spot) view.placed.push({ text, ...spot });
  }
}

/** Beside the longest side that has room, 10 px inside the area. */
function firstFree(frame, item, text) {
  const half = text.length * 5 + 6;
  for (const side of sides(frame, item).filter(({ length }) => length > 2 * half + 12)) {
    for (const t of ALONG) {
      const [mx, my] = [side.x0 + t * (side.x1 - side.x0), side.y0 + t * (side.y1 - side.y0)];
      const [nx, ny] = [-Math.sin(side.angle) * 10, Math.cos(side.angle) * 10];
      const inner = contains(item, (mx + nx + frame.ox) / frame.scale, (my + ny + frame.oy) / frame.scale) ? 1 : -1;
      const [x, y] = [mx + inner * nx, my + inner * ny];
      const [w, h] = [Math.abs(Math.cos(side.angle)) * half + 8, Math.abs(Math.sin(side.angle)) * half + 8];
      const seen = x - w > frame.view[0] && x + w < frame.view[2] && y - h > frame.view[1] && y + h < frame.view[3];
      if (seen && frame.boxes.claim(x - w, y - h, x + w, y + h)) return { x, y, angle: side.angle };
    }
  }
  return null;
}

/** The sides in canvas pixels, the longest first, their angle so that text reads left to right. */
function sides(frame, item) {
  const ring = item.parts[0];
  const out = [];
  for (let i = 0; i + 3 < ring.length; i += 2) {
    const [x0, y0, x1, y1] = [frame.x(ring[i]), frame.y(ring[i + 1]), frame.x(ring[i + 2]), frame.y(ring[i + 3])];
    const angle = Math.atan2(y1 - y0, x1 - x0);
    out.push({ x0, y0, x1, y1, length: Math.hypot(x1 - x0, y1 - y0), angle: Math.cos(angle) < 0 ? angle + Math.PI : angle });
  }
  return out.sort((p, q) => q.length - p.length);
}

export function marks(frame, view) {
  const { ctx } = frame;
  ctx.font = `400 12px ${frame.theme.font}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  ctx.lineWidth = 3.5;
  for (const { text, x, y, angle } of view.placed ?? []) {
    ctx.save();
    ctx.translate(x, y);
    ctx.rotate(angle);
    ctx.strokeStyle = frame.theme.land;
    ctx.fillStyle = styled(view, "label_color", frame.theme["place-name"]);
    ctx.strokeText(text, 0, 0);
    ctx.fillText(text, 0, 0);
    ctx.restore();
  }
}
