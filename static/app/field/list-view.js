/** 今天记的: everything recorded, how far it has come, and every way to set it right. */
import { h, swap } from "../dom.js";
import { clock, day as dayWords } from "../format.js";
import { toast } from "../toast.js";
import { now } from "./clock.js";
import { saveQueueFile } from "./export.js";
import { glyph, isToday } from "./parts.js";
import { discard, entries, isUnsent, onChange, retry, undo, waiting } from "./queue.js";
import { back, go } from "./router.js";
import { statusStrip } from "./status-strip.js";
import { undoHost } from "./undo-strip.js";

const LONG_MS = 4 * 3600 * 1000;
const THINK_AGAIN_MS = 10000;
const STATES = { waiting: "待传", sent: "已传", held: "要看一下" };
/** Given up here, gone from the phone when the time to think again is over. */
const givenUp = new Map();

/** @param {HTMLElement} root @returns {() => void} */
export function render(root) {
  undoHost();
  const strip = statusStrip();
  const body = h("div", { class: "recorded" });
  swap(
    root,
    h(
      "div",
      { class: "list-page" },
      h("header", { class: "view-head" }, h("button", { type: "button", class: "iconbtn", "aria-label": "返回", onclick: () => back("/today") }, glyph("back", 24)), h("h1", { text: "今天记的" })),
      strip.element,
      body,
    ),
  );
  const draw = async () => {
    const [list, queue] = await Promise.all([entries(), waiting()]);
    swap(body, content(list.filter((entry) => !givenUp.has(entry.id)), queue, draw));
  };
  const stop = onChange(draw);
  draw();
  return () => {
    stop?.();
    strip.stop();
  };
}

/** What a visit did by itself to the walk goes with the visit. */
const isShown = (entry) => entry.state === "held" || (entry.type !== "withdraw" && !entry.by);

function content(list, { others = [] }, draw) {
  const unsent = new Set(list.filter((entry) => entry.type === "withdraw" && entry.state !== "sent").map((entry) => entry.id));
  const shown = list.filter(isShown);
  return [
    others.map(({ name, n }) => h("p", { class: "notice", text: `这台手机上还有${name}的${n}条没传，等${name}登录这台手机就会传上去，不会丢。` })),
    shown.length
      ? h("ol", { class: "records" }, shown.map((entry) => recordRow(entry, unsent, draw)))
      : h("p", { class: "empty", text: "今天还没记。在门口点一下“见到了，没事”，这里就有了。" }),
    waitsLong(list) && exportPart(),
  ].flat();
}

const waitsLong = (list) => list.some((entry) => isUnsent(entry) && now() - Date.parse(entry.at) > LONG_MS);

function exportPart() {
  const save = () => saveQueueFile().catch((error) => toast(`没导出成：${error?.message || "请再试一次"}`, { error: true }));
  return h(
    "section",
    { class: "export-part" },
    h("p", { class: "second", text: "有的等了很久还没传上去。可以导出成文件，拿到办公室电脑上导入，结果一样。" }),
    h("button", { type: "button", class: "btn", text: "导出文件", onclick: save }),
  );
}

const timeOf = (entry) => (isToday(entry) ? clock(entry.at) : `${dayWords(entry.at, now())} ${clock(entry.at)}`);

function stateWords(entry, unsent) {
  if (entry.withdrawn) return unsent.has(entry.withdrawn) ? "撤销了，等着传" : "撤销了";
  if (entry.state === "held") return `要看一下：${entry.reason ?? "办公室没收"}`;
  if (entry.photos_held?.length) return `照片要看一下：${entry.photos_held[0]}`;
  if (entry.state === "sent" && entry.photos_waiting) return `已传，照片待传 ${entry.photos_waiting}`;
  return STATES[entry.state] ?? STATES.waiting;
}

/** Where a record can be changed: the sheet it was made in. */
function editPath(entry) {
  if (entry.type === "issue") return entry.state === "sent" ? null : `/today/note?entry=${entry.id}`;
  if (entry.body.tenancy) return entry.state === "sent" ? null : `/today/doors/${entry.code}/changed?entry=${entry.id}`;
  if (entry.type !== "visit" || !entry.code || entry.body.outcome !== "met" || entry.state === "sent") return null;
  return `/today/doors/${entry.code}/record?entry=${entry.id}`;
}

function actsOf(entry, draw) {
  const act = (text, onclick) => h("button", { type: "button", class: "textbtn", "aria-label": `${text}：${entry.label}`, text, onclick });
  if (entry.withdrawn) return [];
  const path = editPath(entry);
  const change = path && act("改", () => go(path));
  if (entry.state === "held") return [change, act("再试", () => retry(entry.id)), act("不要了", () => giveUp(entry, draw))];
  const again = entry.photos_held?.length > 0 && act("再试", () => retry(entry.id));
  const isFinal = entry.type === "withdraw" || entry.type === "walk" || (entry.type === "promise_kept" && entry.state === "sent");
  return [change, again, !isFinal && act("撤销", () => takeBack(entry))];
}

function recordRow(entry, unsent, draw) {
  return h(
    "li",
    { class: entry.state === "held" ? "record is-held" : "record", "data-state": entry.state },
    h("time", { datetime: entry.at, text: timeOf(entry) }),
    h("div", { class: "record-what" }, h("p", { class: entry.withdrawn ? "gone" : null, text: entry.label }), h("p", { class: "second", text: stateWords(entry, unsent) })),
    h("div", { class: "record-acts" }, actsOf(entry, draw)),
  );
}

async function takeBack(entry) {
  try {
    await undo(entry.id);
    toast(`撤销了：${entry.label}`);
  } catch (error) {
    toast(error.message, { error: true });
  }
}

/** Not at once: for ten seconds it can be had back, and a closed page keeps it. */
function giveUp(entry, draw) {
  const timer = setTimeout(() => {
    givenUp.delete(entry.id);
    discard(entry.id);
  }, THINK_AGAIN_MS);
  givenUp.set(entry.id, timer);
  draw();
  toast(`不要了：${entry.label}`, {
    undo: () => {
      clearTimeout(timer);
      givenUp.delete(entry.id);
      draw();
    },
  });
}
