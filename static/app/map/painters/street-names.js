/** Street names glyph by glyph along the line, once per stretch, where there is room. */
import { touches } from "../trace.js";
import { styled } from "../theme.js";

const CROSSING_PX = 40;
const EDGE_PX = 40;
const MAX_BEND = 0.45;

/** "旬阳路(洵阳路)" -> "旬阳路"; a name that is only a remark in brackets gives "". */
export const shownName = (name) => name.replace(/[((].*?[))]/g, "").trim();

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

/** Glyph positions of a name centred at a distance along the line, or null if the line bends too much. */
function set(line, name, centre, step) {
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
    glyphs.push({ text: name[i], x: at.x, y: at.y, angle });
  }
  return glyphs;
}

function fits(frame, glyphs, size, marks, wantsSeen) {
  const half = size * 0.62;
  const [x0, y0, x1, y1] = frame.view;
  return glyphs.every((g) => {
    const inside = g.x > x0 + EDGE_PX && g.x < x1 - EDGE_PX && g.y > y0 + EDGE_PX && g.y < y1 - EDGE_PX;
    const outside = g.x < x0 - size || g.x > x1 + size || g.y < y0 - size || g.y > y1 + size;
    if (!(wantsSeen ? inside : outside) || !frame.boxes.isFree(g.x - half, g.y - half, g.x + half, g.y + half)) return false;
    return marks.every(([x, y]) => Math.abs(g.x - x) > CROSSING_PX || Math.abs(g.y - y) > CROSSING_PX);
  });
}

/** Whether a point lies in what one sees, or else on the rest of the canvas: a quick look before the glyphs are set. */
function lies(frame, { x, y }, wantsSeen) {
  const [x0, y0, x1, y1] = frame.view;
  const isSeen = x > x0 && x < x1 && y > y0 && y < y1;
  return wantsSeen ? isSeen : !isSeen && x > 0 && x < frame.width && y > 0 && y < frame.height;
}

/** The place nearest to the middle of a stretch: in what one sees, else wholly outside, for when the map moves. */
function firstFit(frame, line, name, { middle, every, tries, size, marks }) {
  for (const wantsSeen of [true, false]) {
    for (let n = 0; n < tries; n += 1) {
      const shift = (n % 2 ? 1 : -1) * Math.ceil(n / 2) * 24;
      if (Math.abs(shift) > every / 2 - 60 && n) break;
      if (!lies(frame, pointAt(line, middle + shift), wantsSeen)) continue;
      const glyphs = set(line, name, middle + shift, size * 1.5);
      if (glyphs && fits(frame, glyphs, size, marks, wantsSeen)) return glyphs;
    }
  }
  return null;
}

/** @returns {{glyphs: object[], size: number, item: object}[]} */
export function layoutNames(frame, view, widthOf) {
  const out = [];
  const size = frame.zoom >= 18.75 ? 16 : frame.zoom >= 18 ? 14 : 13;
  const marks = crossings(view)
    .map(([x, y]) => [frame.x(x), frame.y(y)])
    .filter(([x, y]) => x > -50 && y > -50 && x < frame.width + 50 && y < frame.height + 50);
  const every = Math.max((view.manifest.style.name_every_m ?? 350) * frame.perMetre, 180);
  const roads = view.features.filter((item) => item.props.kind !== "rail" && touches(frame, item.box) && widthOf(item) > 3.5);
  roads.sort((a, b) => b.props.width_m - a.props.width_m);
  for (const item of roads) {
    const name = shownName(item.props.name);
    const line = measured(frame, item.parts[0]);
    const tries = Math.max(1, Math.floor(every / 24));
    for (let start = 0; name && start < line.length; start += every) {
      const middle = start + Math.min(every, line.length - start) / 2;
      const glyphs = firstFit(frame, line, name, { middle, every, tries, size, marks });
      if (!glyphs) continue;
      glyphs.forEach((g) => frame.boxes.take(g.x - size, g.y - size, g.x + size, g.y + size));
      out.push({ glyphs, size, item });
    }
  }
  return out;
}

export function drawNames(frame, view, names) {
  const { ctx } = frame;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  for (const { glyphs, size, item } of names) {
    ctx.font = `700 ${size}px ${frame.theme.font}`;
    ctx.lineWidth = 3.5;
    ctx.strokeStyle = item.props.class === "B" ? styled(view, "major", frame.theme.major) : styled(view, "road", frame.theme.road);
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
