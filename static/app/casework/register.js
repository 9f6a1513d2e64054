/** The street's picture fills the form: the first door tapped is the first number, the second the last. */
const form = document.getElementById("entry-form");
const field = (name) => form.elements.namedItem(name);
let first = null;

const pick = (street, door) => {
  const number = Number(door.dataset.number);
  const again = first && first.street === street && first.side === door.dataset.side;
  const [from, to] = again ? [first.number, number].sort((a, b) => a - b) : [number, number];
  first = again ? null : { street, number, side: door.dataset.side };
  field("street").value = street;
  field("side").value = door.dataset.side;
  field("number_from").value = from;
  field("number_to").value = to;
  mark();
};

const mark = () => {
  const from = Number(field("number_from").value), to = Number(field("number_to").value);
  const side = field("side").value;
  for (const door of document.querySelectorAll(".street-picture .door")) {
    const number = Number(door.dataset.number);
    const on = door.closest("svg").dataset.street === field("street").value && number >= from && number <= to
      && (side === "both" || side === door.dataset.side);
    door.classList.toggle("is-picked", on);
  }
};

for (const svg of document.querySelectorAll(".street-picture svg")) {
  for (const door of svg.querySelectorAll(".door")) {
    door.setAttribute("tabindex", "0");
    door.setAttribute("role", "button");
    door.addEventListener("click", () => pick(svg.dataset.street, door));
    door.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      pick(svg.dataset.street, door);
    });
  }
}
for (const hint of document.querySelectorAll(".pick-hint")) hint.hidden = false;
form.addEventListener("input", () => { first = null; mark(); });
if (field("number_from").value) mark();
document.querySelector(".street-picture .door.is-own")?.scrollIntoView({ block: "nearest", inline: "center" });
