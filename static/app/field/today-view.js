/** 今日: the worker's day at the door. */
import { h, swap } from "../dom.js";

/** @param {HTMLElement} root */
export function render(root) {
  swap(root, h("p", { text: "今日" }));
}
