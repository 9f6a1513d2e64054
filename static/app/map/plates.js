/** The plate beside a coloured segment: "12件 明显偏多", on the outer side, where there is room. */
export const PLATES = {
  much: { word: "明显偏多", weight: 3 },
  more: { word: "偏多", weight: 2 },
  slightly: { word: "", weight: 1 },
};
const HEIGHT = 22;
const PAD = 6;

/** The words of a plate; short on the phone, where only the strongest verdict is spelled out. */
function words(frame, item) {
  const { word } = PLATES[item.props.verdict];
  const spelled = frame.phone && item.props.verdict !== "much" ? "" : word;
  return { number: `${item.props.count}件`, word: spelled };
}

/** A half-width digit is a good half of a Han character. */
const textWidth = (text, size) => [...text].reduce((sum, c) => sum + (c < "⺀" ? size * 0.58 : size), 0);

/**
 * @returns {object | null} a box that was free, or null
 */
export function layoutPlate(frame, item, x, y, road) {
  const { number, word } = words(frame, item);
  const width = textWidth(number, 13) + (word ? textWidth(word, 12) + 5 : 0) + 2 * PAD;
  const [dx, dy] = road ? [x - road.x, y - road.y] : [1, 0];
  const length = Math.hypot(dx, dy) || 1;
  const depth = length + 4;
  for (const away of [6, 16, 28]) {
    for (const side of [1, -1]) {
      if (side < 0 && road) continue;
      const cx = x + side * (dx / length) * (depth + away) + Math.sign(dx) * side * (Math.abs(dx) / length) * (width / 2);
      const cy = y + side * (dy / length) * (depth + away) + Math.sign(dy) * side * (Math.abs(dy) / length) * (HEIGHT / 2);
      for (const slide of [0, -14, 14]) {
        const box = [cx - width / 2, cy - HEIGHT / 2 + slide, cx + width / 2, cy + HEIGHT / 2 + slide];
        if (frame.boxes.claim(...box)) return { item, number, word, x0: box[0], y0: box[1], x1: box[2], y1: box[3] };
      }
    }
  }
  return null;
}

export function drawPlates(frame, plates) {
  const { ctx, theme } = frame;
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  for (const { number, word, x0, y0, x1, y1 } of plates) {
    ctx.globalAlpha = 0.9;
    ctx.fillStyle = theme.surface;
    ctx.beginPath();
    ctx.roundRect(x0, y0, x1 - x0, y1 - y0, 3);
    ctx.fill();
    ctx.globalAlpha = 1;
    ctx.fillStyle = theme.ink;
    ctx.font = `700 13px ${theme.font}`;
    ctx.fillText(number, x0 + PAD, (y0 + y1) / 2 + 0.5);
    if (!word) continue;
    const after = x0 + PAD + ctx.measureText(number).width + 5;
    ctx.font = `400 12px ${theme.font}`;
    ctx.fillText(word, after, (y0 + y1) / 2 + 0.5);
  }
}
