/** The menu of a stop: give it to somebody, one place up or down, put it to this person, leave it out. */
import { byId, h } from "../dom.js";

/** @param {import("./edits.js").Edits} edits */
export function openMenus(edits) {
  byId("routes").addEventListener("click", (event) => {
    const link = event.target.closest("[data-more]");
    if (!link || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    const wasOpen = link.getAttribute("aria-expanded") === "true";
    closeMenus();
    if (!wasOpen && !edits.isBusy) open(link);
  });
  addEventListener("keydown", (event) => {
    const menu = document.querySelector(".giving");
    if (event.key !== "Escape" || !menu) return;
    const link = menu.closest("[data-ref]").querySelector("[data-more]");
    closeMenus();
    link.focus();
  });
}

export function closeMenus() {
  document.querySelectorAll(".giving").forEach((menu) => menu.remove());
  document.querySelectorAll('[data-more][aria-expanded="true"]').forEach((link) => link.setAttribute("aria-expanded", "false"));
}

function open(link) {
  // The link names its stop too.
  const row = link.parentElement.closest("[data-ref]");
  const route = row.closest("details.route");
  const menu = byId(route ? "give-stop" : "give-skipped").content.cloneNode(true);
  const form = menu.querySelector("form");
  form.elements.ref.value = row.dataset.ref;
  if (route) fill(menu, row, route);
  row.append(h("div", { class: "giving" }, form));
  link.setAttribute("aria-expanded", "true");
  row.querySelector(".giving button").focus({ preventScroll: true });
  row.querySelector(".giving").scrollIntoView({ block: "nearest" });
}

function fill(menu, row, route) {
  const button = (value) => menu.querySelector(`button[value="${CSS.escape(value)}"]`);
  const { worker } = route.dataset;
  button(`move ${worker}`)?.remove();
  menu.querySelector("fieldset:not(:has(button))")?.remove();
  const order = Number(row.dataset.order);
  const count = route.querySelectorAll(".stop").length;
  const [up, down, lock] = [button("to 1"), button("to 3"), button("lock")];
  if (order > 1) up.value = `to ${order - 1}`;
  else up.remove();
  if (order < count) down.value = `to ${order + 1}`;
  else down.remove();
  const isLocked = row.dataset.locked !== undefined;
  lock.value = isLocked ? "unlock" : "lock";
  lock.textContent = isLocked ? `不再定给${worker}` : `定给${worker}`;
}
