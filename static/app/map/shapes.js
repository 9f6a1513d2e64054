/** The shapes of the kinds of issue: one outline each, for the canvas and for small SVG signs. */
const STAR = Array.from({ length: 10 }, (_, i) => {
  const radius = i % 2 ? 0.46 : 1.05;
  const angle = (Math.PI * i) / 5 - Math.PI / 2;
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
});
const polygon = (count, turn, radius = 1) =>
  Array.from({ length: count }, (_, i) => {
    const angle = (2 * Math.PI * i) / count + turn;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
const path = (points) => `M${points.map(([x, y]) => `${x.toFixed(3)} ${y.toFixed(3)}`).join("L")}Z`;

/** SVG path data on a circle of radius 1 around the origin. */
const OUTLINES = {
  drop: "M0 -1.18C.28 -.62 .8 -.16 .8 .36A.8 .8 0 0 1 -.8 .36C-.8 -.16 -.28 -.62 0 -1.18Z",
  square: "M-.86 -.86H.86V.86H-.86Z",
  triangle: "M0 -1L1 .78H-1Z",
  circle: "M1 0A1 1 0 1 1 -1 0A1 1 0 1 1 1 0Z",
  diamond: "M0 -1.1L1.1 0L0 1.1L-1.1 0Z",
  hexagon: path(polygon(6, 0, 1.08)),
  pentagon: path(polygon(5, -Math.PI / 2, 1.06)),
  star: path(STAR),
  cross: "M-.36 -1H.36V-.36H1V.36H.36V1H-.36V.36H-1V-.36H-.36Z",
};
const PATHS = new Map();

/** @param {string} shape @returns {string} path data on the unit circle */
export const outline = (shape) => OUTLINES[shape] ?? OUTLINES.circle;

/** @param {string} shape @returns {Path2D} on the unit circle */
export function unitPath(shape) {
  if (!PATHS.has(shape)) PATHS.set(shape, new Path2D(outline(shape)));
  return PATHS.get(shape);
}
