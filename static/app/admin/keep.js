/** Forms that were sent after the session had ended: filled in again when one comes back from signing in. */
import { forget, keep, kept } from "../draft.js";

const key = (form) => `form:${location.pathname}:${form.getAttribute("action")}`;
const fields = (form) =>
  [...form.elements].filter((field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type));
const isChoice = (field) => field.type === "checkbox" || field.type === "radio";
const cameBack = document.referrer.startsWith(`${location.origin}/sign-in`);

for (const form of document.querySelectorAll('form[method="post"]')) {
  const values = kept(key(form));
  forget(key(form));
  if (values && cameBack) {
    fields(form).forEach((field, i) => {
      if (values[i]?.[0] !== field.name) return;
      if (isChoice(field)) field.checked = values[i][1];
      else field.value = values[i][1];
    });
  }
  form.addEventListener("submit", () =>
    keep(
      key(form),
      fields(form).map((field) => [field.name, isChoice(field) ? field.checked : field.value]),
    ),
  );
}
