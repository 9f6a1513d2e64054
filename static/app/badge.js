/** How many cases are past their time, beside the word 案件, on pages that show no numbers of their own. */
import { getJson } from "./api.js";

getJson("/api/v1/summary")
  .then(({ overdue }) => {
    for (const badge of document.querySelectorAll("[data-overdue]")) {
      badge.hidden = !overdue.value;
      badge.textContent = overdue.value;
      badge.setAttribute("aria-label", `${overdue.value}件超时`);
    }
  })
  .catch(() => {});
