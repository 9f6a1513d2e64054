/** A stop moved with the keyboard: taken up with space, up and down change its place, left and right the person, space puts it down. */
import { byId } from "../dom.js";
import { closeMenus } from "./give.js";
import { place, roomIn, routesOf, spotOf } from "./spots.js";

/** @param {import("./edits.js").Edits} edits */
export function carryByKeys(edits) {
  const list = byId("routes");
  /** @type {{row: Element, number: HTMLElement, home: {route: Element, next: Element | null, position: number}} | null} */
  let held = null;

  const where = (row) => {
    const { route, position } = spotOf(row);
    return `${route.dataset.worker}的第${position}站`;
  };

  function take(number) {
    const row = number.closest(".stop");
    closeMenus();
    held = { row, number, home: { ...spotOf(row), next: row.nextElementSibling } };
    row.classList.add("held");
    number.setAttribute("aria-pressed", "true");
    edits.say(`拿起${row.dataset.label}，现在是${where(row)}。上下键换次序，左右键换人，空格放下，Esc取消。`);
  }

  function letGo() {
    held.row.classList.remove("held");
    held.number.removeAttribute("aria-pressed");
    held = null;
  }

  function back() {
    const { row, home } = held;
    if (home.next) home.next.before(row);
    else home.route.querySelector("ol").append(row);
    home.route.open = true;
    edits.say("没有改。");
    held.number.focus();
    letGo();
  }

  function putDown() {
    const { row, home } = held;
    const { route, position } = spotOf(row);
    if (route === home.route && position === home.position) return back();
    letGo();
    edits.move(row.dataset.ref, route.dataset.worker, position);
  }

  function step(key) {
    const { row } = held;
    const { route, position } = spotOf(row);
    if (key === "ArrowUp" || key === "ArrowDown") {
      const to = position + (key === "ArrowUp" ? -1 : 1);
      if (to >= 1 && to <= roomIn(route, row)) place(row, route, to);
    } else {
      const routes = routesOf();
      const other = routes[routes.indexOf(route) + (key === "ArrowLeft" ? -1 : 1)];
      if (other) {
        place(row, other, Math.min(position, roomIn(other, row)));
        other.open = true;
      }
    }
    held.number.focus();
    row.scrollIntoView({ block: "nearest" });
    edits.say(where(row));
  }

  list.addEventListener("keydown", (event) => {
    if (held) {
      if (event.key === " " || event.key === "Enter") putDown();
      else if (event.key === "Escape") back();
      else if (event.key.startsWith("Arrow")) step(event.key);
      else if (event.key === "Tab") return back();
      else return;
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === " " && event.target.matches(".stop .number") && !edits.isBusy) {
      event.preventDefault();
      take(event.target);
    }
  });
  // A button answers to the space key when it comes up.
  list.addEventListener("keyup", (event) => event.key === " " && event.target.matches(".number") && event.preventDefault());
}
