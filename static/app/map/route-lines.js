/** Walks as lines on the picture: clear of the middle of the road, there and back beside each other, and what is only the way to the first
 * stop and home told apart. */
import { nearestRoad } from "./roads.js";

/** The two directions of a walk keep so far from the middle of the road, however small the picture. */
export const LEAST_HALF_PX = 5.5;
/** One pavement walked there and back: each direction keeps so far to its right. */
const APART_PX = 2.6;

/** @typedef {{points: number[][], isWay: boolean}} Leg a piece of a walk in canvas pixels; `isWay`: nothing is called at on it */

/**
 * @param {object} frame @param {object} item the line @param {object[]} stops its stops as features, in order @param {object} streets
 * @returns {Leg[]}
 */
export function legsOf(frame, item, stops, streets) {
  const part = item.parts[0];
  const points = [];
  for (let i = 0; i < part.length; i += 2) points.push(clearOfTheRoad(frame, streets, frame.x(part[i]), frame.y(part[i + 1])));
  const twice = walkedTwice(part);
  const [first, last] = ends(part, stops);
  const leg = (from, to, isWay) => ({ points: apart(points, twice, from, to), isWay });
  return [leg(0, first, true), leg(first, last, false), leg(last, points.length - 1, true)].filter(({ points: some }) => some.length > 1);
}

/** A point moved away from the middle of its road, unless it is where the road is crossed. */
export function clearOfTheRoad(frame, streets, x, y, least = LEAST_HALF_PX, reach = 30) {
  const road = nearestRoad(frame, streets, x, y, reach);
  if (!road || road.distance < 0.3) return [x, y];
  const far = Math.max(road.distance, least);
  return [road.x + ((x - road.x) * far) / road.distance, road.y + ((y - road.y) * far) / road.distance];
}

/** Which pieces are walked in both directions on the same pavement. */
function walkedTwice(part) {
  const seen = new Set();
  const name = (a, b) => `${part[2 * a]},${part[2 * a + 1]},${part[2 * b]},${part[2 * b + 1]}`;
  const count = part.length / 2 - 1;
  for (let i = 0; i < count; i += 1) seen.add(name(i, i + 1));
  return Array.from({ length: count }, (_, i) => seen.has(name(i + 1, i)));
}

/** Where along the line the first and the last stop are. */
function ends(part, stops) {
  const count = part.length / 2;
  if (!stops.length) return [0, count - 1];
  const near = ({ x, y }, from, by) => {
    let best = from;
    let least = Infinity;
    for (let i = from; i >= 0 && i < count; i += by) {
      const distance = Math.hypot(part[2 * i] - x, part[2 * i + 1] - y);
      if (distance < least * 0.999) [best, least] = [i, distance];
    }
    return best;
  };
  const first = near(stops[0], 0, 1);
  return [first, Math.max(first, near(stops.at(-1), count - 1, -1))];
}

function apart(points, twice, from, to) {
  const out = [];
  for (let i = from; i < to; i += 1) {
    const [[ax, ay], [bx, by]] = [points[i], points[i + 1]];
    const length = Math.hypot(bx - ax, by - ay);
    const [dx, dy] = twice[i] && length > 0.5 ? [(-(by - ay) / length) * APART_PX, ((bx - ax) / length) * APART_PX] : [0, 0];
    out.push([ax + dx, ay + dy], [bx + dx, by + dy]);
  }
  return out;
}
