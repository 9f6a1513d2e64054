/** The field app: brings each address to its view, and says what the phone cannot do. */
import { byId, h, swap } from "../dom.js";
import { startDay, theDay } from "./day.js";
import { onNews } from "./news.js";
import { onView, startRouter, view } from "./router.js";
import { onStatus, start } from "./sender.js";
import { keepShell } from "./shell.js";
import { mountTabs } from "./tabs.js";
import { lookAfter } from "./upkeep.js";
import * as changedSheet from "./changed-sheet.js";
import * as listView from "./list-view.js";
import * as recordSheet from "./record-sheet.js";
import * as returnSheet from "./return-sheet.js";
import * as todayView from "./today-view.js";

const here = (module) => () => Promise.resolve(module);
/** Path → view. What is used at a door is there at once, the rest is brought when it is looked at. */
const VIEWS = [
  [/^\/today$/, here(todayView)],
  [/^\/today\/doors\/(?<code>[^/]+)$/, here(todayView)],
  [/^\/today\/doors\/(?<code>[^/]+)\/record$/, here(recordSheet)],
  [/^\/today\/doors\/(?<code>[^/]+)\/changed$/, here(changedSheet)],
  [/^\/today\/doors\/(?<code>[^/]+)\/return$/, here(returnSheet)],
  [/^\/today\/walk$/, () => import("./walk-view.js")],
  [/^\/today\/list$/, here(listView)],
  [/^\/today\/note$/, () => import("./note-view.js")],
  [/^\/today\/map$/, () => import("./map-view.js")],
  [/^\/today\/answers$/, () => import("./answers-view.js")],
  [/^\/today\/taken$/, () => import("./taken-view.js")],
  [/^\/today\/me$/, () => import("./me-view.js")],
  [/^\/today\/abilities$/, () => import("./abilities-view.js")],
  [/^\/today\/scan$/, () => import("./scan-view.js")],
];

let turn = 0;
let leave = null;
let shown = null;

async function found(path) {
  for (const [pattern, load] of VIEWS) {
    const match = pattern.exec(path);
    if (match) return { module: await load(), params: decoded(match.groups) };
  }
  return null;
}

const decoded = (groups) => Object.fromEntries(Object.entries(groups ?? {}).map(([name, text]) => [name, decodeURIComponent(text)]));

async function show(path) {
  const mine = ++turn;
  const [what, day] = await Promise.all([found(path).catch((error) => ({ error })), theDay().catch(() => null)]);
  if (mine !== turn) return;
  leave?.();
  leave = null;
  const root = byId("view");
  swap(root);
  document.documentElement.dataset.view = path;
  if (what?.module) leave = drawn(what, root, day);
  else swap(root, ...nothing(what));
  shown = { path, person: day?.person?.id ?? null };
  document.documentElement.dataset.ready = path;
}

/** A view that fails must not keep the queue from being sent. */
function drawn({ module, params }, root, day) {
  try {
    return module.render(root, { day, params }) ?? null;
  } catch (error) {
    swap(root, ...nothing({ error }));
    setTimeout(() => {
      throw error;
    });
    return null;
  }
}

const nothing = (what) => [
  h("p", { class: "empty", text: what?.error ? "这一页没有取到，连上网络再打开。" : "这里没有东西，可能地址写错了。" }),
  h("p", {}, h("a", { href: "/today", text: "回到今日" })),
];

/** A view that was drawn without a day, or with another person's, is drawn anew; all others follow the day by themselves. */
async function onNewDay() {
  const day = await theDay().catch(() => null);
  if (shown && shown.person !== (day?.person?.id ?? null)) show(view());
}

const notes = new Map();

function note(name, ...content) {
  if (content.length) notes.set(name, h("p", { class: "note" }, ...content));
  else notes.delete(name);
  swap(byId("notes"), ...notes.values());
}

function tellTrouble({ trouble }) {
  if (!trouble) return note("trouble");
  const again = h("a", { class: "textlink", href: location.pathname, target: "_self", text: "重新打开" });
  const save = h("button", { type: "button", class: "textbtn", text: "存成文件", onclick: () => carryOut() });
  note("trouble", h("span", { text: trouble.message }), h("span", { class: "note-do" }, again, trouble.code === "newer" && save));
}

async function carryOut() {
  const { saveQueueFile } = await import("./export.js");
  await saveQueueFile().catch((error) => error.name !== "AbortError" && note("saved", error.message));
}

function tellVanished(gone) {
  if (!gone) return;
  const text = `浏览器把这个网站的数据清掉了：有${gone.unsent}条没传的记录找不回来了（最后一条是${gone.last?.slice(5, 16).replace("T", " ") ?? "不久前"}记的）。请凭记忆补记，并点“带走今天”。`;
  const close = h("button", { type: "button", class: "textbtn", text: "知道了", onclick: () => note("vanished") });
  note("vanished", h("span", { text }), h("span", { class: "note-do" }, close));
}

async function boot() {
  mountTabs(byId("tabs"));
  startRouter();
  onView(show);
  onNews("day", onNewDay);
  onStatus(tellTrouble);
  // The day is on its way while the view is drawn; the files for later do not get in its way.
  const coming = startDay().catch(() => undefined);
  await show(view());
  performance.mark("mapsvc:usable");
  start();
  coming.then(keepShell);
  tellVanished(await lookAfter().catch(() => null));
}

boot();
