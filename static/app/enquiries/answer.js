/** One enquiry: an entry or a usual reply goes into the answer's box at a click; its source stays with it. */
import { byId } from "../dom.js";

const box = byId("answer-answer");
const [policy, line, title] = ["policy-id", "source-line", "source-title"].map((id) => document.getElementById(id));

for (const link of document.querySelectorAll("a[data-fill]")) {
  link.addEventListener("click", (event) => {
    if (!box) return;
    event.preventDefault();
    box.value = box.value.trim() && link.dataset.policy === "" ? `${box.value.trim()}\n${link.dataset.fill}` : link.dataset.fill;
    if (link.dataset.policy) {
      policy.value = link.dataset.policy;
      title.textContent = link.dataset.title;
      line.hidden = false;
    }
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
    box.setSelectionRange(0, 0);
    box.scrollTop = 0;
    box.scrollIntoView({ block: "center" });
  });
}
