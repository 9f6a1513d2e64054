/** Areas of an office's own layer: a light fill, an outline, a label from a field. */
import { touches, trace } from "../trace.js";
import { styled } from "../theme.js";
import { drawFieldLabels, layoutFieldLabels } from "../field-labels.js";

export const z = { base: 1.5, marks: 5.7 };
export const rank = 58;

export function base(frame, view) {
  const { ctx } = frame;
  const path = new Path2D();
  for (const item of view.features) if (item.area && touches(frame, item.box)) trace(frame, item, path);
  const colour = styled(view, "color", frame.theme.ink3);
  ctx.globalAlpha = view.manifest.style.fill_opacity ?? 0.14;
  ctx.fillStyle = styled(view, "fill", colour);
  ctx.fill(path, "evenodd");
  ctx.globalAlpha = 1;
  ctx.setLineDash((view.manifest.style.dash ?? "").split(" ").filter(Boolean).map(Number));
  ctx.lineWidth = view.manifest.style.width_px ?? 1.4;
  ctx.strokeStyle = colour;
  ctx.stroke(path);
  ctx.setLineDash([]);
}

export const layout = layoutFieldLabels;
export const marks = drawFieldLabels;
