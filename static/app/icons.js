/** Line icons on a 24 px square, and the signs of the kinds of issue. */
import { s } from "./dom.js";
import { outline } from "./map/shapes.js";

const PATHS = {
  back: "M14.5 5 8 12l6.5 7",
  close: "M6 6l12 12M18 6 6 18",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  locate: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.5V8M12 16v5.5M2.5 12H8M16 12h5.500",
  layers: "M12 4 3 9l9 5 9-5zM4.500 12.500 3 13.500l9 5 9-5-1.500-1",
  down: "M6 9.500l6 6 6-6",
  filter: "M4 7h16M7 12h10M10 17h4",
  tick: "M5 12.500l4.500 4.500L19 7.500",
  bell: "M6 16.500V11a6 6 0 0 1 12 0v5.500l1.500 1.500h-15zM10.500 20.500h3",
  people:
    "M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3 19c.4-3.300 2.600-5 6-5s5.600 1.700 6 5M16 5.300a3 3 0 0 1 0 5.500M17.500 14.300c2 .6 3.200 2.200 3.500 4.700",
  sheet: "M6 3.500h8l4 4V20.500H6zM14 3.500v4h4M9 12h6M9 16h6",
  pen: "M5 19l1-4L16.500 4.500l3 3L9 18z",
  question: "M9.300 9.300a2.700 2.700 0 1 1 4 2.400c-.9.5-1.300 1-1.300 2M12 16.800v.1",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4.500l3 1.800",
  door: "M7 3.500h10v17H7zM14 12v.1M4 20.500h16",
  send: "M4 12l16-7-5 15-3.500-6z",
  phone:
    "M6 3.500h3.500l1.500 4-2 1.500c1 2.500 3 4.500 5.500 5.500l1.500-2 4 1.500V18c0 1.500-1 2.500-2.500 2.500C10.500 20 4 13.500 3.500 6 3.500 4.500 4.500 3.500 6 3.500z",
  flag: "M6 21V4h11l-2 4 2 4H6",
  swap: "M4 8h14l-3.500-3.500M20 16H6l3.500 3.500",
};

/** @param {keyof PATHS} name @returns {SVGElement} */
export const icon = (name) => s("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, s("path", { d: PATHS[name] }));

/** A kind's shape with the ring of a state, in the colours of the theme. @param {object | undefined} kind @param {string} [ring] */
export function sign(kind, ring = "none", size = 24) {
  const known = kind ?? { shape: "circle", color: "#6c685f", color_dark: "#a09c93" };
  const ringed = ring === "handling" || ring === "overdue";
  const scale = ringed ? 7.6 : ring === "none" ? 8 : 8.6;
  const style = { "--k": known.color, "--k-dark": known.color_dark ?? known.color, "--k-edge": known.edge ?? "none" };
  return s(
    "svg",
    {
      class: `sign ${ring}`,
      viewBox: ring === "none" ? "-10 -10 20 20" : "-14 -14 28 28",
      width: size,
      height: size,
      style,
      "aria-hidden": "true",
    },
    ringed && s("circle", { class: "ring", r: ring === "overdue" ? 12.4 : 12.8 }),
    s("path", { class: "shape", d: outline(known.shape), transform: `scale(${ring === "follow_up" ? scale * 0.86 : scale})` }),
  );
}
