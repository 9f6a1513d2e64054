/** Short messages at the bottom: five seconds, ten with something to undo; errors stay until closed. */
import { byId, h } from "./dom.js";

/** @param {string} text @param {{undo?: () => void, error?: boolean}} [options] */
export function toast(text, { undo, error } = {}) {
  const close = () => bar.remove();
  const bar = h(
    "div",
    { class: "toast", role: error ? "alert" : null },
    h("span", { text }),
    undo &&
      h("button", {
        type: "button",
        text: "撤销",
        onclick: () => {
          close();
          undo();
        },
      }),
    error && h("button", { type: "button", text: "知道了", onclick: close }),
  );
  byId("toasts").append(bar);
  if (!error) setTimeout(close, undo ? 10000 : 5000);
}
