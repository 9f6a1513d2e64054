/** Everything around the map: puts its parts together and lets them hear of each other. Loaded when the map has been drawn. */
import { Brush } from "./brush.js";
import { byId, h } from "./dom.js";
import { placeFurniture } from "./furniture.js";
import { placeLegend } from "./legend.js";
import { contains } from "./map/feature.js";
import { mercatorX, mercatorY } from "./map/projection.js";
import { FilterDrawer } from "./panel/filter-drawer.js";
import { Rows } from "./panel/rows.js";
import { Search } from "./panel/search.js";
import { KindChips, showNumbers } from "./panel/summary.js";
import { preparePrint } from "./print.js";
import { Router } from "./router.js";
import { Sheet } from "./sheet.js";

const CLOSE_ZOOM = 18;
/** Somebody who touches the page will want the rest; who only looks gets it when all is quiet. */
const FIRST_TOUCH = ["pointermove", "pointerdown", "keydown", "wheel", "focusin"];
const QUIET_AFTER_MS = 10_000;
const { app, filters } = window.mapsvc;
const { map } = app;
const sheet = new Sheet(() => app.viewport.setInsets());
app.viewport.setInsets();
const router = new Router(filters, map);
const everywhere = location.pathname === "/cases";
const drawer = new FilterDrawer(filters, () => app.workers());
const rows = new Rows({ app, filters, drawer, everywhere });
const chips = new KindChips(filters);
const brush = new Brush(filters);
/** Loaded when it is needed or may be soon. */
let aside = null;
const loadAside = () =>
  (asideAsked ??= import("./aside.js").then(
    ({ makeAside }) => (aside = makeAside({ app, filters, router, rows, sheet, showPosition, pickSegment })),
  ));
let asideAsked = null;
let known = null;
/** A detail that the page was opened with is looked at closely, unless its address says where to look. */
let closely = router.detail && !location.search.includes("at=");

function showPosition(lon, lat, selection) {
  app.select({ ...selection, point: selection.issue ? app.fraction(lon, lat) : null });
  app.viewport.reveal(lon, lat, closely ? CLOSE_ZOOM : undefined);
  closely = false;
}

/** Open a detail with what is known of it already. */
function open(type, id, props) {
  known = props;
  aside?.popover.close();
  router.open(type, id);
}

async function showDetail() {
  const wanted = router.detail;
  if (wanted) {
    sheet.raise("half");
    await loadAside();
    if (router.detail?.id !== wanted.id) return;
  }
  aside?.detail.show(wanted, known);
  known = null;
  if (wanted) return;
  app.select(null);
  if (!everywhere) rows.load();
  document.title = "民情地图";
}

/** Nearer, so that a cluster falls apart; what lies on one spot never would: its things are listed. */
function zoomInto(item) {
  const apart = item.members && app.viewport.zoomApart(item.members);
  if (apart > map.getMaxZoom() || map.getZoom() >= map.getMaxZoom()) {
    loadAside().then(({ list }) =>
      list(
        `这里${item.props.point_count}件`,
        (item.members ?? []).map(({ props }) => props),
      ),
    );
    return;
  }
  const wanted = apart ?? item.props.expand_zoom ?? map.getZoom() + 2;
  map.setView(app.latLngOf(item), Math.min(Math.max(wanted, map.getZoom() + 1), map.getMaxZoom()));
}

function pickSegment(item) {
  app.select({ segment: item.id });
  rows.mark(new Set((rows.items ?? []).filter((row) => contains(item, mercatorX(row.lon), mercatorY(row.lat))).map((row) => row.id)));
  sheet.raise("low");
  loadAside().then(({ popover }) => popover.open(item));
}

const PICKS = {
  issues: (item) => open("cases", item.id, item.props),
  shops: (item) => open("shops", item.props.code, item.props),
  places: (item) => open("places", item.props.code, item.props),
  points: (item) => item.props.shop && open("shops", item.props.shop, item.props),
  hotspots: pickSegment,
};

app.addEventListener("pick", ({ detail: found }) => {
  if (!found) {
    aside?.popover.close();
    rows.mark(new Set());
    return;
  }
  if (found.item.props.cluster) zoomInto(found.item);
  else PICKS[found.view.manifest.draw]?.(found.item);
});
document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href^="/cases/"], a[href^="/shops/"], a[href^="/places/"]');
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || !byId("panel").contains(link))
    return;
  // A link to a page, or to a part of one, is for the page itself.
  if (link.hash || "page" in link.dataset) return;
  event.preventDefault();
  const [, type, id] = new URL(link.href).pathname.split("/");
  const row = rows.items?.find((item) => item.id === decodeURIComponent(id));
  open(type, decodeURIComponent(id), row ?? null);
});
router.addEventListener("change", showDetail);
filters.addEventListener("change", () => {
  app.fetchNow();
  rows.load();
});
app.addEventListener("view", () => !everywhere && !router.detail && rows.load());

new Search((item) => {
  if (item.lon !== null && item.lon !== undefined) app.viewport.reveal(item.lon, item.lat, 18);
  const [, type, id] = /^\/(shops|places|cases)\/([^/]+)$/.exec(item.url ?? "") ?? [];
  if (type) open(type, decodeURIComponent(id), { name: item.title, address: item.subtitle });
  else app.point(item.lon, item.lat);
});
/** Somebody reports something: the next tap says where. */
async function report() {
  const { pickSpot } = await import("./report-spot.js");
  sheet.set("low");
  pickSpot(app);
}
placeFurniture(app, report);
placeLegend(app, () =>
  loadAside().then(({ segments }) => {
    segments.show();
    sheet.raise("half");
  }),
);
preparePrint(app, rows, filters);
rows.head();
showDetail();
if (everywhere) sheet.raise("full");
if (everywhere || router.detail) rows.load();
window.mapsvc.kinds
  .then((items) => {
    chips.show(items);
    aside?.detail.redraw();
    rows.redraw();
  })
  .catch((error) => byId("kinds").append(h("p", { class: "error-line", text: error.message })));
showNumbers().catch((error) => byId("numbers").append(h("p", { class: "error-line", text: error.message })));
brush.load();
for (const name of FIRST_TOUCH) addEventListener(name, loadAside, { once: true, passive: true });
setTimeout(loadAside, QUIET_AFTER_MS);

if (location.search.includes("report=1")) report();
// ?layers=silent switches on what is off by default.
const asked = new Set((new URLSearchParams(location.search).get("layers") ?? "").split(","));
app.views.filter((view) => asked.has(view.manifest.id)).forEach((view) => map.addLayer(view.handle));
