/** The map of my streets on the phone. */
import { h, swap } from "../dom.js";

/** @param {HTMLElement} root @param {{day: object | null, params: object}} about */
export function render(root, { day }) {
  swap(root, h("p", { class: "empty", text: day ? "" : "先点“带走今天”，街道和门牌就在手机上了。" }));
}
