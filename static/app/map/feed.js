/** Fetches the features of one layer: a padded, snapped box, so that small moves ask for nothing; newer requests cancel older ones. */
import { getJson } from "../api.js";
import { feature } from "./feature.js";
import { latitude, longitude, mercatorX, mercatorY } from "./projection.js";

const PAD = 0.3;
/** Filters by what the source of a layer understands. */
const FILTERS = { hotspots: ["kind"], issues: ["since", "until", "kind", "state", "source", "worker"], shops: ["worker"] };
/** Layers that are small as a whole are asked for once. */
const WHOLE = new Set(["hotspots", "outline", "area", "line", "streets", "labels", "patches", "routes"]);

/** The box of the view, padded and snapped to tiles of the whole zoom: [x0, y0, x1, y1] as fractions of the world. */
export function wantedBox(bounds, zoom) {
  const [x0, x1] = [mercatorX(bounds.getWest()), mercatorX(bounds.getEast())];
  const [y0, y1] = [mercatorY(bounds.getNorth()), mercatorY(bounds.getSouth())];
  const [dx, dy, tiles] = [(x1 - x0) * PAD, (y1 - y0) * PAD, 2 ** Math.round(zoom)];
  return [Math.floor((x0 - dx) * tiles) / tiles, Math.floor((y0 - dy) * tiles) / tiles, Math.ceil((x1 + dx) * tiles) / tiles, Math.ceil((y1 + dy) * tiles) / tiles];
}

const covers = (outer, bounds) =>
  outer[0] <= mercatorX(bounds.getWest()) && outer[2] >= mercatorX(bounds.getEast()) && outer[1] <= mercatorY(bounds.getNorth()) && outer[3] >= mercatorY(bounds.getSouth());

const bboxParam = (box) => [longitude(box[0]), latitude(box[3]), longitude(box[2]), latitude(box[1])].map((v) => v.toFixed(6)).join(",");

export class Feed {
  /** @param {object} manifest @param {() => void} onChange called when features came or failed */
  constructor(manifest, onChange) {
    this.manifest = manifest;
    this.onChange = onChange;
    this.features = [];
    this.error = null;
    this.loaded = null;
    this.pending = null;
    this.total = 0;
  }

  /** Ask if what is there does not serve this view. */
  update(map, filters) {
    const zoom = map.getZoom();
    if (zoom + 0.5 < this.manifest.min_zoom || zoom - 0.5 > this.manifest.max_zoom) return;
    const bounds = map.getBounds();
    const query = this.#query(filters);
    const want = { query, zoom: Math.round(zoom), box: WHOLE.has(this.manifest.draw) ? [0, 0, 1, 1] : wantedBox(bounds, zoom) };
    if (this.#serves(this.loaded, want, bounds)) {
      this.#cancel();
      return;
    }
    if (this.pending && this.#serves(this.pending.want, want, bounds)) return;
    this.#load(want);
  }

  /** Ask again at the next update, keeping what is drawn. */
  invalidate() {
    this.loaded = null;
  }

  get isLoading() {
    return this.pending !== null;
  }

  #query(filters) {
    const out = new URLSearchParams();
    for (const name of FILTERS[this.manifest.source] ?? []) if (filters[name]) out.set(name, filters[name]);
    return out.toString();
  }

  #serves(have, want, bounds) {
    if (!have || have.query !== want.query) return false;
    return covers(have.box, bounds) && (!have.clustered || have.zoom === want.zoom);
  }

  #cancel() {
    this.pending?.abort.abort();
    this.pending = null;
  }

  async #load(want) {
    this.#cancel();
    const pending = { want: { ...want, clustered: true }, abort: new AbortController() };
    this.pending = pending;
    const params = new URLSearchParams(want.query);
    if (!WHOLE.has(this.manifest.draw)) params.set("bbox", bboxParam(want.box));
    params.set("zoom", String(want.zoom));
    try {
      const answer = await getJson(`${this.manifest.url}?${params.toString().replaceAll("%2C", ",")}`, { signal: pending.abort.signal });
      if (this.pending !== pending) return;
      this.features = answer.features.map(feature).filter(Boolean);
      this.total = answer.total ?? this.features.length;
      this.loaded = { ...want, clustered: this.features.some((item) => item.props.cluster) };
      this.error = null;
    } catch (error) {
      if (error.name === "AbortError" || this.pending !== pending) return;
      this.error = error;
    }
    this.pending = null;
    this.onChange(this);
  }
}
