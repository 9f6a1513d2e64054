/** The tab bar of the phone: 今日 · 地图 · 记一笔 · 案件 · 我的. */
import { h, swap } from "../dom.js";
import { toast } from "../toast.js";
import { glyph } from "./parts.js";
import { onView, view } from "./router.js";
import { onStatus, status } from "./sender.js";

const TABS = [
  ["today", "/today", "今日"],
  ["map", "/today/map", "地图"],
  ["note", "/today/note", "记一笔"],
  ["cases", "/cases", "案件"],
  ["me", "/today/me", "我的"],
];
const OF_ME = /^\/today\/(me|abilities)/;

function tabOf(path) {
  if (OF_ME.test(path)) return "me";
  return TABS.find(([name, url]) => name !== "today" && path === url)?.[0] ?? "today";
}

function leaving(event) {
  if (navigator.onLine && status().online) return;
  event.preventDefault();
  toast("案件要连上办公室的网才能看。记的都在手机上，不会丢。");
}

/** @param {HTMLElement} host filled once; follows the address by itself */
export function mountTabs(host) {
  const links = TABS.map(([name, url, word]) =>
    h("a", { href: url, class: "tab", onclick: name === "cases" ? leaving : null }, glyph(name, 22), h("span", { text: word })),
  );
  const mark = (path) =>
    links.forEach((link, i) => {
      if (TABS[i][0] === tabOf(path)) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    });
  swap(host, links);
  mark(view());
  onView(mark);
  onStatus(({ online }) => links[3].classList.toggle("away", !online));
}
