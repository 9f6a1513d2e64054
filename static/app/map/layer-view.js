/** One layer of the map as the scene sees it: its manifest, whether it is on, its features and what the last layout placed. */
import { Feed } from "./feed.js";
import { PAINTERS } from "./painters/index.js";

export class LayerView {
  /** @param {L.Layer} handle Folium's layer, carries `options.manifest` @param {L.Map} map @param {(view: LayerView) => void} onChange */
  constructor(handle, map, onChange) {
    this.handle = handle;
    this.map = map;
    this.manifest = handle.options.manifest;
    this.painter = PAINTERS[this.manifest.draw];
    this.feed = new Feed(this.manifest, () => {
      this.hasAnswered = true;
      onChange(this);
    });
    this.hasAnswered = false;
  }

  get features() {
    return this.feed.features;
  }

  /** Switched on in the layer control. */
  get isOn() {
    return this.map.hasLayer(this.handle);
  }

  /** Drawn at this zoom. */
  shows(zoom) {
    return Boolean(this.painter) && this.isOn && zoom + 0.25 >= this.manifest.min_zoom && zoom - 0.25 <= this.manifest.max_zoom;
  }
}
