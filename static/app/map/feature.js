/** GeoJSON features as the painters want them: flat arrays of Mercator fractions and a bounding box. */
import { mercatorX, mercatorY } from "./projection.js";

/**
 * @typedef {object} Feature
 * @property {string} id
 * @property {object} props
 * @property {number} x first or only position, fraction of the world
 * @property {number} y
 * @property {Float64Array[]} parts lines or rings, x and y in turn; empty for points
 * @property {number[]} box west, north, east, south as fractions
 * @property {boolean} area whether the parts are rings
 */

/** @param {number[][]} positions @returns {Float64Array} */
function flat(positions) {
  const out = new Float64Array(positions.length * 2);
  positions.forEach(([lon, lat], i) => {
    out[2 * i] = mercatorX(lon);
    out[2 * i + 1] = mercatorY(lat);
  });
  return out;
}

const PARTS = {
  LineString: (c) => [c],
  MultiLineString: (c) => c,
  Polygon: (c) => c,
  MultiPolygon: (c) => c.flat(),
};

function boxOf(parts) {
  const box = [1, 1, 0, 0];
  for (const part of parts) {
    for (let i = 0; i < part.length; i += 2) {
      if (part[i] < box[0]) box[0] = part[i];
      if (part[i + 1] < box[1]) box[1] = part[i + 1];
      if (part[i] > box[2]) box[2] = part[i];
      if (part[i + 1] > box[3]) box[3] = part[i + 1];
    }
  }
  return box;
}

/** @param {object} raw a GeoJSON feature @returns {Feature | null} null without a geometry */
export function feature(raw) {
  const shape = raw.geometry;
  if (!shape) return null;
  const props = raw.properties ?? {};
  const id = String(raw.id ?? props.id ?? props.code ?? props.cell ?? props.name ?? "");
  if (shape.type === "Point") {
    const x = mercatorX(shape.coordinates[0]);
    const y = mercatorY(shape.coordinates[1]);
    return { id, props, x, y, parts: [], box: [x, y, x, y], area: false };
  }
  const take = PARTS[shape.type];
  if (!take) return null;
  const parts = take(shape.coordinates).map(flat);
  const box = boxOf(parts);
  return { id, props, x: (box[0] + box[2]) / 2, y: (box[1] + box[3]) / 2, parts, box, area: shape.type.endsWith("Polygon") };
}

/** Whether a position lies in the rings of an area (even-odd). */
export function contains(item, x, y) {
  const [west, north, east, south] = item.box;
  if (x < west || x > east || y < north || y > south) return false;
  let inside = false;
  for (const ring of item.parts) {
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const crosses = ring[i + 1] > y !== ring[j + 1] > y;
      if (crosses && x < ((ring[j] - ring[i]) * (y - ring[i + 1])) / (ring[j + 1] - ring[i + 1]) + ring[i]) inside = !inside;
    }
  }
  return inside;
}
