/** The strip of map under the head: this side of the street around the current door. */
export function renderStrip(canvas, day, states, code) {
  return { canvas, day, states, code };
}
