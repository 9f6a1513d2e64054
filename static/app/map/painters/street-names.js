/** Street names glyph by glyph along the line, once per stretch, where there is room. */
import { Collider } from "../collider.js";
import { touches } from "../trace.js";
import { styled } from "../theme.js";

const CROSSING_PX = 40;
const EDGE_PX = 40;
const MAX_BEND = 0.45;
const SHIFT_PX = 12;
const DOOR_PX = 4;
/** Between two of the same name, of the length after which it is said again. */
const LEAST_APART = 0.6;

/** "旬阳路(洵阳路)" -> "旬阳路"; a name that is only a remark in brackets gives "". */
export const shownName = (name) => name.replace(/[(（].*?[)）]/g, "").trim();

/** Where the streets meet, as fractions of the world: kept with the features they were found in. */
function crossings(view) {
  if (view.crossingsOf === view.features) return view.crossings;
  const found = [];
  const roads = view.features.filter((item) => item.props.kind !== "rail");
  roads.forEach((a, i) =>
    roads.slice(i + 1).forEach((b) => {
      const apart = a.box[0] > b.box[2] || b.box[0] > a.box[2] || a.box[1] > b.box[3] || b.box[1] > a.box[3];
      if (!apart && shownName(a.props.name) !== shownName(b.props.name)) meet(a.parts[0], b.parts[0], found);
    }),
  );
  view.crossingsOf = view.features;
  view.crossings = found;
  return found;
}

function meet(p, q, found) {
  for (let i = 0; i + 3 < p.length; i += 2) {
    for (let j = 0; j + 3 < q.length; j += 2) {
      const [rx, ry, sx, sy] = [p[i + 2] - p[i], p[i + 3] - p[i + 1], q[j + 2] - q[j], q[j + 3] - q[j + 1]];
      const cross = rx * sy - ry * sx;
      if (!cross) continue;
      const t = ((q[j] - p[i]) * sy - (q[j + 1] - p[i + 1]) * sx) / cross;
      const u = ((q[j] - p[i]) * ry - (q[j + 1] - p[i + 1]) * rx) / cross;
      if (t > -0.05 && t < 1.05 && u > -0.05 && u < 1.05) found.push([p[i] + t * rx, p[i + 1] + t * ry]);
    }
  }
}

/** A line in canvas pixels with its length so far at each vertex. */
function measured(frame, part) {
  const points = [];
  let length = 0;
  for (let i = 0; i < part.length; i += 2) {
    const [x, y] = [frame.x(part[i]), frame.y(part[i + 1])];
    if (i) length += Math.hypot(x - points.at(-1).x, y - points.at(-1).y);
    points.push({ x, y, at: length });
  }
  return { points, length };
}

function pointAt(line, distance) {
  const { points } = line;
  let i = 1;
  while (i < points.length - 1 && points[i].at < distance) i += 1;
  const [a, b] = [points[i - 1], points[i]];
  const t = (distance - a.at) / (b.at - a.at || 1);
  return { x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y), angle: Math.atan2(b.y - a.y, b.x - a.x) };
}

/** Glyph positions of a name centred at a distance along the line, `aside` pixels to its right, or null if the line bends too much. */
function set(line, name, centre, step, aside) {
  const first = centre - ((name.length - 1) * step) / 2;
  if (first < step || first + (name.length - 1) * step > line.length - step) return null;
  const middle = pointAt(line, centre).angle;
  const steep = Math.abs(Math.sin(middle)) > Math.SQRT1_2;
  const backwards = steep ? Math.sin(middle) < 0 : Math.cos(middle) < 0;
  const glyphs = [];
  for (let i = 0; i < name.length; i += 1) {
    const at = pointAt(line, first + (backwards ? name.length - 1 - i : i) * step);
    const bend = Math.atan2(Math.sin(at.angle - middle), Math.cos(at.angle - middle));
    if (Math.abs(bend) > MAX_BEND) return null;
    const angle = at.angle + (backwards ? Math.PI : 0) - (steep ? Math.PI / 2 : 0);
    glyphs.push({ text: name[i], x: at.x - Math.sin(at.angle) * aside, y: at.y + Math.cos(at.angle) * aside, angle });
  }
  return glyphs;
}

/** Where a name may stand: clear of the doors, of crossings if it is in the road, of what stands already and of its own kind. */
class Room {
  constructor(frame, size, crossed, shops) {
    Object.assign(this, { frame, size, crossed, placed: [] });
    this.doors = new Collider();
    for (const item of shops?.isOn ? shops.features : []) {
      const [x, y] = [frame.x(item.x), frame.y(item.y)];
      this.doors.take(x - DOOR_PX, y - DOOR_PX, x + DOOR_PX, y + DOOR_PX);
    }
  }

  isFree(glyphs, wantsSeen, isAside) {
    return glyphs.every((glyph) => this.#isFree(glyph, wantsSeen, isAside));
  }

  #isFree({ x, y }, wantsSeen, isAside) {
    const { frame, size } = this;
    const half = size * 0.62;
    const [x0, y0, x1, y1] = frame.view;
    const inside = x > x0 + EDGE_PX && x < x1 - EDGE_PX && y > y0 + EDGE_PX && y < y1 - EDGE_PX;
    const outside = x < x0 - size || x > x1 + size || y < y0 - size || y > y1 + size;
    if (!(wantsSeen ? inside : outside)) return false;
    const box = [x - half, y - half, x + half, y + half];
    if (!frame.boxes.isFree(...box) || !this.doors.isFree(...box)) return false;
    return isAside || this.crossed.every(([cx, cy]) => Math.abs(x - cx) > CROSSING_PX || Math.abs(y - cy) > CROSSING_PX);
  }

  /** Whether the same name stands too near to be needed again. */
  isRepeated(name, { x, y }, apart) {
    return this.placed.some((other) => other.name === name && Math.hypot(other.x - x, other.y - y) < apart);
  }

  take(name, glyphs) {
    const { size } = this;
    this.placed.push({ name, ...glyphs[Math.floor(glyphs.length / 2)] });
    for (const { x, y } of glyphs) this.frame.boxes.take(x - size, y - size, x + size, y + size);
  }
}

/** Whether a point lies in what one sees, or else on the rest of the canvas: a quick look before the glyphs are set. */
function lies(frame, { x, y }, wantsSeen) {
  const [x0, y0, x1, y1] = frame.view;
  const isSeen = x > x0 && x < x1 && y > y0 && y < y1;
  return wantsSeen ? isSeen : !isSeen && x > 0 && x < frame.width && y > 0 && y < frame.height;
}

/** The place nearest to the middle of a stretch: in what one sees, in the road or else beside it; else wholly outside, for when the map moves. */
function firstFit(room, line, name, { middle, every, beside }) {
  const tries = Math.max(1, Math.floor(every / SHIFT_PX));
  for (const [wantsSeen, aside] of [[true, 0], [true, beside], [true, -beside], [false, 0]]) {
    for (let n = 0; n < tries; n += 1) {
      const centre = middle + (n % 2 ? 1 : -1) * Math.ceil(n / 2) * SHIFT_PX;
      const at = pointAt(line, centre);
      if (!lies(room.frame, at, wantsSeen) || room.isRepeated(name, at, every * LEAST_APART)) continue;
      const glyphs = set(line, name, centre, room.size * 1.5, aside);
      if (glyphs && room.isFree(glyphs, wantsSeen, aside !== 0)) return { glyphs, isAside: aside !== 0 };
    }
  }
  return null;
}

/**
 * @param {object} frame @param {object} view the streets @param {(item: object) => number} widthOf pixels
 * @param {object | undefined} shops the layer of the doors
 * @returns {{glyphs: object[], isAside: boolean, size: number, item: object}[]}
 */
export function layoutNames(frame, view, widthOf, shops) {
  const out = [];
  const size = frame.zoom >= 18.75 ? 16 : frame.zoom >= 18 ? 14 : 13;
  const crossed = crossings(view)
    .map(([x, y]) => [frame.x(x), frame.y(y)])
    .filter(([x, y]) => x > -50 && y > -50 && x < frame.width + 50 && y < frame.height + 50);
  const room = new Room(frame, size, crossed, shops);
  const every = Math.max((view.manifest.style.name_every_m ?? 350) * frame.perMetre, 180);
  const roads = view.features.filter((item) => item.props.kind !== "rail" && touches(frame, item.box) && widthOf(item) > 3.5);
  roads.sort((a, b) => b.props.width_m - a.props.width_m);
  for (const item of roads) {
    const name = shownName(item.props.name);
    const line = measured(frame, item.parts[0]);
    const beside = widthOf(item) / 2 + size * 1.25;
    for (let start = 0; name && start < line.length; start += every) {
      const found = firstFit(room, line, name, { middle: start + Math.min(every, line.length - start) / 2, every, beside });
      if (!found) continue;
      room.take(name, found.glyphs);
      out.push({ ...found, size, item });
    }
  }
  return out;
}

/** The colour around the letters: that of the ground they stand on. */
function groundOf(frame, view, { isAside, item }) {
  if (isAside) return frame.theme.land;
  const kind = item.props.class === "B" ? "major" : "road";
  return styled(view, kind, frame.theme[kind]);
}

export function drawNames(frame, view, names) {
  const { ctx } = frame;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  for (const name of names) {
    const { glyphs, size } = name;
    ctx.font = `700 ${size}px ${frame.theme.font}`;
    ctx.lineWidth = 3.5;
    ctx.strokeStyle = groundOf(frame, view, name);
    ctx.fillStyle = styled(view, "name_color", frame.theme["road-name"]);
    for (const pass of ["strokeText", "fillText"]) {
      for (const g of glyphs) {
        ctx.save();
        ctx.translate(g.x, g.y);
        ctx.rotate(g.angle);
        ctx[pass](g.text, 0, 0.5);
        ctx.restore();
      }
    }
  }
}
