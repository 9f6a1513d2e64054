/** Areas of responsibility: a dash-dot outline, the name along its longest side, 示意 where invented. */
import { contains } from "../feature.js";
import { touches, trace } from "../scene.js";
import { styled } from "../theme.js";

export const z = { base: 3, marks: 5.8 };
export const rank = 55;

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
  for (const item of view.features) {
    if (!touches(frame, item.box) || frame.zoom < 14.5) continue;
    const text = `${item.props.name}${item.props.illustrative ? " 示意" : ""}`;
    const spot = longestSide(frame, item, text.length * 12 + 24);
    if (!spot) continue;
    const half = text.length * 5;
    const [w, h] = [Math.abs(Math.cos(spot.angle)) * half + 8, Math.abs(Math.sin(spot.angle)) * half + 8];
    if (frame.boxes.claim(spot.x - w, spot.y - h, spot.x + w, spot.y + h)) view.placed.push({ text, ...spot });
  }
}

/** The middle of the longest side in view, 10 px inside the area. */
function longestSide(frame, item, least) {
  const ring = item.parts[0];
  let best = null;
  for (let i = 0; i + 3 < ring.length; i += 2) {
    const [x0, y0, x1, y1] = [frame.x(ring[i]), frame.y(ring[i + 1]), frame.x(ring[i + 2]), frame.y(ring[i + 3])];
    const length = Math.hypot(x1 - x0, y1 - y0);
    const [mx, my] = [(x0 + x1) / 2, (y0 + y1) / 2];
    const seen = mx > frame.view[0] + 40 && mx < frame.view[2] - 40 && my > frame.view[1] + 20 && my < frame.view[3] - 20;
    if (length < least || (best && best.length >= length) || !seen) continue;
    let angle = Math.atan2(y1 - y0, x1 - x0);
    if (Math.cos(angle) < 0) angle += Math.PI;
    const [nx, ny] = [-Math.sin(angle) * 10, Math.cos(angle) * 10];
    const side = contains(item, (mx + nx + frame.ox) / frame.scale, (my + ny + frame.oy) / frame.scale) ? 1 : -1;
    best = { x: mx + side * nx, y: my + side * ny, angle, length };
  }
  return best;
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
