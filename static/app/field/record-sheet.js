/** 有事要记: the sheet for what was said at a door. */
import { h, swap } from "../dom.js";

/** @param {HTMLElement} root */
export function render(root) {
  swap(root, h("p", { text: "有事要记" }));
}
