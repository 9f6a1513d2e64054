/** Street names, glyph by glyph along the line, where there is room. */
import { along, measured, nearestOn } from "./plane.js";

const APART_M = 350;
const STEP_PX = 24;
const MAX_BEND = 0.45;

/** "旬阳路(洵阳路)" -> "旬阳路". */
const shownName = (name) => name.replace(/[(（].*?[)）]/g, "").trim();

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {object} map of plane.js
 * @param {{name: string, line: {x: number, y: number}[], width: number, color: string}[]} roads
 * @param {{size: number, color: string, font: string, margin: number, taken: {x: number, y: number, r: number}[]}} how
 */
export function drawStreetNames(ctx, map, roads, how) {
  ctx.font = `700 ${how.size}px ${how.font}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  ctx.lineWidth = 3.5;
  for (const road of roads) {
    const name = shownName(road.name);
    if (name.length > 1 && road.width > 3) namesOf(map, road, name, roads, how).forEach((glyph) => drawGlyph(ctx, glyph, road, how));
  }
}

function drawGlyph(ctx, glyph, road, how) {
  ctx.save();
  ctx.translate(glyph.x, glyph.y);
  ctx.rotate(glyph.angle);
  ctx.strokeStyle = road.color;
  ctx.strokeText(glyph.text, 0, 0);
  ctx.fillStyle = how.color;
  ctx.fillText(glyph.text, 0, 0);
  ctx.restore();
}

/** The first place with room from the middle of what is in view outwards, and again every 350 m. */
function namesOf(map, road, name, roads, how) {
  const line = measured(road.line);
  const seen = inView(map, line);
  const out = [];
  const said = [];
  for (const centre of seen) {
    if (said.some((other) => Math.abs(other - centre) < APART_M * map.scale * 0.6)) continue;
    const glyphs = set(line, name, centre, how.size * 1.5);
    if (!glyphs || !glyphs.every((glyph) => hasRoom(map, glyph, road, name, roads, how))) continue;
    said.push(centre);
    out.push(...glyphs);
    glyphs.forEach(({ x, y }) => how.taken.push({ x, y, r: how.size * 0.7 }));
  }
  return out;
}

/** Lengths along the line whose point is in the picture, from the middle of them outwards. */
function inView(map, line) {
  const total = line[line.length - 1].at;
  const found = [];
  for (let at = 0; at <= total; at += STEP_PX) {
    const { x, y } = along(line, at);
    if (x > 0 && y > 0 && x < map.width && y < map.height) found.push(at);
  }
  const middle = found[Math.floor(found.length / 2)];
  return found.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
}

/** Up to 45° the name turns with the line and reads left to right; steeper it reads downwards. */
function set(line, name, centre, step) {
  const first = centre - ((name.length - 1) * step) / 2;
  if (first < 0 || first + (name.length - 1) * step > line[line.length - 1].at) return null;
  const middle = along(line, centre).angle;
  const steep = Math.abs(Math.sin(middle)) > Math.SQRT1_2;
  const backwards = steep ? Math.sin(middle) < 0 : Math.cos(middle) < 0;
  const glyphs = [];
  for (let i = 0; i < name.length; i += 1) {
    const at = along(line, first + (backwards ? name.length - 1 - i : i) * step);
    const bend = Math.atan2(Math.sin(at.angle - middle), Math.cos(at.angle - middle));
    if (Math.abs(bend) > MAX_BEND) return null;
    glyphs.push({ text: name[i], x: at.x, y: at.y, angle: at.angle + (backwards ? Math.PI : 0) - (steep ? Math.PI / 2 : 0) });
  }
  return glyphs;
}

function hasRoom(map, { x, y }, road, name, roads, how) {
  const edge = how.margin;
  if (x < edge || y < edge || x > map.width - edge || y > map.height - edge) return false;
  if (how.taken.some((spot) => Math.hypot(spot.x - x, spot.y - y) < spot.r + how.size * 0.6)) return false;
  return roads.every((other) => {
    if (other === road || shownName(other.name) === name) return true;
    return nearestOn(other.line, x, y).distance > other.width / 2 + how.size * 0.7;
  });
}
