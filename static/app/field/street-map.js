/** The streets, doors and places of the day on a canvas: north up, colours of the page, nothing that is not in the data. */
import { theme } from "../map/theme.js";
import { drawStreetNames } from "./map-names.js";
import { nearestOn, plane } from "./plane.js";

const CASING_PX = 2;
const INSIDE_M = 2.2;
/** From afar the dots of all sides would hide the streets. */
const WHOLE_FROM = 1.7;
const LEAST_PX = { 中山北路: 6, 岚皋路: 4, 岚皋西路: 4, 石泉路: 4, 镇坪路: 4 };

/** @param {object} door @param {object} [state] of progress.js @returns {boolean} whether one still wants to go there */
export const isToGo = (door, state) => Boolean(door.due) && !door.visited_today && !(state && state.done);

/** @param {object} states by code @param {string} code */
export const stateOf = (states, code) => (states instanceof Map ? states.get(code) : states && states[code]);

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
  const taken = doors.concat(places, arrows).map(({ x, y }) => ({ x, y, r: 4 }));
  const current = day.doors && day.doors[mark.code];
  if (current) drawCurrent(ctx, map, current, colours, taken, kept);
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

function drawDoors(ctx, doors, states, current, scale, colours) {
  const r = scale > 1.6 ? 4.2 : scale > 0.7 ? 3.4 : 2.7;
  for (const { code, x, y, thing } of doors) {
    if (code === current) continue;
    const open = isToGo(thing, stateOf(states, code));
    disc(ctx, x, y, r + 1.4, colours.surface);
    disc(ctx, x, y, r, colours.dot);
    if (open) disc(ctx, x, y, r - 1.7, colours.surface);
  }
}

function disc(ctx, x, y, r, color) {
  ctx.beginPath();
  ctx.arc(x, y, r, 0, 7);
  ctx.fillStyle = color;
  ctx.fill();
}

function drawPlaces(ctx, places, colours) {
  for (const { x, y } of places) {
    ctx.fillStyle = colours.surface;
    ctx.fillRect(x - 6, y - 6, 12, 12);
    ctx.lineWidth = 2;
    ctx.strokeStyle = colours["place-name"];
    ctx.strokeRect(x - 3.5, y - 3.5, 7, 7);
  }
}

/** The current door: a big ring, its number on a plate where no other door lies. */
function drawCurrent(ctx, map, door, colours, taken, kept) {
  const { x, y } = map.px(door.lon, door.lat);
  disc(ctx, x, y, 11, colours.surface);
  disc(ctx, x, y, 9.5, colours.ink);
  disc(ctx, x, y, 4.5, colours.surface);
  ctx.font = `700 15px ${colours.font}`;
  const [w, high] = [ctx.measureText(door.number).width + 8, 20];
  const options = [
    [13, -24],
    [13, 4],
    [-13 - w, -24],
    [-13 - w, 4],
    [-w / 2, -34],
    [-w / 2, 14],
  ].map(([dx, dy]) => [x + dx, y + dy]);
  const inside = ([left, top]) => left > 2 && top > 2 && left + w < map.width - 2 && top + high < map.height - 2;
  const fits = ([left, top]) => inside([left, top]) && (left > kept[0] || top > kept[1]);
  const hidden = ([left, top]) => taken.filter((s) => s.x > left - 3 && s.x < left + w + 3 && s.y > top - 3 && s.y < top + high + 3).length;
  const [left, top] = options.filter(fits).sort((a, b) => hidden(a) - hidden(b))[0] || options[0];
  plate(ctx, left, top, w, high, colours.surface);
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillStyle = colours.ink;
  ctx.fillText(door.number, left + w / 2, top + high / 2 + 1);
  taken.push({ x: left + w / 2, y: top + high / 2, r: w / 2 }, { x, y, r: 11 });
}

function plate(ctx, x, y, width, height, color) {
  ctx.globalAlpha = 0.9;
  ctx.fillStyle = color;
  ctx.fillRect(x, y, width, height);
  ctx.globalAlpha = 1;
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

/** Dots in the road along these doors, with an arrow where one is going. @returns {{x: number, y: number}[]} the arrows */
function drawWalk(ctx, map, codes, day, roads, colours) {
  const line = codes.map((code) => inRoad(map, day.doors[code], roads)).filter(Boolean);
  const arrows = [];
  if (line.length < 2) return arrows;
  ctx.lineCap = "round";
  stroke(ctx, line, 2.6, colours.ink, [0.1, 6]);
  let walked = 0;
  for (let i = 1; i < line.length; i += 1) {
    const step = Math.hypot(line[i].x - line[i - 1].x, line[i].y - line[i - 1].y);
    walked += step;
    if (walked < 90 && i < line.length - 1) continue;
    walked = 0;
    arrow(ctx, line[i], Math.atan2(line[i].y - line[i - 1].y, line[i].x - line[i - 1].x), colours.ink);
    arrows.push(line[i]);
  }
  return arrows;
}

function arrow(ctx, { x, y }, angle, color) {
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
  const reach = Math.max(0, road.width / 2 - INSIDE_M * map.scale) / near.distance;
  return { x: near.x + (x - near.x) * reach, y: near.y + (y - near.y) * reach };
}
