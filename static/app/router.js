/** The address: what the panel shows, the filters, and where the map stands. The back button works. */
const SHOP = /^\/shops\/([^/]+)$/;
/** Cases and places have pages of their own; beside the map they are named in the query. */
const NAMED = { cases: "case", places: "place" };
const REMEMBER_AFTER_MS = 400;

const query = (params) => {
  const text = params.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return text ? `?${text}` : "";
};

export class Router extends EventTarget {
  /** @param {import("./filters.js").Filters} filters @param {L.Map} map */
  constructor(filters, map) {
    super();
    this.filters = filters;
    this.map = map;
    this.home = location.pathname === "/cases" ? "/cases" : "/";
    addEventListener("popstate", () => {
      filters.read(location.search);
      filters.dispatchEvent(new Event("change"));
      this.dispatchEvent(new Event("change"));
    });
    filters.addEventListener("change", () => this.#replace(location.pathname));
    map.on("moveend", () => this.#remember());
  }

  /** @returns {{type: "shops" | "places" | "cases", id: string} | null} the detail that the address names */
  get detail() {
    const shop = SHOP.exec(location.pathname);
    if (shop) return { type: "shops", id: decodeURIComponent(shop[1]) };
    const params = new URLSearchParams(location.search);
    const type = Object.keys(NAMED).find((key) => params.get(NAMED[key]));
    return type ? { type, id: params.get(NAMED[type]) } : null;
  }

  /** Open a detail. */
  open(type, id) {
    const { detail } = this;
    if (detail?.type === type && detail.id === id) return;
    const params = this.#params();
    if (NAMED[type]) params.set(NAMED[type], id);
    history.pushState({ from: detail ? "" : this.home }, "", (NAMED[type] ? this.home : `/shops/${encodeURIComponent(id)}`) + query(params));
    this.dispatchEvent(new Event("change"));
  }

  /** Back to the list; through the history if the list was there before. */
  close() {
    if (history.state?.from === this.home) {
      history.back();
      return;
    }
    history.pushState(null, "", this.home + query(this.#params()));
    this.dispatchEvent(new Event("change"));
  }

  #params() {
    const params = this.filters.write(new URLSearchParams(location.search));
    for (const name of [...Object.values(NAMED), "report"]) params.delete(name);
    if (this.moved) {
      const center = this.map.getCenter();
      params.set("at", `${this.map.getZoom().toFixed(1)},${center.lat.toFixed(5)},${center.lng.toFixed(5)}`);
    }
    return params;
  }

  #replace(path) {
    const { detail } = this;
    const params = this.#params();
    if (NAMED[detail?.type]) params.set(NAMED[detail.type], detail.id);
    history.replaceState(history.state, "", path + query(params));
  }

  #remember() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.moved = true;
      this.#replace(location.pathname);
    }, REMEMBER_AFTER_MS);
  }
}
