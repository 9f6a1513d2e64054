/** First the map, then everything around it. */
import { getJson } from "./api.js";
import { Filters } from "./filters.js";
import { MapApp } from "./map/map-app.js";
import { placeOfAddress } from "./place.js";

const AT_LATEST_MS = 400;
const { mapsvc } = window;
const place = placeOfAddress();
if (place) mapsvc.map.setView(place.center, place.zoom, { animate: false });

mapsvc.filters = new Filters();
mapsvc.app = new MapApp(mapsvc, () => mapsvc.filters.all);
mapsvc.kinds = getJson("/api/v1/kinds").then(({ items }) => {
  mapsvc.app.setKinds(items);
  return items;
});
mapsvc.kinds.catch(() => mapsvc.app.setKinds([]));
mapsvc.app.drawn.then(() => mapsvc.app.scene.widen());
await Promise.race([mapsvc.app.drawn, new Promise((resolve) => setTimeout(resolve, AT_LATEST_MS))]);
await import("./page.js");
