/** From fractions of the world to the picture: what is on it, and outlines as paths. */

/** Whether a box of fractions of the world touches the canvas, with a margin in pixels. */
export function touches(frame, box, margin = 40) {
  return (
    frame.x(box[2]) > -margin &&
    frame.x(box[0]) < frame.width + margin &&
    frame.y(box[3]) > -margin &&
    frame.y(box[1]) < frame.height + margin
  );
}

/** Trace lines or rings of a feature into a path. */
export function trace(frame, item, path) {
  for (const part of item.parts) {
    path.moveTo(frame.x(part[0]), frame.y(part[1]));
    for (let i = 2; i < part.length; i += 2) path.lineTo(frame.x(part[i]), frame.y(part[i + 1]));
    if (item.area) path.closePath();
  }
}
