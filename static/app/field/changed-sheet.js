/** 换店/歇业: the sheet for a door that changed. */
import { h, swap } from "../dom.js";

/** @param {HTMLElement} root */
export function render(root) {
  swap(root, h("p", { text: "换店/歇业" }));
}
