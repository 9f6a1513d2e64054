/** An outline with a quiet fill: the sub-district. */
import { touches, trace } from "../trace.js";
import { styled } from "../theme.js";

export const z = { base: 0 };

export function base(frame, view) {
  const { ctx } = frame;
  const path = new Path2D();
  for (const item of view.features) if (touches(frame, item.box)) trace(frame, item, path);
  if (view.manifest.style.fill) {
    ctx.globalAlpha = view.manifest.style.fill_opacity ?? 1;
    ctx.fillStyle = styled(view, "fill", frame.theme.land);
    ctx.fill(path, "evenodd");
    ctx.globalAlpha = 1;
  }
  ctx.lineWidth = view.manifest.style.width_px ?? 1.5;
  ctx.strokeStyle = styled(view, "color", frame.theme.line2);
  ctx.stroke(path);
}
