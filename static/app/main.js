import { getJson } from "./api.js";
import { MapApp } from "./map/map-app.js";

const app = new MapApp(window.mapsvc, () => ({}));
window.mapsvc.app = app;
app.setKinds((await getJson("/api/v1/kinds")).items);
