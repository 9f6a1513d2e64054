/** The doors of a campaign: a tap on the map ticks the list, a tick in the list fills the dot. Without this the dot leads to the row. */
const map = document.querySelector(".doors-dots");
const said = document.getElementById("doors-said");
const boxes = new Map([...document.querySelectorAll('input[name="door"]')].map((box) => [box.value, box]));
const dotOf = (code) => map?.querySelector(`[data-door="${CSS.escape(code)}"]`);
const first = new Map([...boxes].map(([code, box]) => [code, box.checked]));

function shown(box) {
  dotOf(box.value)?.classList.toggle("is-in", box.checked);
  const changed = [...boxes].filter(([code, one]) => one.checked !== first.get(code)).length;
  said.textContent = changed ? `改了${changed}户，还没存` : "";
}

for (const box of boxes.values()) {
  box.addEventListener("change", () => shown(box));
  // Gone back to, the browser keeps the ticks: the dots follow.
  if (box.checked !== dotOf(box.value)?.classList.contains("is-in")) shown(box);
}
map?.addEventListener("click", (event) => {
  const dot = event.target.closest("[data-door]");
  const box = dot && boxes.get(dot.dataset.door);
  if (!box) return;
  event.preventDefault();
  box.checked = !box.checked;
  shown(box);
});
addEventListener("beforeunload", (event) => {
  if (said.textContent && !document.body.dataset.sending) event.preventDefault();
});
document.addEventListener("submit", () => (document.body.dataset.sending = "1"));
