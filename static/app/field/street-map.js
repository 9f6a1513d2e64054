/** The streets, doors and places of the day on a canvas. */
export function drawStreet(canvas, { day, states, center, scale, mark }) {
  return { canvas, day, states, center, scale, mark };
}
