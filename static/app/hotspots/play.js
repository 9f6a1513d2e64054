/** The map of a period, stepped without asking the service again: colours are classes, counts stand at the segments. */
const EVERY_MS = 1100;

const board = document.getElementById("play");
if (board) begin(board);

/** @param {HTMLElement} root */
function begin(root) {
  const periods = [...root.querySelectorAll("[data-periods] li")];
  const maps = [...root.querySelectorAll(".period-map")];
  const range = root.querySelector("input[type=range]");
  const play = root.querySelector("[data-play]");
  const last = periods.length - 1;
  let at = Number(range.value);
  let timer = 0;

  const { second, third } = maps[0].dataset;
  const level = (n) => (n === 0 ? 0 : 1 + (n >= Number(second)) + (n >= Number(third)));

  const drawn = maps.flatMap((map) => {
    const plates = new Map([...map.querySelectorAll(".plate")].map((text) => [text.dataset.cell, text]));
    return [...map.querySelectorAll(".seg")].map((shape) => ({
      shape,
      plate: plates.get(shape.dataset.cell),
      counts: shape.dataset.n.split(" ").map(Number),
      hot: [...shape.dataset.hot].map((flag) => flag === "1"),
    }));
  });

  function show(period) {
    at = Math.min(Math.max(period, 0), last);
    for (const { shape, plate, counts, hot } of drawn) {
      shape.setAttribute("class", `seg n${level(counts[at])}${hot[at] ? " hot" : ""}`);
      if (!plate) continue;
      plate.setAttribute("class", hot[at] ? "plate" : "plate off");
      plate.textContent = `${counts[at]}起`;
    }
    const { name, says } = periods[at].dataset;
    root.querySelector("[data-name]").textContent = name;
    root.querySelector("[data-says]").textContent = says;
    root.querySelector("[data-at]").textContent = String(at + 1);
    for (const map of maps) map.setAttribute("aria-label", name);
    range.value = String(at);
    range.setAttribute("aria-valuetext", name);
    for (const link of root.querySelectorAll("[data-step]")) mark(link, at + Number(link.dataset.step));
    const address = new URL(location.href);
    address.searchParams.set("period", String(at));
    history.replaceState(history.state, "", address);
  }

  function mark(link, to) {
    const can = to >= 0 && to <= last;
    if (can) link.removeAttribute("aria-disabled");
    else link.setAttribute("aria-disabled", "true");
    const address = new URL(location.href);
    address.searchParams.set("period", String(to));
    address.hash = "play";
    if (can) link.setAttribute("href", address.pathname + address.search + address.hash);
    else link.removeAttribute("href");
  }

  function stop() {
    window.clearInterval(timer);
    timer = 0;
    play.textContent = "播放";
  }

  // Somebody who asked for the start gets it from the first period; it never starts by itself.
  function start() {
    if (at === last) show(0);
    play.textContent = "停";
    timer = window.setInterval(() => {
      show(at + 1);
      if (at === last) stop();
    }, EVERY_MS);
  }

  function step(by) {
    stop();
    show(at + by);
  }

  play.addEventListener("click", () => (timer ? stop() : start()));
  range.addEventListener("input", () => {
    stop();
    show(Number(range.value));
  });
  root.addEventListener("click", (event) => {
    const link = event.target.closest("[data-step]");
    if (!link) return;
    event.preventDefault();
    step(Number(link.dataset.step));
  });
  root.addEventListener("keydown", (event) => {
    if (event.target === range || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowLeft") step(-1);
    else if (event.key === "ArrowRight") step(1);
    else return;
    event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => document.hidden && stop());

  root.querySelector(".play-range").hidden = false;
  play.hidden = last < 1 || window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}
