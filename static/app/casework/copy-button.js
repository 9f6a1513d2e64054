/** Buttons that copy the text of the box they name (data-copy); hidden where there are no scripts. */
import { copyText } from "../field/copy.js";

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const box = document.getElementById(button.dataset.copy);
    const copied = await copyText(box.value, box);
    document.getElementById("copied").textContent = copied
      ? "已复制，去粘贴就行。"
      : "这个浏览器不让程序复制：文字已经全选，请用系统菜单里的“复制”。";
  });
}
