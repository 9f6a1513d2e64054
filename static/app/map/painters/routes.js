/** Walking routes: a line per worker, numbered stops, the surname once. */
import { trace } from "../trace.js";

export const z = { marks: 4 };
export const rank = 15;
const COLOURS = [
  ["#00508a", "#fff"],
  ["#c04c00", "#fff"],
  ["#00805d", "#fff"],
  ["#e69f00", "#1e1c19"],
  ["#56b4e9", "#1e1c19"],
  ["#cc79a7", "#1e1c19"],
];

function colours(view, item) {
  const { colors, text_colors: texts } = view.manifest.style;
  const index = Number(item.props.color_index) || 0;
  const list = colors?.length ? colors.map((colour, i) => [colour, texts?.[i] ?? "#fff"]) : COLOURS;
  return list[index % list.length];
}

export function layout(frame, view) {
  view.stops = [];
  view.tags = [];
  for (const item of view.features.filter((f) => !f.parts.length)) {
    const [x, y] = [frame.x(item.x), frame.y(item.y)];
    view.stops.push({ x, y, item });
    frame.boxes.take(x - 11, y - 11, x + 11, y + 11);
  }
  for (const item of view.features.filter((f) => f.parts.length)) {
    const part = item.parts[0];
    const middle = 2 * Math.floor(part.length / 8);
    const [x, y] = [frame.x(part[middle]), frame.y(part[middle + 1])];
    const spot = [
      [34, 0],
      [-34, 0],
      [0, 34],
      [0, -34],
      [52, 0],
    ].find(([dx, dy]) => frame.boxes.claim(x + dx - 14, y + dy - 14, x + dx + 14, y + dy + 14));
    if (spot) view.tags.push({ x: x + spot[0], y: y + spot[1], item });
  }
}

export function marks(frame, view) {
  const { ctx, theme } = frame;
  ctx.lineJoin = ctx.lineCap = "round";
  for (const item of view.features.filter((f) => f.parts.length)) {
    const path = new Path2D();
    trace(frame, item, path);
    ctx.lineWidth = 7;
    ctx.strokeStyle = theme.surface;
    ctx.stroke(path);
    ctx.lineWidth = view.manifest.style.width_px ?? 4;
    ctx.strokeStyle = colours(view, item)[0];
    ctx.stroke(path);
    arrows(frame, item, colours(view, item)[1]);
  }
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  for (const { x, y, item } of view.stops ?? []) sign(frame, view, item, x, y, String(item.props.order ?? ""), true);
  for (const { x, y, item } of view.tags ?? []) sign(frame, view, item, x, y, String(item.props.surname ?? ""), false);
}

function arrows(frame, item, colour) {
  const { ctx } = frame;
  ctx.lineWidth = 1.6;
  ctx.strokeStyle = colour;
  for (const part of item.parts) {
    let since = 40;
    for (let i = 0; i + 3 < part.length; i += 2) {
      const [ax, ay, bx, by] = [frame.x(part[i]), frame.y(part[i + 1]), frame.x(part[i + 2]), frame.y(part[i + 3])];
      const length = Math.hypot(bx - ax, by - ay);
      const angle = Math.atan2(by - ay, bx - ax);
      for (let at = 80 - since; at < length; at += 80) {
        ctx.save();
        ctx.translate(ax + ((bx - ax) * at) / length, ay + ((by - ay) * at) / length);
        ctx.rotate(angle);
        ctx.beginPath();
        ctx.moveTo(-2.5, -2.5);
        ctx.lineTo(1.5, 0);
        ctx.lineTo(-2.5, 2.5);
        ctx.stroke();
        ctx.restore();
      }
      since = (since + length) % 80;
    }
  }
}

function sign(frame, view, item, x, y, text, round) {
  const { ctx, theme } = frame;
  const [fill, ink] = colours(view, item);
  ctx.beginPath();
  if (round) ctx.arc(x, y, 10, 0, 7);
  else ctx.roundRect(x - 13, y - 13, 26, 26, 5);
  ctx.fillStyle = fill;
  ctx.fill();
  ctx.lineWidth = 2;
  ctx.strokeStyle = theme.surface;
  ctx.stroke();
  ctx.fillStyle = ink;
  ctx.font = `700 ${round ? 12 : 14}px ${theme.font}`;
  ctx.fillText(text, x, y + 0.5);
}

export function hit(frame, view, x, y) {
  for (const stop of view.stops ?? [])
    if (Math.hypot(stop.x - x, stop.y - y) < 14) return { distance: 0, item: stop.item, x: stop.x, y: stop.y };
  return null;
}
