/** A plan beside its map: list and map point at each other, other ways to plan are compared in words. */
import { getJson } from "../api.js";
import { byId, swap, h } from "../dom.js";
import { placeFurniture } from "../furniture.js";
import { sign } from "../icons.js";
import { MapApp } from "../map/map-app.js";
import { steppers } from "./stepper.js";

const PAD_PX = 56;
const CLOSE_ZOOM = 17.5;
/** Room for the line that names the source of the streets. */
const SOURCE_PX = 46;
const phone = matchMedia("(max-width: 760px)");
const plan = byId("content");
const { map } = window.mapsvc;
const routes = [...document.querySelectorAll("details.route")];

function fit() {
  const [west, south, east, north] = plan.dataset.bounds.split(",").map(Number);
  const pad = phone.matches ? 26 : PAD_PX;
  const legend = phone.matches ? 0 : byId("legend").offsetHeight + 20;
  map.fitBounds([[south, west], [north, east]], { paddingTopLeft: [pad, pad], paddingBottomRight: [pad, pad + legend], maxZoom: 18, animate: false });
}

fit();
const app = new MapApp(window.mapsvc, () => ({}));
window.mapsvc.app = app;
app.drawn.then(() => app.scene.widen?.());
placeFurniture(app);
steppers(document);
phone.addEventListener("change", fit);

/** The open section is the route drawn last and boldest; on a phone the map shows that route. */
function choose() {
  const open = routes.find((route) => route.open);
  const index = open ? Number(open.dataset.index) : null;
  app.select(index === null ? null : { route: index });
  if (phone.matches && open) show([...open.querySelectorAll(".stop")]);
}

function show(stops) {
  if (!stops.length) return;
  const at = stops.map(({ dataset }) => [Number(dataset.lat), Number(dataset.lon)]);
  map.fitBounds(L.latLngBounds(at), { paddingTopLeft: [30, 30], paddingBottomRight: [30, SOURCE_PX], maxZoom: CLOSE_ZOOM, animate: false });
}

function mark(stop) {
  document.querySelectorAll(".stop.at").forEach((other) => other.classList.remove("at"));
  stop?.classList.add("at");
}

routes.forEach((route) => route.addEventListener("toggle", choose));
choose();
byId("routes").addEventListener("click", (event) => {
  const stop = event.target.closest(".number")?.closest(".stop");
  if (!stop) return;
  mark(stop);
  map.setView([Number(stop.dataset.lat), Number(stop.dataset.lon)], Math.max(map.getZoom(), CLOSE_ZOOM), { animate: !document.hidden });
});
app.addEventListener("pick", ({ detail }) => {
  const props = detail?.view.manifest.draw === "routes" ? detail.item.props : null;
  const route = props && routes.find((candidate) => Number(candidate.dataset.index) === props.index);
  if (!route) return;
  route.open = true;
  const stop = route.querySelector(`.stop[data-order="${Number(props.order)}"]`);
  mark(stop);
  (stop ?? route).scrollIntoView({ block: "nearest" });
});

getJson("/api/v1/kinds").then(({ items }) => {
  app.setKinds(items);
  const kinds = new Map(items.map((kind) => [kind.code, kind]));
  for (const place of document.querySelectorAll(".mark.issue[data-kind]")) swap(place, sign(kinds.get(place.dataset.kind), "none", 14));
}).catch(() => {});

/** 少1人、多1人 in words: worked out one after the other, when nothing else is going on. */
async function compare(box) {
  const people = Number(box.dataset.people);
  for (const [count, name] of [[people - 1, "少1人"], [people + 1, "多1人"]]) {
    if (count < 1 || count > Number(box.dataset.room)) continue;
    const line = h("p", {}, `${name}：`, h("b", { text: "…" }));
    box.append(line);
    try {
      const { text } = await getJson(`/api/v1/plans/${plan.dataset.plan}/what-if?people=${count}&minutes=${box.dataset.minutes}`);
      line.lastChild.textContent = text;
    } catch {
      line.remove();
      return;
    }
  }
}

const again = byId("again");
if (again) {
  again.addEventListener("submit", () => {
    const button = again.querySelector('button[type="submit"]');
    button.textContent = again.dataset.busy;
    setTimeout(() => (button.disabled = true));
  });
  if (!phone.matches) app.drawn.then(() => compare(byId("what-if")));
}
document.addEventListener("click", (event) => {
  const menu = document.querySelector(".export[open]");
  if (menu && !menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelector(".export[open]")?.removeAttribute("open");
});
