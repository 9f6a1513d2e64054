/** List and map of a plan point at each other: the open route is the chosen one, a stop is found on either. */
import { byId } from "../dom.js";

const CLOSE_ZOOM = 17.5;
/** Room for the line that names the source of the streets. */
const SOURCE_PX = 46;

/**
 * @param {import("../map/map-app.js").MapApp} app
 * @param {MediaQueryList} phone
 * @returns {{renew: () => void}} `renew` after the list was put in anew
 */
export function pointAtEachOther(app, phone) {
  const { map } = app;
  const list = byId("routes");
  const routes = () => [...list.querySelectorAll("details.route")];
  const routeOf = (element) => Number(element.closest("details.route").dataset.index);
  const orderOf = (stop) => Number(stop.dataset.order);

  /** The open section is the route drawn last and boldest; on a phone the map shows that route. */
  function choose() {
    const open = routes().find((route) => route.open);
    app.select(open ? { route: Number(open.dataset.index) } : null);
    if (phone.matches && open) show([...open.querySelectorAll(".stop")]);
  }

  function show(stops) {
    if (!stops.length) return;
    const at = stops.map(({ dataset }) => [Number(dataset.lat), Number(dataset.lon)]);
    map.fitBounds(L.latLngBounds(at), { paddingTopLeft: [30, 30], paddingBottomRight: [30, SOURCE_PX], maxZoom: CLOSE_ZOOM, animate: false });
  }

  function mark(stop) {
    list.querySelectorAll(".stop.at").forEach((other) => other.classList.remove("at"));
    stop?.classList.add("at");
    if (stop) app.select({ route: routeOf(stop), stop: orderOf(stop) });
  }

  function stopOf(found) {
    const props = found?.view.manifest.draw === "routes" ? found.item.props : null;
    const route = props && routes().find((candidate) => Number(candidate.dataset.index) === props.index);
    return { route, stop: route?.querySelector(`.stop[data-order="${Number(props.order)}"]`) };
  }

  // `toggle` does not bubble, so it is caught on its way down.
  list.addEventListener("toggle", (event) => event.target.matches("details.route") && choose(), true);
  list.addEventListener("click", (event) => {
    const stop = event.target.closest(".number")?.closest(".stop");
    if (!stop || stop.closest(".held")) return;
    mark(stop);
    map.setView([Number(stop.dataset.lat), Number(stop.dataset.lon)], Math.max(map.getZoom(), CLOSE_ZOOM), { animate: !document.hidden });
  });
  list.addEventListener("mouseover", (event) => {
    const stop = event.target.closest(".stop");
    const chosen = app.selection;
    if (stop && !document.body.classList.contains("carrying")) app.select({ ...chosen, route: routeOf(stop), stop: orderOf(stop) });
  });
  list.addEventListener("mouseleave", () => {
    const at = list.querySelector(".stop.at");
    if (app.selection?.stop && !at) app.select({ route: app.selection.route });
    else if (at) app.select({ route: routeOf(at), stop: orderOf(at) });
  });
  app.addEventListener("hover", ({ detail }) => {
    const { stop } = stopOf(detail);
    list.querySelectorAll(".stop.over").forEach((other) => other !== stop && other.classList.remove("over"));
    stop?.classList.add("over");
  });
  app.addEventListener("pick", ({ detail }) => {
    const { route, stop } = stopOf(detail);
    if (!route) return;
    route.open = true;
    mark(stop);
    (stop ?? route).scrollIntoView({ block: "nearest" });
  });
  choose();
  return { renew: choose };
}
