/** 我的: what got solved at my doors, the day in words to paste, and the ways to everything else. */
import { h, swap } from "../dom.js";
import { day as dayWords, nearDay } from "../format.js";
import { icon } from "../icons.js";
import { now, officeDay } from "./clock.js";
import { copyBox } from "./copy.js";
import { onDay } from "./day.js";
import { notTaken } from "./page-head.js";
import { entries, onChange } from "./queue.js";
import { groupLines, sheetText } from "./words.js";

const LINKS = [
  ["/today/list", "今天记的", "看、改、撤销"],
  ["/today/taken", "带走今天", "手机上有什么，怎么导出"],
  ["/today/answers", "常见解答", "在门口念给商户听"],
  ["/today/scan", "扫卡开门", "扫商户的联心卡"],
  ["/today/abilities", "这台手机能做什么", "离线、拍照、扫码"],
  ["/patrol", "巡查", "要有网"],
  ["/me", "账号与密码", "要有网"],
];

const FIRST_SOLVED = 3;

/** @param {HTMLElement} root @param {{day: object | null}} about @returns {() => void} */
export function render(root, { day }) {
  let turn = 0;
  let shown = day;
  const today = h("div", { class: "paste" });
  let said = null;
  const show = async () => {
    const mine = ++turn;
    const list = shown ? await entries() : [];
    if (!shown || mine !== turn) return;
    const texts = textsOf(shown, list);
    // What is being copied must not be drawn anew under the finger.
    if (said !== texts.join()) swap(today, pasteBoxes(texts));
    said = texts.join();
  };
  const lay = (newDay) => {
    shown = newDay;
    said = null;
    swap(root, h("div", { class: "sub me" }, h("h1", { text: "我的" }), shown ? about(shown, today) : notTaken("办成的事也看不到"), links(shown)));
    show();
  };
  lay(day);
  const stops = [onChange(show), onDay(lay)];
  return () => {
    turn += 1;
    stops.forEach((stop) => stop());
  };
}

const about = (day, today) => [h("p", { class: "second", text: `${day.person.name} · ${day.office.block || day.office.name}` }), standIns(day), solved(day), today];

function solved(day) {
  const rows = (day.solved || []).map(({ at, place, text }) => h("li", {}, h("b", { text: place }), h("span", { text }), h("small", { text: dayWords(at, now()) })));
  return h(
    "section",
    {},
    h("h2", { text: "我的门牌上办成的事" }),
    rows.length ? [h("ul", { class: "solved" }, rows.slice(0, FIRST_SOLVED)), older(rows.slice(FIRST_SOLVED))] : h("p", { class: "second", text: "这30天还没有办结的。商户说过的都记着，办好了就写在这里。" }),
  );
}

const older = (rows) => rows.length > 0 && h("details", {}, h("summary", { text: `再往前${rows.length}件` }), h("ul", { class: "solved" }, rows));

/** 顶班 and 交接 as seen by the one who walks: whose doors I have, who has mine. */
function standIns(day) {
  const lines = (day.covering || []).map((cover) => coverSection(day, cover));
  const away = (day.away || []).map(({ name, from, until }) => h("p", { text: awayWords(day, name, from, until) }));
  return lines.length || away.length ? h("section", { class: "standins" }, h("h2", { text: "顶班和交接" }), lines, away) : null;
}

function awayWords(day, name, from, until) {
  const since = from && from > day.date ? `${nearDay(from, now())}起，` : "";
  if (!until) return `${since}我的门牌交给${name}了。`;
  return until === day.date ? `${since}今天${name}替我走。` : `${since}${name}替我走到${nearDay(until, now())}。`;
}

function coverSection(day, { name, until, doors, promises }) {
  // What was promised there comes first.
  const mine = Object.values(day.doors)
    .filter((door) => door.cover_for === name)
    .sort((a, b) => Number(b.promises.length > 0) - Number(a.promises.length > 0));
  const isToday = until && until === day.date;
  const title = isToday ? `今天替${name}` : until ? `替${name}到${nearDay(until, now())}` : `${name}交给我的`;
  const rows = mine.map((door) =>
    h(
      "li",
      {},
      h("a", { href: `/today/doors/${door.code}` }, h("b", { text: door.address }), ` ${door.name}`),
      door.promises.map((promise) => h("small", { text: `答应的事：${promise.text}${promise.due_at ? `（${nearDay(promise.due_at, now())}）` : ""}` })),
    ),
  );
  return h(
    "details",
    { open: mine.length > 0 && mine.length < 13 },
    h("summary", { text: `${title}：${doors}户${promises ? `，答应的事${promises}件` : ""}` }),
    rows.length ? h("ul", { class: "covered" }, rows) : h("p", { class: "second", text: "这些门牌在今天的名单里，带走今天后能看到。" }),
  );
}

function textsOf(day, list) {
  const date = officeDay(now());
  return [groupLines(day, list, date).join("\n"), sheetText(day, list, date)];
}

function pasteBoxes([lines, columns]) {
  const group = copyBox({
    title: "复制到群",
    hint: "今天的五行话，没有店主名字和电话。发之前看一眼，可以在群里改。",
    text: lines,
    rows: 6,
    name: "今天的五行话",
  });
  const sheet = copyBox({
    title: "复制成表格",
    hint: "今天的走访，按台账“走访记录”的列，粘贴到表格里。",
    text: columns,
    rows: 3,
    name: "今天的走访，按列",
  });
  return [group, sheet];
}

function links(day) {
  const rows = LINKS.map(([href, text, hint]) => h("li", {}, h("a", { href }, h("span", {}, h("b", { text }), h("small", { text: hint })), icon("back"))));
  return h("nav", { "aria-label": "我的" }, h("ul", { class: "ways" }, rows, welcomes(day)));
}

/** Sheets of welcome for shops whose first visit is due. */
function welcomes(day) {
  const fresh = day ? Object.values(day.doors).filter((door) => door.reasons.some(({ code }) => code === "first_visit")) : [];
  return fresh.map((door) =>
    h("li", {}, h("a", { href: `/shops/${door.code}/welcome` }, h("span", {}, h("b", { text: `欢迎单：${door.address}` }), h("small", { text: `${door.name}，新店，打印要有网` })), icon("back"))),
  );
}
