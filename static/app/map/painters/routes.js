/** Walking routes: a line per worker, numbered stops, the surname once; the chosen route last and boldest. */
import { LEAST_HALF_PX, clearOfTheRoad, legsOf } from "../route-lines.js";

export const z = { marks: 4 };
export const rank = 15;

/** Line and number of a route, by the manifest's colours. */
function colours(view, item) {
  const { colors = ["#1e1c19"], text_colors: texts = [] } = view.manifest.style;
  const index = (Number(item.props.color_index) || 0) % colors.length;
  return [colors[index], texts[index] ?? "#ffffff"];
}

const STOP_PX = 21;
/** Numbers stand beside the line of their side of the street. */
const BESIDE_PX = 13;
const CHOSEN_BESIDE_PX = 15;
const PASSES = 10;
const FARTHEST_PX = 28;
const CROWD = 60;
const CLOSE_ZOOM = 17.2;
const ARROW_PX = 60;
const COVERED_PX = 15;

/** Numbers that would cover each other step apart, each as far as the other, but stay near their doors. */
function spread(stops) {
  push(stops);
  for (const stop of stops) {
    const [dx, dy] = [stop.x - stop.doorX, stop.y - stop.doorY];
    const share = FARTHEST_PX / Math.max(FARTHEST_PX, Math.hypot(dx, dy));
    stop.x = stop.doorX + dx * share;
    stop.y = stop.doorY + dy * share;
  }
}

function push(stops) {
  for (let pass = 0; pass < PASSES; pass += 1) {
    let moved = false;
    for (let i = 0; i < stops.length; i += 1) {
      for (let j = i + 1; j < stops.length; j += 1) {
        const [dx, dy] = [stops[j].x - stops[i].x, stops[j].y - stops[i].y];
        const apart = Math.hypot(dx, dy);
        if (apart >= STOP_PX) continue;
        const far = (STOP_PX - apart) / 2 + 0.1;
        const [ux, uy] = apart > 0.5 ? [dx / apart, dy / apart] : [0, 1];
        stops[i].x -= ux * far;
        stops[i].y -= uy * far;
        stops[j].x += ux * far;
        stops[j].y += uy * far;
        moved = true;
      }
    }
    if (!moved) return;
  }
}

const isChosen = (app, item) => item.props.index !== undefined && item.props.index === app.selection?.route;

/** The chosen route comes last, so that it lies on top. */
const ordered = (app, items) => [...items].sort((a, b) => isChosen(app, a.item ?? a) - isChosen(app, b.item ?? b));

const sameWalk = (one, other) => one.props.route === other.props.route && one.props.surname === other.props.surname;

export function layout(frame, view, app) {
  view.stops = [];
  view.tags = [];
  view.lines = [];
  const streets = app.viewOf("streets");
  for (const item of view.features.filter((f) => !f.parts.length)) {
    const beside = LEAST_HALF_PX + (isChosen(app, item) ? CHOSEN_BESIDE_PX : BESIDE_PX);
    const [x, y] = clearOfTheRoad(frame, streets, frame.x(item.x), frame.y(item.y), beside, 60);
    view.stops.push({ x, y, doorX: x, doorY: y, item, quiet: false });
  }
  // Far off, many numbers say nothing: those of the other routes are dots.
  const crowded = view.stops.length > CROWD && frame.zoom < CLOSE_ZOOM && app.selection?.route !== undefined;
  for (const stop of view.stops) stop.quiet = crowded && !isChosen(app, stop.item);
  spread(view.stops.filter((stop) => !stop.quiet));
  quieten(app, view.stops);
  for (const { x, y } of view.stops) frame.boxes.take(x - 11, y - 11, x + 11, y + 11);
  for (const item of view.features.filter((f) => f.parts.length)) {
    const own = view.stops.map((stop) => stop.item).filter((stop) => sameWalk(stop, item));
    view.lines.push({ item, legs: legsOf(frame, item, own, streets) });
    const spot = besideTheMiddle(frame, view, item);
    if (spot) view.tags.push({ x: spot[0], y: spot[1], item });
  }
}

/** Where numbers still cover each other, those of the chosen walk stay; of the others the later one is a dot at its door. */
function quieten(app, stops) {
  const shown = ordered(app, stops).reverse();
  shown.forEach((stop, i) => {
    const isCovering = (other) => !other.quiet && Math.hypot(other.x - stop.x, other.y - stop.y) < COVERED_PX;
    if (stop.quiet || isChosen(app, stop.item) || !shown.slice(0, i).some(isCovering)) return;
    Object.assign(stop, { quiet: true, x: stop.doorX, y: stop.doorY });
  });
}

/** Room for the surname beside the middle of its stops. */
function besideTheMiddle(frame, view, item) {
  const own = view.stops.filter((stop) => sameWalk(stop.item, item));
  const middle = own[Math.floor(own.length / 4)];
  const part = item.parts[0];
  const at = 2 * Math.floor(part.length / 8);
  const [x, y] = middle ? [middle.x, middle.y] : [frame.x(part[at]), frame.y(part[at + 1])];
  return [
    [34, 0],
    [-34, 0],
    [0, 34],
    [0, -34],
    [52, 0],
    [-52, 0],
  ]
    .map(([dx, dy]) => [x + dx, y + dy])
    .find(([cx, cy]) => frame.boxes.claim(cx - 14, cy - 14, cx + 14, cy + 14));
}

export function marks(frame, view, app) {
  const { ctx } = frame;
  ctx.lineJoin = ctx.lineCap = "round";
  const lines = ordered(app, view.lines ?? []);
  for (const { item, legs } of lines) for (const leg of legs) if (leg.isWay) way(frame, leg.points, colours(view, item)[0]);
  for (const { item, legs } of lines) for (const leg of legs) if (!leg.isWay) walk(frame, view, item, leg.points, isChosen(app, item));
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  for (const stop of view.stops ?? []) if (stop.quiet) dot(frame, view, stop);
  for (const stop of ordered(app, view.stops ?? [])) {
    if (!stop.quiet) sign(frame, view, stop.item, stop.x, stop.y, String(stop.item.props.order ?? ""), radius(app, stop.item));
  }
  for (const { x, y, item } of view.tags ?? []) sign(frame, view, item, x, y, String(item.props.surname ?? ""), 0);
}

function radius(app, item) {
  if (!isChosen(app, item)) return 9.5;
  return app.selection.stop === item.props.order ? 14 : 11;
}

/** The way to the first stop and home again: thin, so that it hides nobody's walk. */
function way(frame, points, colour) {
  const { ctx } = frame;
  ctx.save();
  ctx.setLineDash([0.1, 6]);
  ctx.lineWidth = 2.6;
  ctx.strokeStyle = colour;
  ctx.stroke(path(points));
  ctx.restore();
}

function walk(frame, view, item, points, bold) {
  const { ctx, theme } = frame;
  const width = (view.manifest.style.width_px ?? 4) + (bold ? 2 : 0);
  const [fill, ink] = colours(view, item);
  const line = path(points);
  ctx.lineWidth = width + 3;
  ctx.strokeStyle = bold ? theme.ink : theme.surface;
  ctx.stroke(line);
  ctx.lineWidth = width;
  ctx.strokeStyle = fill;
  ctx.stroke(line);
  arrows(frame, points, ink);
}

function path(points) {
  const out = new Path2D();
  points.forEach(([x, y], i) => (i ? out.lineTo(x, y) : out.moveTo(x, y)));
  return out;
}

function dot(frame, view, { x, y, item }) {
  const { ctx, theme } = frame;
  ctx.beginPath();
  ctx.arc(x, y, 4, 0, 7);
  ctx.fillStyle = colours(view, item)[0];
  ctx.fill();
  ctx.lineWidth = 1.4;
  ctx.strokeStyle = theme.surface;
  ctx.stroke();
}

function arrows(frame, points, colour) {
  const { ctx } = frame;
  ctx.lineWidth = 1.6;
  ctx.strokeStyle = colour;
  let since = ARROW_PX / 2;
  for (let i = 0; i + 1 < points.length; i += 1) {
    const [[ax, ay], [bx, by]] = [points[i], points[i + 1]];
    const length = Math.hypot(bx - ax, by - ay);
    const angle = Math.atan2(by - ay, bx - ax);
    for (let at = ARROW_PX - since; at < length; at += ARROW_PX) {
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
    since = (since + length) % ARROW_PX;
  }
}

/** A number in a circle of radius `round`; 0: the surname on its plate. */
function sign(frame, view, item, x, y, text, round) {
  const { ctx, theme } = frame;
  const [fill, ink] = colours(view, item);
  ctx.beginPath();
  if (round) ctx.arc(x, y, round, 0, 7);
  else ctx.roundRect(x - 13, y - 13, 26, 26, 5);
  ctx.fillStyle = fill;
  ctx.fill();
  ctx.lineWidth = 2;
  ctx.strokeStyle = theme.surface;
  ctx.stroke();
  ctx.fillStyle = ink;
  ctx.font = `700 ${round ? Math.round(round) + 2 : 14}px ${theme.font}`;
  ctx.fillText(text, x, y + 0.5);
}

export function hit(frame, view, x, y) {
  for (const stop of view.stops ?? [])
    if (Math.hypot(stop.x - x, stop.y - y) < 14) return { distance: 0, item: stop.item, x: stop.x, y: stop.y };
  return null;
}
