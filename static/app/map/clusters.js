/** Clusters: a ring divided by kind, the number in the middle. */
import { kindColours } from "./theme.js";

const RADIUS_PX = 15;
const RING_PX = 4.5;
const MOST_COLOURS = 5;

/** "12345" -> "1.2万" so that it stays inside the ring. */
export const short = (n) => (n < 10000 ? String(n) : `${(n / 10000).toFixed(n < 100000 ? 1 : 0)}万`);

export const radiusOf = (count) => (count < 1000 ? RADIUS_PX : count < 10000 ? 18 : 21);

/** Give clusters their size and take their room. */
export function layoutClusters(frame, clusters) {
  for (const cluster of clusters) {
    cluster.r = radiusOf(cluster.item.props.point_count);
    frame.boxes.take(cluster.x - cluster.r - 3, cluster.y - cluster.r - 3, cluster.x + cluster.r + 3, cluster.y + cluster.r + 3);
  }
  return clusters;
}

/** Slices of the ring: [share, colour], the biggest first; beyond four kinds the rest is one slice, for no eye tells more apart. */
function slices(props, colourOf) {
  const kinds = Object.entries(props.kinds ?? {}).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  if (!kinds.length) return [[1, colourOf(null)]];
  const total = kinds.reduce((sum, [, n]) => sum + n, 0);
  const told = kinds.length > MOST_COLOURS ? kinds.slice(0, MOST_COLOURS - 1) : kinds;
  const parts = told.map(([code, n]) => [n / total, colourOf(code)]);
  const rest = 1 - told.reduce((sum, [, n]) => sum + n, 0) / total;
  return rest > 0 && told.length < kinds.length ? [...parts, [rest, colourOf(null)]] : parts;
}

/** @param {(code: string | null) => string} colourOf */
export function drawClusters(frame, clusters, colourOf) {
  const { ctx, theme } = frame;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineCap = "butt";
  for (const { x, y, r, item } of clusters) {
    ctx.beginPath();
    ctx.arc(x, y, r + 1.5, 0, 7);
    ctx.fillStyle = theme.surface;
    ctx.fill();
    const parts = slices(item.props, colourOf);
    const gap = parts.length > 1 ? 0.09 : 0;
    let angle = -Math.PI / 2;
    ctx.lineWidth = RING_PX;
    for (const [share, colour] of parts) {
      const end = angle + share * 2 * Math.PI;
      ctx.beginPath();
      ctx.arc(x, y, r - RING_PX / 2, angle + gap / 2, Math.max(end - gap / 2, angle + gap / 2 + 0.02));
      ctx.strokeStyle = colour;
      ctx.stroke();
      angle = end;
    }
    ctx.fillStyle = theme.ink;
    ctx.font = `700 ${item.props.point_count < 1000 ? 13 : 12}px ${theme.font}`;
    ctx.fillText(short(item.props.point_count), x, y + 0.5);
  }
}

/** The colour of a kind by code; unknown kinds are grey. */
export const colourOfKind = (kinds, fallback) => (code) => {
  const kind = kinds.get(code);
  return kind ? kindColours(kind).fill : fallback;
};
