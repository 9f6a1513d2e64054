/** What is more than usual, drawn out to behind the shops so that it shows beside the routes; nothing else of that layer. */
import { isHot } from "../map/painters/hotspots.js";

/** How deep a stretch is by itself, from the middle of the road. */
const DEPTH_M = 15;
/** What lies nearer to the middle of the road than this share of a stretch's depth is its road side. */
const ROAD_SIDE = 0.35;

/** @param {import("../map/map-app.js").MapApp} app */
export function reachOut(app) {
  const draw = () => {
    const [spots, streets] = [app.viewOf("hotspots"), app.viewOf("streets")];
    const times = (spots?.manifest.style.reach_m ?? DEPTH_M) / DEPTH_M;
    if (!spots?.features.length || !streets?.features.length) return;
    spots.feed.features = spots.features.filter(isHot);
    for (const item of spots.features.filter((one) => !one.isWide)) widen(item, streets.features, times);
    app.scene.request();
  };
  app.addEventListener("features", draw);
}

function widen(item, streets, times) {
  item.isWide = true;
  for (const part of item.parts) {
    const feet = [];
    for (let i = 0; i < part.length; i += 2) feet.push(footOf(streets, part[i], part[i + 1]));
    const depth = Math.max(...feet.map((foot) => foot.distance));
    feet.forEach((foot, k) => {
      if (foot.distance < ROAD_SIDE * depth) return;
      part[2 * k] = foot.x + (part[2 * k] - foot.x) * times;
      part[2 * k + 1] = foot.y + (part[2 * k + 1] - foot.y) * times;
    });
  }
  item.box = boxOf(item.parts);
}

/** The nearest point of any street's middle line, in fractions of the world. */
function footOf(streets, x, y) {
  let best = { x, y, distance: Infinity };
  for (const { props, parts } of streets) {
    if (props.kind === "rail") continue;
    for (const part of parts) {
      for (let i = 0; i + 3 < part.length; i += 2) {
        const [dx, dy] = [part[i + 2] - part[i], part[i + 3] - part[i + 1]];
        const t = Math.max(0, Math.min(1, ((x - part[i]) * dx + (y - part[i + 1]) * dy) / (dx * dx + dy * dy || 1)));
        const [px, py] = [part[i] + t * dx, part[i + 1] + t * dy];
        const distance = Math.hypot(px - x, py - y);
        if (distance < best.distance) best = { x: px, y: py, distance };
      }
    }
  }
  return best;
}

function boxOf(parts) {
  const xs = parts.flatMap((part) => [...part].filter((_, i) => i % 2 === 0));
  const ys = parts.flatMap((part) => [...part].filter((_, i) => i % 2 === 1));
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
