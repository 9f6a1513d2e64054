/** Lines of an office's own layer. */
import { drawFieldLabels, layoutFieldLabels } from "../field-labels.js";
import { touches, trace } from "../trace.js";
import { styled } from "../theme.js";

export const z = { base: 3.2, marks: 5.7 };
export const rank = 58;

export function base(frame, view) {
  const { ctx } = frame;
  const path = new Path2D();
  for (const item of view.features) if (item.parts.length && touches(frame, item.box)) trace(frame, item, path);
  ctx.save();
  ctx.lineJoin = ctx.lineCap = "round";
  ctx.setLineDash((view.manifest.style.dash ?? "").split(" ").filter(Boolean).map(Number));
  ctx.lineWidth = view.manifest.style.width_px ?? 2;
  ctx.strokeStyle = styled(view, "color", frame.theme.ink3);
  ctx.stroke(path);
  ctx.restore();
}

export const layout = layoutFieldLabels;
export const marks = drawFieldLabels;
