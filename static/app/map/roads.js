/** Where the road is: for pins that stand aside in it and plates that stand away from it. */
import { streetPx } from "./painters/streets.js";

/**
 * The nearest point of a street's middle line.
 * @returns {{x: number, y: number, half: number, distance: number} | null} canvas pixels; half = half the street's width
 */
export function nearestRoad(frame, streets, x, y, reach = 80) {
  let best = null;
  for (const item of streets?.features ?? []) {
    if (item.props.kind === "rail" || isFar(frame, item.box, x, y, reach)) continue;
    const part = item.parts[0];
    for (let i = 0; i + 3 < part.length; i += 2) {
      const [ax, ay, bx, by] = [frame.x(part[i]), frame.y(part[i + 1]), frame.x(part[i + 2]), frame.y(part[i + 3])];
      const [dx, dy] = [bx - ax, by - ay];
      const t = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
      const [px, py] = [ax + t * dx, ay + t * dy];
      const distance = Math.hypot(px - x, py - y);
      if (distance < reach && (!best || distance < best.distance)) best = { x: px, y: py, distance, item };
    }
  }
  return best && { ...best, half: streetPx(frame, streets, best.item) / 2 };
}

const isFar = (frame, [west, north, east, south], x, y, reach) =>
  frame.x(west) - x > reach || x - frame.x(east) > reach || frame.y(north) - y > reach || y - frame.y(south) > reach;
