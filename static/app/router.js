/** The address: what the panel shows, the filters, and where the map stands. The back button works. */
const DETAIL = /^\/(shops|places|cases)\/([^/]+)$/;
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
    const found = DETAIL.exec(location.pathname);
    return found && { type: found[1], id: decodeURIComponent(found[2]) };
  }

  /** Open a detail. */
  open(type, id) {
    const path = `/${type}/${encodeURIComponent(id)}`;
    if (path === location.pathname) return;
    history.pushState({ from: location.pathname }, "", path + query(this.#params()));
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
    if (this.moved) {
      const center = this.map.getCenter();
      params.set("at", `${this.map.getZoom().toFixed(1)},${center.lat.toFixed(5)},${center.lng.toFixed(5)}`);
    }
    return params;
  }

  #replace(path) {
    history.replaceState(history.state, "", path + query(this.#params()));
  }

  #remember() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.moved = true;
      this.#replace(location.pathname);
    }, REMEMBER_AFTER_MS);
  }
}
