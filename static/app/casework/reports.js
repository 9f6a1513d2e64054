/** A report in the browser: boxes as high as their sentences, the five lines onto the clipboard, nothing typed lost unasked. */
import { copyText } from "../field/copy.js";

for (const box of document.querySelectorAll("textarea[data-grow]")) {
  const grow = () => {
    box.rows = 1;
    const line = parseFloat(getComputedStyle(box).lineHeight) || 22;
    box.rows = Math.max(1, Math.ceil((box.scrollHeight - 18) / line));
  };
  box.addEventListener("input", grow);
  grow();
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const copied = await copyText(document.getElementById(button.dataset.copy).value, document.getElementById(button.dataset.copy));
    document.getElementById("copied").textContent = copied
      ? "已复制，去群里粘贴。"
      : "这个浏览器不让程序复制：文字已经全选，请用系统菜单里的“复制”。";
  });
}

const form = document.querySelector("form.draft");
if (form) {
  let typed = false;
  form.addEventListener("input", () => (typed = true));
  form.addEventListener("submit", () => (typed = false));
  addEventListener("beforeunload", (event) => {
    if (typed) event.preventDefault();
  });
}
