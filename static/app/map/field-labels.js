/** Labels of an office's own layer, from the field that its style names. */
import { styled } from "./theme.js";

const SIZE_PX = 12;

export function layoutFieldLabels(frame, view) {
  view.placed = [];
  const field = view.manifest.style.label;
  if (!field) return;
  for (const item of view.features) {
    const text = String(item.props[field] ?? "");
    const [x, y] = [frame.x(item.x), frame.y(item.y) + (item.parts.length ? 0 : 14)];
    const half = (text.length * SIZE_PX) / 2 + 3;
    if (text && frame.boxes.claim(x - half, y - 9, x + half, y + 9)) view.placed.push({ text, x, y });
  }
}

export function drawFieldLabels(frame, view) {
  const { ctx } = frame;
  ctx.font = `400 ${SIZE_PX}px ${frame.theme.font}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  ctx.lineWidth = 3.5;
  ctx.strokeStyle = frame.theme.land;
  ctx.fillStyle = styled(view, "label_color", frame.theme["place-name"]);
  for (const { text, x, y } of view.placed ?? []) {
    ctx.strokeText(text, x, y);
    ctx.fillText(text, x, y);
  }
}
