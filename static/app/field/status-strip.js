/** The strip under the head: what is on the phone and what waits to be sent. */
import { h } from "../dom.js";

/** @returns {{element: HTMLElement, stop: () => void}} */
export function statusStrip() {
  return { element: h("div", { class: "status" }), stop: () => undefined };
}
