/** Place names for orientation: the first to go when there is no room. */
import { styled } from "../theme.js";

export const z = { marks: 5.9 };
export const isNames = true;
export const rank = 60;
const HALO_PX = 3.5;

/** "地铁岚皋路站(7号线)" -> "地铁岚皋路站": the map has little room. */
const shown = (name) => name.replace(/[((].*?[))]/g, "");

export function layout(frame, view) {
  const size = view.manifest.style.font_px ?? 12;
  view.placed = [];
  for (const item of view.features) {
    const [x, y] = [frame.x(item.x), frame.y(item.y)];
    if (x < -60 || y < -20 || x > frame.width + 60 || y > frame.height + 20) continue;
    const text = shown(String(item.props.name ?? ""));
    const half = (text.length * size * 1.06) / 2 + 3;
    const row = [-10, 0, 12, -24, 26].find((dy) => frame.boxes.claim(x - half, y + dy - size * 0.8, x + half, y + dy + size * 0.8));
    if (row !== undefined) view.placed.push({ text, x, y: y + row });
  }
}

export function marks(frame, view) {
  const { ctx } = frame;
  ctx.font = `400 ${view.manifest.style.font_px ?? 12}px ${frame.theme.font}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  ctx.lineWidth = HALO_PX;
  ctx.letterSpacing = "0.72px";
  ctx.strokeStyle = styled(view, "halo", frame.theme.land);
  ctx.fillStyle = styled(view, "color", frame.theme["place-name"]);
  for (const { text, x, y } of view.placed ?? []) {
    ctx.strokeText(text, x, y);
    ctx.fillText(text, x, y);
  }
  ctx.letterSpacing = "0px";
}
