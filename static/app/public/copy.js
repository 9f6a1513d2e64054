/** Words to type into 随申办, copied with one tap where the browser lets a page copy. */

async function copy(text) {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true;
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  if (!isCopied) throw new Error("not copied");
}

export function copyButtons() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.setAttribute("aria-label", `复制“${button.dataset.copy}”`);
    button.addEventListener("click", () => {
      copy(button.dataset.copy).then(
        () => (button.textContent = "已复制"),
        () => (button.textContent = "请长按左边"),
      );
    });
  }
}
