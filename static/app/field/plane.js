/** A flat map of a few streets: metres around a middle, pixels on a canvas, nearest points of lines. */
const RADIANS = Math.PI / 180;

/** Metres of one degree there, of longitude and of latitude (WGS-84 ellipsoid). */
function perDegree(lat) {
  const phi = lat * RADIANS;
  return [111412.84 * Math.cos(phi) - 93.5 * Math.cos(3 * phi), 111132.92 - 559.82 * Math.cos(2 * phi)];
}

/** @param {{lon: number, lat: number}} a @param {{lon: number, lat: number}} b @returns {number} metres */
export function apart(a, b) {
  const [x, y] = perDegree((a.lat + b.lat) / 2);
  return Math.hypot((a.lon - b.lon) * x, (a.lat - b.lat) * y);
}

/**
 * North up, the middle of the canvas at a position.
 * @param {{lon: number, lat: number}} center
 * @param {number} scale pixels of CSS per metre
 * @param {number} width @param {number} height pixels of CSS
 */
export function plane(center, scale, width, height) {
  const [mx, my] = perDegree(center.lat);
  return {
    width,
    height,
    scale,
    center,
    px: (lon, lat) => ({ x: width / 2 + (lon - center.lon) * mx * scale, y: height / 2 - (lat - center.lat) * my * scale }),
    lonLat: (x, y) => ({ lon: center.lon + (x - width / 2) / scale / mx, lat: center.lat - (y - height / 2) / scale / my }),
    line: (points) =>
      points.map(([lon, lat]) => ({ x: width / 2 + (lon - center.lon) * mx * scale, y: height / 2 - (lat - center.lat) * my * scale })),
  };
}

/** The point of a line nearest to (x, y). @returns {{x: number, y: number, distance: number} | null} */
export function nearestOn(line, x, y) {
  let best = null;
  for (let i = 1; i < line.length; i += 1) {
    const [a, b] = [line[i - 1], line[i]];
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const t = Math.max(0, Math.min(1, ((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy || 1)));
    const [px, py] = [a.x + t * dx, a.y + t * dy];
    const distance = Math.hypot(px - x, py - y);
    if (!best || distance < best.distance) best = { x: px, y: py, distance };
  }
  return best;
}

/** A line with its length so far at each vertex. */
export function measured(line) {
  let at = 0;
  return line.map((point, i) => {
    if (i) at += Math.hypot(point.x - line[i - 1].x, point.y - line[i - 1].y);
    return { x: point.x, y: point.y, at };
  });
}

/** Where one stands after a length along a measured line, and which way it goes there. */
export function along(line, length) {
  let i = 1;
  while (i < line.length - 1 && line[i].at < length) i += 1;
  const [a, b] = [line[i - 1], line[i]];
  const t = (length - a.at) / (b.at - a.at || 1);
  return { x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y), angle: Math.atan2(b.y - a.y, b.x - a.x) };
}
