/** The streets, doors and places of the day on a canvas: north up, colours of the page, nothing that is not in the data. */
import { theme } from "../map/theme.js";
import { drawCurrent, drawDoors, drawNumbers, drawPlaces, isToGo, stateOf } from "./map-doors.js";
import { drawStreetNames } from "./map-names.js";
import { along, measured, nearestOn, plane } from "./plane.js";

const CASING_PX = 2;
const INSIDE_PX = 6;
/** From afar the dots of all sides would hide the streets. */
const WHOLE_FROM = 1.7;
const NUMBERS_FROM = 2.9;
const ARROW_PX = 130;
const LEAST_PX = { 中山北路: 6, 岚皋路: 4, 岚皋西路: 4, 石泉路: 4, 镇坪路: 4 };

/**
 * Draw, and say what lies where.
 * @param {HTMLCanvasElement} canvas takes the size it has in the layout
 * @param {{day: object, states: object, center: {lon: number, lat: number}, scale: number,
 *   mark?: {code?: string, spot?: {lon: number, lat: number}, whole?: boolean}, margin?: number, kept?: number[]}} view
 *   scale in pixels of CSS per metre; mark.code = the current door, mark.whole = dots along all sides still to walk;
 *   kept = width and height of a corner, top left, where no plate may stand
 * @returns {{map: object, doors: {code: string, x: number, y: number}[], places: {code: string, x: number, y: number}[]}}
 */
export function drawStreet(canvas, { day, states, center, scale, mark = {}, margin = 14, kept = [0, 0] }) {
  const ctx = fitted(canvas);
  const colours = theme();
  const map = plane(center, scale, canvas.clientWidth, canvas.clientHeight);
  ctx.fillStyle = colours.land;
  ctx.fillRect(0, 0, map.width, map.height);
  const roads = roadsOf(map, day.streets || [], colours);
  drawRoads(ctx, roads, colours);
  const doors = spots(map, Object.values(day.doors || {}));
  const places = spots(map, day.places || []);
  const sides = sidesToWalk(day, states, mark, mark.whole && scale > WHOLE_FROM);
  const arrows = sides.flatMap((codes) => drawWalk(ctx, map, codes, day, roads, colours));
  drawPlaces(ctx, places, colours);
  drawDoors(ctx, doors, states, mark.code, scale, colours);
  arrows.forEach((spot) => arrow(ctx, spot, colours.ink));
  const taken = [...doors, ...places].map(({ x, y }) => ({ x, y, r: 4 })).concat(arrows.map(({ x, y }) => ({ x, y, r: 1 })));
  const current = day.doors && day.doors[mark.code];
  if (current) drawCurrent(ctx, map, current, colours, taken, kept);
  if (scale > NUMBERS_FROM) drawNumbers(ctx, doors, mark.code, (door) => acrossFrom(map, door, roads), colours, taken);
  const size = scale > 1.6 ? 14 : 13;
  const named = roads.filter((road) => road.kind !== "rail");
  drawStreetNames(ctx, map, named, { size, color: colours["road-name"], font: colours.font, margin, taken });
  return { map, doors, places };
}

function fitted(canvas) {
  const ratio = Math.min(3, window.devicePixelRatio || 1);
  const [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const ctx = canvas.getContext("2d");
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  return ctx;
}

function roadsOf(map, streets, colours) {
  return streets
    .map((street) => ({
      name: street.name,
      kind: street.kind,
      rank: street.class,
      line: map.line(street.points),
      width: Math.max(street.width_m * map.scale, LEAST_PX[street.name] || 2),
      color: street.class === "B" ? colours.major : colours.road,
    }))
    .sort((a, b) => a.width - b.width);
}

const isVisible = (map, { x, y }, room = 12) => x > -room && y > -room && x < map.width + room && y < map.height + room;

function spots(map, things) {
  return things
    .filter((thing) => thing.lon !== null && thing.lat !== null)
    .map((thing) => Object.assign({ code: thing.code, thing }, map.px(thing.lon, thing.lat)))
    .filter((spot) => isVisible(map, spot));
}

function trace(ctx, line) {
  ctx.beginPath();
  line.forEach(({ x, y }, i) => (i ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
}

function stroke(ctx, line, width, color, dash = []) {
  trace(ctx, line);
  ctx.setLineDash(dash);
  ctx.lineWidth = width;
  ctx.strokeStyle = color;
  ctx.stroke();
  ctx.setLineDash([]);
}

/** All casings, then all fills, so that crossings merge. */
function drawRoads(ctx, roads, colours) {
  ctx.lineJoin = "round";
  ctx.lineCap = "butt";
  for (const road of roads.filter(({ kind }) => kind === "rail")) {
    stroke(ctx, road.line, 5, colours.dark ? colours.line2 : colours.casing);
    stroke(ctx, road.line, 3.2, colours.land, [9, 9]);
  }
  const paved = roads.filter(({ kind }) => kind !== "rail");
  for (const road of paved) {
    ctx.lineCap = road.rank === "D" ? "butt" : "round";
    stroke(ctx, road.line, road.width + CASING_PX, colours.casing, road.rank === "D" ? [7, 5] : []);
  }
  ctx.lineCap = "round";
  for (const road of paved) stroke(ctx, road.line, road.width, road.color);
}

/** Per side, in walking order, the doors one still wants to go to; from the current door on. */
function sidesToWalk(day, states, mark, whole) {
  const route = day.route || [];
  const first = route.findIndex(({ doors }) => doors.includes(mark.code));
  if (first < 0) return whole ? route.map(({ doors }) => toGo(doors, day, states)) : [];
  const ahead = route[first].doors.slice(route[first].doors.indexOf(mark.code) + 1);
  const sides = [[mark.code].concat(toGo(ahead, day, states))];
  if (whole) route.slice(first + 1).forEach(({ doors }) => sides.push(toGo(doors, day, states)));
  return sides;
}

const toGo = (codes, day, states) => codes.filter((code) => day.doors[code] && isToGo(day.doors[code], stateOf(states, code)));

/** Dots in the road along these doors, and where arrows tell the way. @returns {{x: number, y: number, angle: number}[]} */
function drawWalk(ctx, map, codes, day, roads, colours) {
  const line = codes.map((code) => inRoad(map, day.doors[code], roads)).filter(Boolean);
  const arrows = [];
  if (line.length < 2) return arrows;
  ctx.lineCap = "round";
  stroke(ctx, line, 2.6, colours.ink, [0.1, 6]);
  const way = measured(line);
  const total = way[way.length - 1].at;
  for (let at = Math.min(ARROW_PX / 2, total); at <= total; at += ARROW_PX) {
    arrows.push(along(way, at));
  }
  return arrows;
}

function arrow(ctx, { x, y, angle }, color) {
  const wing = (turn) => ({ x: x - 8 * Math.cos(angle + turn), y: y - 8 * Math.sin(angle + turn) });
  ctx.lineCap = "round";
  stroke(ctx, [wing(0.55), { x, y }, wing(-0.55)], 2, color);
}

/** Just inside the road's edge, on the door's side of it. */
function inRoad(map, door, roads) {
  const road = roads.find(({ name }) => name === door.street) || null;
  const { x, y } = map.px(door.lon, door.lat);
  const near = road && nearestOn(road.line, x, y);
  if (!near || !near.distance) return { x, y };
  const reach = (road.width / 2 - Math.min(road.width * 0.3, INSIDE_PX)) / near.distance;
  return { x: near.x + (x - near.x) * reach, y: near.y + (y - near.y) * reach };
}

/** The middle of the road at a door: its number stands on the other side of the dot. */
function acrossFrom(map, door, roads) {
  const road = roads.find(({ name }) => name === door.street);
  const { x, y } = map.px(door.lon, door.lat);
  return road ? nearestOn(road.line, x, y) : null;
}
