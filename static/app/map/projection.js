/** Web-Mercator on the unit square: positions are kept as fractions of the world and scaled to a zoom when drawn. */
const EQUATOR_M = 40075016.686;
const TILE_PX = 256;

/** @param {number} lon degrees @returns {number} 0..1, eastwards */
export const mercatorX = (lon) => lon / 360 + 0.5;

/** @param {number} lat degrees @returns {number} 0..1, southwards */
export function mercatorY(lat) {
  const sine = Math.sin((lat * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}

/** @param {number} x 0..1 @returns {number} degrees */
export const longitude = (x) => (x - 0.5) * 360;

/** @param {number} y 0..1 @returns {number} degrees */
export const latitude = (y) => (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;

/** @param {number} zoom @returns {number} pixels that the world is wide */
export const worldPx = (zoom) => TILE_PX * 2 ** zoom;

/** @param {number} zoom @param {number} lat degrees @returns {number} pixels per metre on the ground */
export const pxPerMetre = (zoom, lat) => worldPx(zoom) / (EQUATOR_M * Math.cos((lat * Math.PI) / 180));
