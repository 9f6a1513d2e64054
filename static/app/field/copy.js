/** Text onto the clipboard, whatever the browser allows; what cannot be copied is shown selected. */
import { h } from "../dom.js";

/** The old way, for browsers and addresses where the new one is missing or refused. */
function bySelection(box) {
  box.focus();
  box.select();
  box.setSelectionRange(0, box.value.length);
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  }
}

/** @param {string} text @param {HTMLTextAreaElement} box that shows it @returns {Promise<boolean>} whether it is on the clipboard */
export async function copyText(text, box) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return bySelection(box);
  }
}

/**
 * A box with a text and the button that copies it.
 * @param {{title: string, hint: string, text: string, rows?: number, name: string}} what name: of the box, for who cannot see it
 */
export function copyBox({ title, hint, text, rows = 5, name }) {
  const box = h("textarea", { class: "copytext", readonly: true, rows, "aria-label": name });
  box.value = text;
  const said = h("p", { class: "said", role: "status" });
  const press = async () => {
    const copied = await copyText(box.value, box);
    said.textContent = copied ? "已复制，去群里或表格里粘贴。" : "这个浏览器不让程序复制：文字已经全选，请用系统菜单里的“复制”。";
    if (!copied) bySelection(box);
  };
  return h(
    "section",
    { class: "copybox" },
    h("h2", { text: title }),
    h("p", { class: "second", text: hint }),
    box,
    h("button", { type: "button", class: "btn main", onclick: press, text: title }),
    said,
  );
}
