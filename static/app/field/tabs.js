/** The tab bar of the phone: 今日 · 地图 · 记一笔 · 案件 · 我的. */
import { h } from "../dom.js";

/** @param {HTMLElement} host filled once; follows the address by itself */
export function mountTabs(host) {
  host.append(h("span", { text: "今日" }));
}
