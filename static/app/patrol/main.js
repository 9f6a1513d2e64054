/** A plan beside its map: list and map point at each other, stops are changed by hand, other ways to plan are compared. */
import { getJson } from "../api.js";
import { byId, swap } from "../dom.js";
import { placeFurniture } from "../furniture.js";
import { sign } from "../icons.js";
import { MapApp } from "../map/map-app.js";
import { reachOut } from "./beside.js";
import { carryByPointer } from "./drag.js";
import { Edits } from "./edits.js";
import { openMenus } from "./give.js";
import { carryByKeys } from "./grab.js";
import { pointAtEachOther } from "./both-ways.js";
import { steppers } from "./stepper.js";
import { compareWays } from "./what-if.js";

const PAD_PX = 56;
const phone = matchMedia("(max-width: 760px)");
const plan = byId("content");
const { map } = window.mapsvc;

function fit() {
  const [west, south, east, north] = plan.dataset.bounds.split(",").map(Number);
  const pad = phone.matches ? 26 : PAD_PX;
  const legend = phone.matches ? 0 : byId("legend").offsetHeight + 20;
  map.fitBounds(
    [
      [south, west],
      [north, east],
    ],
    { paddingTopLeft: [pad, pad], paddingBottomRight: [pad, pad + legend], maxZoom: 18, animate: false },
  );
}

fit();
const app = new MapApp(window.mapsvc, () => ({}));
window.mapsvc.app = app;
app.drawn.then(() => app.scene.widen?.());
reachOut(app);
placeFurniture(app);
steppers(document);
phone.addEventListener("change", fit);

const ways = pointAtEachOther(app, phone);
const kinds = getJson("/api/v1/kinds")
  .then(({ items }) => {
    app.setKinds(items);
    return new Map(items.map((kind) => [kind.code, kind]));
  })
  .catch(() => new Map());

/** The signs of issues in the list, in the shapes of the map. */
async function signs() {
  const known = await kinds;
  for (const place of document.querySelectorAll(".mark.issue[data-kind]")) swap(place, sign(known.get(place.dataset.kind), "none", 14));
}
signs();

if (plan.dataset.mayEdit !== undefined) {
  const edits = new Edits(plan, () => {
    ways.renew();
    signs();
    app.viewOf("routes")?.feed.invalidate();
    app.fetchNow();
  });
  openMenus(edits);
  carryByPointer(edits, phone);
  carryByKeys(edits);
}
compareWays(plan, app, phone);

document.addEventListener("click", (event) => {
  const menu = document.querySelector(".export[open]");
  if (menu && !menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelector(".export[open]")?.removeAttribute("open");
});
