/** 今天记的: everything recorded today. */
import { h, swap } from "../dom.js";

/** @param {HTMLElement} root */
export function render(root) {
  swap(root, h("p", { text: "今天记的" }));
}
