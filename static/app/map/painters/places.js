/** Spots that are no shop: a small hollow square. */
import { drawClusters, layoutClusters } from "../clusters.js";
import { styled } from "../theme.js";
import { hit as hitPoints } from "./shops.js";

export const z = { marks: 3.5 };
export const rank = 45;

export function layout(frame, view) {
  const all = view.features.map((item) => ({ x: frame.x(item.x), y: frame.y(item.y), item }));
  view.points = all.filter(({ item }) => !item.props.cluster);
  view.clusters = layoutClusters(
    frame,
    all.filter(({ item }) => item.props.cluster),
  );
}

export function marks(frame, view) {
  const { ctx } = frame;
  const size = view.manifest.style.size_px ?? 9;
  const colour = styled(view, "color", frame.theme["place-name"]);
  for (const { x, y } of view.points ?? []) {
    ctx.fillStyle = styled(view, "halo", frame.theme.surface);
    ctx.fillRect(x - size / 2 - 1.5, y - size / 2 - 1.5, size + 3, size + 3);
    ctx.lineWidth = 2;
    ctx.strokeStyle = colour;
    ctx.strokeRect(x - size / 2 + 1, y - size / 2 + 1, size - 2, size - 2);
  }
  drawClusters(frame, view.clusters ?? [], () => colour);
}

export const hit = hitPoints;
