/** What stands along the streets: doors by what is still to do, spots, the door one stands at, house numbers. */

/** @param {object} door @param {object} [state] of progress.js @returns {boolean} whether one still wants to go there */
export const isToGo = (door, state) => Boolean(door.due) && !door.visited_today && !(state && state.done);

/** @param {object} states by code @param {string} code */
export const stateOf = (states, code) => (states instanceof Map ? states.get(code) : states && states[code]);

/** Solid: been there, or no need today; open: still to go. */
export function drawDoors(ctx, doors, states, current, scale, colours) {
  const r = scale > 1.6 ? 4.2 : scale > 0.7 ? 3.4 : 2.7;
  for (const { code, x, y, thing } of doors) {
    if (code === current) continue;
    const open = isToGo(thing, stateOf(states, code));
    disc(ctx, x, y, r + 1.4, colours.surface);
    disc(ctx, x, y, r, colours.dot);
    if (open) disc(ctx, x, y, r - 1.7, colours.surface);
  }
}

function disc(ctx, x, y, r, color) {
  ctx.beginPath();
  ctx.arc(x, y, r, 0, 7);
  ctx.fillStyle = color;
  ctx.fill();
}

/** Spots that are no shop: a small hollow square. */
export function drawPlaces(ctx, places, colours) {
  for (const { x, y } of places) {
    ctx.fillStyle = colours.surface;
    ctx.fillRect(x - 6, y - 6, 12, 12);
    ctx.lineWidth = 2;
    ctx.strokeStyle = colours["place-name"];
    ctx.strokeRect(x - 3.5, y - 3.5, 7, 7);
  }
}

/** The current door: a big ring, its number on a plate where no other door lies. */
export function drawCurrent(ctx, map, door, colours, taken, kept) {
  const { x, y } = map.px(door.lon, door.lat);
  disc(ctx, x, y, 11, colours.surface);
  disc(ctx, x, y, 9.5, colours.ink);
  disc(ctx, x, y, 4.5, colours.surface);
  ctx.font = `700 15px ${colours.font}`;
  const [w, high] = [ctx.measureText(door.number).width + 8, 20];
  const options = [
    [13, -24],
    [13, 4],
    [-13 - w, -24],
    [-13 - w, 4],
    [-w / 2, -34],
    [-w / 2, 14],
  ].map(([dx, dy]) => [x + dx, y + dy]);
  const inside = ([left, top]) => left > 2 && top > 2 && left + w < map.width - 2 && top + high < map.height - 2;
  const fits = ([left, top]) => inside([left, top]) && (left > kept[0] || top > kept[1]);
  const hidden = ([left, top]) => taken.filter((s) => s.x > left - 3 && s.x < left + w + 3 && s.y > top - 3 && s.y < top + high + 3).length;
  const [left, top] = options.filter(fits).sort((a, b) => hidden(a) - hidden(b))[0] || options[0];
  plate(ctx, left, top, w, high, colours.surface);
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillStyle = colours.ink;
  ctx.fillText(door.number, left + w / 2, top + high / 2 + 1);
  taken.push({ x: left + w / 2, y: top + high / 2, r: w / 2 }, { x, y, r: 11 });
}

function plate(ctx, x, y, width, height, color) {
  ctx.globalAlpha = 0.9;
  ctx.fillStyle = color;
  ctx.fillRect(x, y, width, height);
  ctx.globalAlpha = 1;
}

/** House numbers on the far side of the road, where there is room. */
export function drawNumbers(ctx, doors, current, across, colours, taken) {
  ctx.font = `400 12px ${colours.font}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineWidth = 3;
  ctx.lineJoin = "round";
  for (const { code, x, y, thing } of doors) {
    const middle = across(thing);
    if (code === current || !middle) continue;
    const away = Math.hypot(x - middle.x, y - middle.y) || 1;
    const text = thing.number.replace(/号$/, "");
    const [left, top] = [x + ((x - middle.x) / away) * (8 + 4 * text.length), y + ((y - middle.y) / away) * 15];
    if (taken.some((spot) => Math.hypot(spot.x - left, spot.y - top) < spot.r + 9)) continue;
    taken.push({ x: left, y: top, r: 9 });
    ctx.strokeStyle = colours.land;
    ctx.strokeText(text, left, top);
    ctx.fillStyle = colours.ink2;
    ctx.fillText(text, left, top);
  }
}
