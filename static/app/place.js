/** Where the address wants the map: `?at=zoom,lat,lon`. */

/** @returns {{zoom: number, center: [number, number]} | null} */
export function placeOfAddress() {
  const [zoom, lat, lon] = (new URLSearchParams(location.search).get("at") ?? "").split(",").map(Number);
  return zoom && lat && lon ? { zoom, center: [lat, lon] } : null;
}
