/** One pin: the shape of the kind on its white case, the state as a ring. Drawn once per kind, state and theme, then copied. */
import { unitPath } from "./shapes.js";
import { kindColours } from "./theme.js";

export const SPRITE_PX = 40;
const sprites = new Map();

/** Draw a pin around the origin of a context. */
export function drawPin(ctx, kind, ring, theme, size = 20) {
  const { fill, edge } = kindColours(kind);
  const ringed = ring === "handling" || ring === "overdue";
  const radius = ringed ? size * 0.365 : size * 0.45;
  if (ringed) {
    const line = ring === "overdue" ? 2.8 : 1.6;
    ctx.beginPath();
    ctx.arc(0, 0, size * 0.66, 0, 7);
    ctx.fillStyle = theme.surface;
    ctx.fill();
    ctx.lineWidth = line;
    ctx.strokeStyle = ring === "overdue" ? theme["accent-ink"] : theme.ctl;
    ctx.stroke();
  }
  const shape = unitPath(kind.shape);
  ctx.save();
  ctx.scale(radius, radius);
  ctx.lineJoin = "round";
  if (!ringed) {
    ctx.lineWidth = 4.4 / radius;
    ctx.strokeStyle = theme["pin-case"];
    ctx.stroke(shape);
  }
  if (ring === "follow_up") {
    ctx.scale(0.86, 0.86);
    ctx.fillStyle = theme["pin-case"];
    ctx.fill(shape);
    ctx.lineWidth = 3 / (radius * 0.86);
    ctx.strokeStyle = edge ?? fill;
    ctx.stroke(shape);
  } else {
    ctx.fillStyle = fill;
    ctx.fill(shape);
    if (edge) {
      ctx.lineWidth = 1.2 / radius;
      ctx.strokeStyle = edge;
      ctx.stroke(shape);
    }
  }
  ctx.restore();
}

/** @returns {HTMLCanvasElement} a square of SPRITE_PX with the pin in the middle */
export function pinSprite(frame, kind, ring, size) {
  const key = [kind.code, kind.shape, kind.color, ring, size, frame.ratio, frame.theme.dark].join("|");
  if (!sprites.has(key)) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = SPRITE_PX * frame.ratio;
    const ctx = canvas.getContext("2d");
    ctx.scale(frame.ratio, frame.ratio);
    ctx.translate(SPRITE_PX / 2, SPRITE_PX / 2);
    drawPin(ctx, kind, ring, frame.theme, size);
    sprites.set(key, canvas);
  }
  return sprites.get(key);
}
