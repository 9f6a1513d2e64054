/** What is chosen: a ring around a shop or place with its name, a mark on a bare position, a dot where one stands. */

const HERE = "#0072b2";

function find(app, draw, test) {
  return app.viewOf(draw)?.features.find(test);
}

/** The chosen point and its label, or null. */
export function chosen(app) {
  const { selection } = app;
  if (selection?.issue && find(app, "issues", ({ id }) => id === selection.issue)) return null;
  if (selection?.point) return { ...selection.point, text: "" };
  if (selection?.shop) {
    const item = find(app, "shops", ({ props }) => props.code === selection.shop);
    return item && { x: item.x, y: item.y, text: item.props.name ?? "" };
  }
  if (selection?.place) {
    const item = find(app, "places", ({ props }) => props.code === selection.place);
    return item && { x: item.x, y: item.y, text: item.props.name ?? "" };
  }
  return null;
}

/** Where one stands, once one has asked for it. */
function drawHere(frame, here) {
  const { ctx } = frame;
  ctx.beginPath();
  ctx.arc(frame.x(here.x), frame.y(here.y), 7, 0, 7);
  ctx.fillStyle = HERE;
  ctx.fill();
  ctx.lineWidth = 3;
  ctx.strokeStyle = "#fff";
  ctx.stroke();
}

/** Drawn last, above everything. */
export function drawSelection(frame, app) {
  if (app.here) drawHere(frame, app.here);
  const point = chosen(app);
  if (!point) return;
  const { ctx, theme } = frame;
  const [x, y] = [frame.x(point.x), frame.y(point.y)];
  for (const [width, colour] of [
    [6, theme.surface],
    [3, theme.ink],
  ]) {
    ctx.beginPath();
    ctx.arc(x, y, 9.5, 0, 7);
    ctx.lineWidth = width;
    ctx.strokeStyle = colour;
    ctx.stroke();
  }
  ctx.font = `700 13px ${theme.font}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  ctx.lineWidth = 4;
  ctx.strokeStyle = theme.surface;
  ctx.fillStyle = theme.ink;
  ctx.strokeText(point.text, x, y + 23);
  ctx.fillText(point.text, x, y + 23);
}
