/** The bar above the tabs that says what was just recorded and takes it back. */
import { byId, h, swap } from "../dom.js";
import { glyph } from "./parts.js";
import { undo } from "./queue.js";

const SHOWN_MS = 10000;
const BRIEFLY_MS = 3000;
let timer = 0;

/** The live region stands before anything is said in it, else nobody hears it. @returns {HTMLElement} */
export function undoHost() {
  const host = byId("strip-host");
  host.setAttribute("role", "status");
  return host;
}

function show(shownMs, ...children) {
  const host = undoHost();
  clearTimeout(timer);
  host.classList.add("has-undo");
  swap(host, h("div", { class: "undo" }, glyph("tick"), children));
  timer = setTimeout(hideUndo, shownMs);
}

export function hideUndo() {
  clearTimeout(timer);
  undoHost().classList.remove("has-undo");
  swap(undoHost());
}

/**
 * What was arranged otherwise on this phone alone.
 * @param {string} text @param {() => Promise<void>} takeBack @param {string} [note]
 */
export function showChange(text, takeBack, note) {
  const undoing = async (event) => {
    event.currentTarget.disabled = true;
    await takeBack();
    show(BRIEFLY_MS, h("span", { class: "undo-text", text: `撤销了：${text}` }));
  };
  show(
    SHOWN_MS,
    h("span", { class: "undo-text" }, h("span", { text }), note && h("small", { text: note })),
    h("button", { type: "button", class: "undo-do", onclick: undoing }, h("span", { text: "撤销" })),
  );
}

/**
 * @param {import("./queue.js").Entry} entry
 * @param {{note?: string, undone?: () => void, offer?: {text: string, act: () => Promise<void>}}} [more] note: a second, quiet line; undone: told after it was
 *   taken back; offer: what can be added to the record by one tap
 */
export function showUndo(entry, { note, undone, offer } = {}) {
  const takeBack = async (event) => {
    event.currentTarget.disabled = true;
    try {
      await undo(entry.id);
    } catch (error) {
      return show(SHOWN_MS, h("span", { class: "undo-text", text: error.message }));
    }
    show(BRIEFLY_MS, h("span", { class: "undo-text", text: `撤销了：${entry.label}` }));
    undone?.();
  };
  const add = async (event) => {
    event.currentTarget.disabled = true;
    try {
      await offer.act();
    } catch (error) {
      show(SHOWN_MS, h("span", { class: "undo-text", text: error.message }));
    }
  };
  show(
    SHOWN_MS,
    h("span", { class: "undo-text" }, h("span", { text: entry.label }), note && h("small", { text: note })),
    offer && h("button", { type: "button", class: "undo-do undo-add", onclick: add }, h("span", { text: offer.text })),
    h("button", { type: "button", class: "undo-do", onclick: takeBack }, h("span", { text: "撤销" })),
  );
}
