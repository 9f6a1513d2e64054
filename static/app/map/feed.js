/** Fetches the features of one layer: a padded, snapped box, so that small moves ask for nothing; newer requests cancel older ones. */
import { getJson } from "../api.js";
import { feature } from "./feature.js";
import { mercatorX, mercatorY } from "./projection.js";

/** Filters by what the source of a layer understands. */
const FILTERS = { hotspots: ["kind"], issues: ["since", "until", "kind", "state", "source", "worker"], shops: ["worker"], coverage: ["part"] };
const { isWhole, wantedBox, featuresUrl } = window.mapsvc;

const covers = (outer, bounds) =>
  outer[0] <= mercatorX(bounds.getWest()) &&
  outer[2] >= mercatorX(bounds.getEast()) &&
  outer[1] <= mercatorY(bounds.getNorth()) &&
  outer[3] >= mercatorY(bounds.getSouth());

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
    const want = { query, zoom: Math.round(zoom), box: isWhole(this.manifest) ? [0, 0, 1, 1] : wantedBox(bounds, zoom) };
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
    try {
      const answer = await getJson(featuresUrl(this.manifest, want), { signal: pending.abort.signal });
      if (this.pending !== pending) return;
      this.features = answer.features.map(feature).filter(Boolean);
      this.total = answer.total ?? this.features.length;
      this.sentence = answer.sentence ?? "";
      this.window = answer.window ?? "";
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
