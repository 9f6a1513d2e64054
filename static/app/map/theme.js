/** The colours of the page for the canvas: read from the CSS custom properties, again when the system changes them. */
const NAMES = [
  "surface",
  "surface2",
  "sunk",
  "ink",
  "ink2",
  "ink3",
  "line",
  "line2",
  "ctl",
  "accent",
  "accent-ink",
  "on",
  "ok",
  "v1",
  "v2",
  "v3",
  "v4",
  "v1-opacity",
  "v2-opacity",
  "v3-opacity",
  "v-blend",
  "hatch",
  "land",
  "strip",
  "road",
  "major",
  "casing",
  "road-name",
  "place-name",
  "grid-line",
  "dot",
  "pin-case",
];
const darkQuery = matchMedia("(prefers-color-scheme: dark)");
let printing = false;
let current = null;
const listeners = new Set();

function read() {
  const probe = document.createElement("div");
  if (printing) probe.className = "theme-light";
  document.body.append(probe);
  const style = getComputedStyle(probe);
  const theme = { dark: darkQuery.matches && !printing, font: style.fontFamily };
  for (const name of NAMES) theme[name] = style.getPropertyValue(`--${name}`).trim();
  probe.remove();
  return theme;
}

/** @returns {Record<string, string>} colours by token name, `dark` and `font` */
export function theme() {
  current ??= read();
  return current;
}

/** A colour or number of a manifest's style: the dark one in the dark, else the token. */
export function styled(view, name, fallback) {
  const style = view.manifest.style;
  return (theme().dark && style[`${name}_dark`]) || (!theme().dark && style[name]) || fallback;
}

/** The two colours of a kind of issue in today's theme. */
export function kindColours(kind) {
  const dark = theme().dark;
  return { fill: (dark && kind.color_dark) || kind.color, edge: dark ? null : kind.edge };
}

/** @param {() => void} listener called after the colours changed */
export const onThemeChange = (listener) => listeners.add(listener);

function refresh() {
  current = null;
  listeners.forEach((listener) => listener());
}

/** Paper is always light. */
export function setPrinting(on) {
  printing = on;
  refresh();
}
darkQuery.addEventListener("change", refresh);
