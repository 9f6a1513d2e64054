/** 投屏: arrow keys, space and buttons turn the slides. */
const slides = [...document.querySelectorAll(".slide")];
const [back, on, at] = ["back", "on", "at"].map((id) => document.getElementById(id));
let here = 0;

function show(next) {
  here = Math.max(0, Math.min(slides.length - 1, next));
  slides.forEach((slide, n) => slide.classList.toggle("here", n === here));
  back.disabled = here === 0;
  on.disabled = here === slides.length - 1;
  at.textContent = `${here + 1}/${slides.length}`;
  scrollTo(0, 0);
}

const KEYS = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1, Home: -99, End: 99 };
addEventListener("keydown", (event) => {
  // A focused button takes the space bar for itself.
  if (!(event.key in KEYS) || (event.key === " " && event.target instanceof HTMLButtonElement)) return;
  event.preventDefault();
  show(here + KEYS[event.key]);
});
back.addEventListener("click", () => show(here - 1));
on.addEventListener("click", () => show(here + 1));
if (slides.length) {
  document.body.classList.add("is-turning");
  back.hidden = on.hidden = false;
  show(0);
}
