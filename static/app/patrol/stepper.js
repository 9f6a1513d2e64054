/** Minus and plus beside a number field; without scripts the field alone does. */

/** @param {ParentNode} root */
export function steppers(root) {
  for (const box of root.querySelectorAll(".stepper")) {
    const input = box.querySelector("input");
    const step = Number(box.dataset.step) || 1;
    box.classList.add("on");
    for (const button of box.querySelectorAll("button")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        const by = Number(button.dataset.by) * step;
        const wanted = (Number(input.value) || 0) + by;
        input.value = String(Math.min(Number(input.max) || wanted, Math.max(Number(input.min) || 0, wanted)));
        input.dispatchEvent(new Event("change", { bubbles: true }));
      });
    }
  }
}
