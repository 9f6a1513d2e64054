/** A sheet over the day: title, a body that scrolls, one button at its foot. ✕, Esc and the back button close it. */
import { h } from "../dom.js";
import { glyph } from "./parts.js";

/**
 * @param {{title: string, sub: string, foot: HTMLElement[], close: () => void}} about close: asked to go away by ✕ or Esc
 * @returns {{dialog: HTMLDialogElement, body: HTMLElement, remove: () => void}}
 */
export function openSheet({ title, sub, foot, close }) {
  const body = h("div", { class: "sheet-body" });
  const dialog = h(
    "dialog",
    { class: "sheet", "aria-labelledby": "sheet-title" },
    h("i", { class: "sheet-grip", "aria-hidden": "true" }),
    h(
      "header",
      { class: "sheet-head" },
      h("div", {}, h("h2", { id: "sheet-title", tabindex: "-1", text: title }), h("p", { text: sub })),
      h("button", { type: "button", class: "iconbtn", "aria-label": "关上，写的留着", onclick: close }, glyph("close", 24)),
    ),
    body,
    h("footer", { class: "sheet-foot" }, foot),
  );
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && event.offsetY < 0 && close());
  document.body.append(dialog);
  dialog.showModal();
  return { dialog, body, remove: () => dialog.remove() };
}

/** A part of a sheet under its own heading. */
export const part = (title, aside, ...children) => headed("h3", title, aside, children);

/** The same in a page, below its one heading of the first order. */
export const pagePart = (title, aside, ...children) => headed("h2", title, aside, children);

const headed = (level, title, aside, children) =>
  h("section", { class: "part", "aria-label": title }, h("div", { class: "part-head" }, h(level, { text: title }), aside), children);

/**
 * Buttons of which one may be chosen; a second tap takes the choice back.
 * @param {[string, string][]} choices value and word @param {string | null} chosen @param {(value: string | null) => void} choose
 * @param {{className?: string, disabled?: boolean}} [look]
 */
export function choice(choices, chosen, choose, { className = "chips", disabled = false } = {}) {
  const one = ([value, word]) =>
    h("button", {
      type: "button",
      class: word.length > 4 ? "pick long" : "pick",
      "aria-pressed": String(value === chosen),
      disabled,
      text: word,
      onclick: () => choose(value === chosen ? null : value),
    });
  return h("div", { class: className, role: "group" }, choices.map(one));
}
