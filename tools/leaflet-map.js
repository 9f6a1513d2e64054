// Leaflet without what the map page never uses: no tiles, overlays, markers, popups or vector layers; features are drawn on our own canvas.
import * as control from "leaflet/src/control/index.js";
import * as core from "leaflet/src/core/index.js";
import * as dom from "leaflet/src/dom/index.js";
import * as geo from "leaflet/src/geo/index.js";
import * as geometry from "leaflet/src/geometry/index.js";
import { Layer } from "leaflet/src/layer/Layer.js";
import { LayerGroup, layerGroup } from "leaflet/src/layer/LayerGroup.js";
import * as map from "leaflet/src/map/index.js";

window.L = { ...core, ...control, ...dom, ...geometry, ...geo, Layer, LayerGroup, layerGroup, ...map };
