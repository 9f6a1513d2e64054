/** The form that plans a shift: steppers, a sieve over the musts, a word while it is worked out. */
import { steppers } from "./stepper.js";

const form = document.querySelector(".shift-form");
steppers(document);

function sift(box) {
  const rows = [...box.querySelectorAll(".due li")];
  const input = box.querySelector(".sift");
  if (!input || rows.length < 8) return;
  input.hidden = false;
  input.addEventListener("input", () => {
    const words = input.value.trim().toLowerCase();
    for (const row of rows) row.hidden = Boolean(words) && !row.textContent.toLowerCase().includes(words) && !row.querySelector(":checked");
  });
  input.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
}

if (form) {
  sift(form);
  const button = form.querySelector('button[type="submit"]');
  const word = button.textContent;
  form.addEventListener("submit", () => {
    button.textContent = form.dataset.busy;
    setTimeout(() => (button.disabled = true));
  });
  // Coming back by the back button finds the form as it was left.
  addEventListener("pageshow", () => {
    button.textContent = word;
    button.disabled = !form.querySelector('[name="workers"]');
  });
}
