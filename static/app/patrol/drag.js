/** A stop dragged to somebody else, to another place in a walk, out to what is left out or in from there. */
import { byId, h } from "../dom.js";
import { closeMenus } from "./give.js";

const FAR_PX = 6;
const OPEN_AFTER_MS = 450;
const EDGE_PX = 48;
const STEP_PX = 9;

/** @param {import("./edits.js").Edits} edits @param {MediaQueryList} phone */
export function carryByPointer(edits, phone) {
  const list = byId("routes");
  let drag = null;

  list.addEventListener("pointerdown", (event) => {
    const row = event.target.closest(".stop, #skipped li");
    if (!row || event.button !== 0 || edits.isBusy || event.target.closest(".giving, .more")) return;
    // With a finger the list scrolls; the number is what is taken hold of.
    if (event.pointerType !== "mouse" && !event.target.closest(".number, .grip")) return;
    drag = { row, x: event.clientX, y: event.clientY, id: event.pointerId, isOn: false };
  });
  // Links and what is marked would be dragged by the browser itself.
  list.addEventListener("dragstart", (event) => event.preventDefault());

  addEventListener("pointermove", (event) => {
    if (!drag || event.pointerId !== drag.id) return;
    if (!drag.isOn && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < FAR_PX) return;
    if (!drag.isOn) begin(event);
    follow(event);
  });
  addEventListener("pointerup", (event) => drag && event.pointerId === drag.id && end(true));
  addEventListener("pointercancel", (event) => drag && event.pointerId === drag.id && end(false));
  addEventListener("keydown", (event) => event.key === "Escape" && drag?.isOn && end(false), true);

  function begin() {
    closeMenus();
    getSelection()?.removeAllRanges();
    drag.isOn = true;
    drag.ghost = h("div", { class: "ghost", text: drag.row.dataset.label });
    document.body.append(drag.ghost);
    document.body.classList.add("carrying");
    drag.row.classList.add("held");
    drag.timer = setInterval(scroll, 16);
    edits.say(`拿起${drag.row.dataset.label}`);
  }

  function follow({ clientX, clientY }) {
    Object.assign(drag, { atX: clientX, atY: clientY });
    drag.ghost.style.transform = `translate(${clientX + 12}px, ${clientY + 10}px)`;
    aim(document.elementFromPoint(clientX, clientY));
  }

  /** Near the edge of the list it scrolls on. */
  function scroll() {
    const box = list.getBoundingClientRect();
    const [top, bottom] = phone.matches ? [Math.max(box.top, innerHeight * 0.31 + 108), innerHeight - 60] : [box.top, box.bottom];
    const by = drag.atY < top + EDGE_PX ? -STEP_PX : drag.atY > bottom - EDGE_PX ? STEP_PX : 0;
    if (!by) return;
    if (phone.matches) scrollBy(0, by);
    else list.scrollTop += by;
    aim(document.elementFromPoint(drag.atX, drag.atY));
  }

  /** Where it would go from here. */
  function aim(under) {
    clear();
    drag.to = null;
    const route = under?.closest("details.route");
    if (under?.closest("#skipped")) aimOut();
    else if (route && under.closest("summary")) aimAt(route);
    else if (route) aimBetween(route);
    if (under?.closest("summary")?.parentElement !== drag.over) wait(route && under.closest("summary") ? route : null);
  }

  function aimOut() {
    if (!drag.row.closest("details.route")) return;
    drag.to = { out: true };
    byId("skipped").classList.add("drop");
  }

  function aimAt(route) {
    if (route === drag.row.closest("details.route")) return;
    drag.to = { route };
    route.classList.add("drop");
  }

  function aimBetween(route) {
    const rows = [...route.querySelectorAll(".stop")];
    const next = rows.findIndex((row) => {
      const box = row.getBoundingClientRect();
      return drag.atY < box.top + box.height / 2;
    });
    const at = next < 0 ? rows.length : next;
    const own = rows.indexOf(drag.row);
    if (own >= 0 && (at === own || at === own + 1)) return;
    drag.to = { route, position: own >= 0 && at > own ? at : at + 1 };
    if (next < 0) rows.at(-1)?.classList.add("after");
    else rows[next].classList.add("before");
  }

  /** Held over a closed walk, it opens. */
  function wait(route) {
    clearTimeout(drag.opens);
    drag.over = route;
    if (route && !route.open) drag.opens = setTimeout(() => (route.open = true), OPEN_AFTER_MS);
  }

  function clear() {
    for (const name of ["drop", "before", "after"]) list.querySelectorAll(`.${name}`).forEach((element) => element.classList.remove(name));
  }

  function end(isDone) {
    const { row, to, isOn, ghost, timer, opens } = drag;
    drag = null;
    if (!isOn) return;
    clearInterval(timer);
    clearTimeout(opens);
    clear();
    ghost.remove();
    row.classList.remove("held");
    document.body.classList.remove("carrying");
    addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, true));
    if (!isDone || !to) return edits.say("没有改。");
    if (to.out) edits.act(row.dataset.ref, "leave_out");
    else edits.move(row.dataset.ref, to.route.dataset.worker, to.position);
  }
}

/** The click that ends a drag opens nothing. */
function swallow(event) {
  event.preventDefault();
  event.stopPropagation();
}
