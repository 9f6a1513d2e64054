/** The phone's bottom sheet: three heights, by dragging its head, tapping the grip or with the arrow keys. */
import { byId } from "./dom.js";

const HEIGHTS = ["low", "half", "full"];
const phone = matchMedia("(max-width: 760px)");
const TAP_PX = 6;

export class Sheet {
  /** @param {() => void} onChange called when the height has changed */
  constructor(onChange) {
    this.panel = byId("panel");
    this.onChange = onChange;
    this.set("low");
    this.#drag(byId("grip"));
    this.#drag(byId("sheet-head"));
    byId("grip").addEventListener("keydown", (event) => {
      const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (step) this.set(HEIGHTS[Math.max(0, Math.min(2, HEIGHTS.indexOf(this.height) + step))]);
    });
    byId("grip").addEventListener(
      "click",
      () => !this.dragged && this.set(this.height === "low" ? "half" : this.height === "half" ? "full" : "low"),
    );
    phone.addEventListener("change", () => this.onChange());
  }

  get isPhone() {
    return phone.matches;
  }

  /** @param {"low" | "half" | "full"} height */
  set(height) {
    this.height = height;
    document.body.dataset.sheet = height;
    this.panel.style.removeProperty("height");
    this.onChange();
  }

  /** At least this high. */
  raise(height) {
    if (HEIGHTS.indexOf(height) > HEIGHTS.indexOf(this.height)) this.set(height);
  }

  #drag(handle) {
    handle.addEventListener("pointerdown", (down) => {
      if (!this.isPhone || (down.target !== handle && down.target.closest("button, a, input, select") && handle.id !== "grip")) return;
      const start = this.panel.offsetHeight;
      this.dragged = false;
      const move = (event) => {
        const dy = down.clientY - event.clientY;
        if (Math.abs(dy) > TAP_PX) this.dragged = true;
        if (!this.dragged) return;
        this.panel.classList.add("dragging");
        this.panel.style.height = `${Math.max(90, start + dy)}px`;
      };
      const end = () => {
        removeEventListener("pointermove", move);
        removeEventListener("pointerup", end);
        removeEventListener("pointercancel", end);
        this.panel.classList.remove("dragging");
        if (this.dragged) this.#snap();
        setTimeout(() => (this.dragged = false));
      };
      addEventListener("pointermove", move);
      addEventListener("pointerup", end);
      addEventListener("pointercancel", end);
    });
  }

  #snap() {
    const height = this.panel.offsetHeight;
    const room = innerHeight - 60;
    const marks = { low: 124, half: room * 0.5, full: room - 76 };
    this.set(HEIGHTS.reduce((best, name) => (Math.abs(marks[name] - height) < Math.abs(marks[best] - height) ? name : best)));
  }
}
