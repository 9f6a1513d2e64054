/** Lines along pavements by how long ago somebody walked there: whole, dashed, dotted, so that it is never colour alone. */
import { styled } from "../theme.js";
import { touches, trace } from "../trace.js";

export const z = { base: 2.6 };
/** What was walked long ago comes last, so that it lies on top where two sides meet. */
const BANDS = [
  ["recent", "ink3", []],
  ["weeks", "ink3", [7, 7]],
  ["long", "ctl", [0.1, 7]],
];

export function base(frame, view) {
  const { ctx } = frame;
  ctx.save();
  ctx.lineJoin = "round";
  const width = view.manifest.style.width_px ?? 4;
  for (const [band, token, dash] of BANDS) {
    const path = new Path2D();
    for (const item of view.features) if (item.props.band === band && touches(frame, item.box)) trace(frame, item, path);
    ctx.lineWidth = band === "long" ? width - 1 : width;
    ctx.lineCap = band === "long" ? "round" : "butt";
    ctx.setLineDash(dash);
    ctx.strokeStyle = styled(view, band, frame.theme[token]);
    ctx.stroke(path);
  }
  ctx.restore();
}
