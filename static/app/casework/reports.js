/** A report in the browser: boxes as high as their sentences, nothing typed lost unasked. */
import "./copy-button.js";

for (const box of document.querySelectorAll("textarea[data-grow]")) {
  const grow = () => {
    box.rows = 1;
    const line = parseFloat(getComputedStyle(box).lineHeight) || 22;
    box.rows = Math.max(1, Math.round((box.scrollHeight - 18) / line));
  };
  box.addEventListener("input", grow);
  grow();
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
