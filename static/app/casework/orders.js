// Copies the text to pass on; without a clipboard the button stays hidden and the text can be marked.
import { toast } from "../toast.js";

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    toast("复制好了，去粘贴给对方");
  });
}
