/** The field app: brings each address to its view. */
import { byId, h, swap } from "../dom.js";
import { theDay } from "./day.js";
import { onView, startRouter, view } from "./router.js";
import { start } from "./sender.js";
import { mountTabs } from "./tabs.js";
import * as changedSheet from "./changed-sheet.js";
import * as listView from "./list-view.js";
import * as recordSheet from "./record-sheet.js";
import * as todayView from "./today-view.js";

const now = (module) => () => Promise.resolve(module);
/** Path → view, most particular first. What stands at a door is there at once, the rest is brought when it is looked at. */
const VIEWS = [
  [/^\/today$/, now(todayView)],
  [/^\/today\/doors\/(?<code>[^/]+)$/, now(todayView)],
  [/^\/today\/doors\/(?<code>[^/]+)\/record$/, now(recordSheet)],
  [/^\/today\/doors\/(?<code>[^/]+)\/changed$/, now(changedSheet)],
  [/^\/today\/list$/, now(listView)],
  [/^\/today\/note$/, () => import("./note-view.js")],
  [/^\/today\/map$/, () => import("./map-view.js")],
  [/^\/today\/answers$/, () => import("./answers-view.js")],
  [/^\/today\/taken$/, () => import("./taken-view.js")],
  [/^\/today\/me$/, () => import("./me-view.js")],
  [/^\/today\/abilities$/, () => import("./abilities-view.js")],
  [/^\/today\/scan$/, () => import("./scan-view.js")],
];

let shown = 0;
let leave = null;

async function show(path) {
  const turn = ++shown;
  const [load, found] = VIEWS.map(([pattern, module]) => [module, pattern.exec(path)]).find(([, match]) => match) ?? [];
  const [module, day] = await Promise.all([load?.() ?? null, theDay()]);
  if (turn !== shown) return;
  leave?.();
  const root = byId("view");
  if (!module) swap(root, h("p", { class: "empty", text: "这里没有东西。" }), h("a", { href: "/today", text: "回到今日" }));
  leave = (module?.render(root, { day, params: { ...found?.groups } }) || null) ?? null;
  document.documentElement.dataset.view = path;
}

mountTabs(byId("tabs"));
startRouter();
onView(show);
show(view());
start();
