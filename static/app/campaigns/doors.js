/** The doors of a campaign: a tap on the map ticks the list, a tick in the list fills the dot. Without this the dot leads to the row. */
const map = document.querySelector(".doors-dots");
const said = document.getElementById("doors-said");
const boxes = new Map([...document.querySelectorAll('input[name="door"]')].map((box) => [box.value, box]));
const dotOf = (code) => map?.querySelector(`[data-door="${CSS.escape(code)}"]`);
const first = new Map([...boxes].map(([code, box]) => [code, box.checked]));

function shown(box) {
  dotOf(box.value)?.classList.toggle("is-in", box.checked);
  const changed = [...boxes].filter(([code, one]) => one.checked !== first.get(code)).length;
  said.parentElement.classList.toggle("is-changed", changed > 0);
  said.textContent = changed ? `改了${changed}户，还没存` : "";
}

for (const box of boxes.values()) {
  box.addEventListener("change", () => shown(box));
  // Gone back to, the browser keeps the ticks: the dots follow.
  if (box.checked !== dotOf(box.value)?.classList.contains("is-in")) shown(box);
}
map?.addEventListener("click", (event) => {
  const dot = event.target.closest("[data-door], [data-reach]");
  const box = dot && boxes.get(dot.dataset.door ?? dot.dataset.reach);
  if (!box) return;
  event.preventDefault();
  box.checked = !box.checked;
  shown(box);
});
addEventListener("beforeunload", (event) => {
  if (said?.textContent && !document.body.dataset.sending) event.preventDefault();
});
document.addEventListener("submit", () => (document.body.dataset.sending = "1"));
// The map is larger than its frame: it opens where most of the doors are.
const frame = document.querySelector(".doors-frame");
const spots = [...(map?.querySelectorAll(".is-in .mark, .is-told .mark") ?? [])].map((mark) => [mark.cx.baseVal.value, mark.cy.baseVal.value]);
if (frame && spots.length) {
  const middle = (axis, room) => spots.reduce((sum, spot) => sum + spot[axis], 0) / spots.length - room / 2;
  frame.scrollTo(middle(0, frame.clientWidth), middle(1, frame.clientHeight));
}
