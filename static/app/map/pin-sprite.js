/** Pins: the shape of the kind on its white case, the state as a ring. Each is drawn once per kind, state and theme, then copied. */
import { unitPath } from "./shapes.js";
import { kindColours } from "./theme.js";

const SPRITE_PX = 40;
const PER_ROW = 16;
const ROWS = 8;
const sheets = new Map();

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

/** All pins lie on one canvas, side by side; it grows by rows. */
function sheetOf(ratio) {
  if (!sheets.has(ratio)) {
    const canvas = document.createElement("canvas");
    canvas.width = SPRITE_PX * PER_ROW * ratio;
    canvas.height = SPRITE_PX * ROWS * ratio;
    sheets.set(ratio, { canvas, ctx: canvas.getContext("2d"), places: new Map() });
  }
  return sheets.get(ratio);
}

/** Where a pin lies on the sheet, drawn there if it is new. */
function placeOf(sheet, frame, { kind, ring, size }) {
  const key = [kind.code, kind.shape, kind.color, ring, size, frame.theme.dark].join("|");
  const known = sheet.places.get(key);
  if (known !== undefined) return known;
  if (sheet.places.size >= PER_ROW * ROWS) {
    sheet.places.clear();
    sheet.ctx.setTransform(1, 0, 0, 1, 0, 0);
    sheet.ctx.clearRect(0, 0, sheet.canvas.width, sheet.canvas.height);
  }
  const at = sheet.places.size;
  sheet.places.set(key, at);
  sheet.ctx.setTransform(
    frame.ratio,
    0,
    0,
    frame.ratio,
    ((at % PER_ROW) + 0.5) * SPRITE_PX * frame.ratio,
    (Math.floor(at / PER_ROW) + 0.5) * SPRITE_PX * frame.ratio,
  );
  drawPin(sheet.ctx, kind, ring, frame.theme, size);
  return at;
}

/**
 * Copy pins to their places on the map. First all are on the sheet, then all are copied: writing between two copies would duplicate the sheet.
 * @param {{kind: object, ring: string, size: number, x: number, y: number}[]} pins
 */
export function stampPins(frame, pins) {
  const sheet = sheetOf(frame.ratio);
  const places = pins.map((pin) => placeOf(sheet, frame, pin));
  const side = SPRITE_PX * frame.ratio;
  pins.forEach(({ x, y }, i) => {
    const at = places[i];
    frame.ctx.drawImage(
      sheet.canvas,
      (at % PER_ROW) * side,
      Math.floor(at / PER_ROW) * side,
      side,
      side,
      x - SPRITE_PX / 2,
      y - SPRITE_PX / 2,
      SPRITE_PX,
      SPRITE_PX,
    );
  });
}
