/** The legend: verdicts with the word under each step, states, shops. */
import { byId, h, s, swap } from "./dom.js";

const RAMP = [
  ["much", "明显偏多"],
  ["more", "偏多"],
  ["slightly", "略多"],
  ["unsure", "说不准"],
  ["usual", "和平时一样"],
];
/** Said where it is there: less was reported than usual. */
const FEWER = "报得少，不等于没有问题";
const STATES = [
  ["new", "待受理"],
  ["handling", "处理中"],
  ["overdue", "超时"],
  ["follow_up", "待回访"],
];
const SHOPS = [
  ["visited", "商铺 本月走到"],
  ["not_visited", "还没走到"],
];
/** Layers whose signs the parts above explain; of every other layer the legend of its manifest is shown. */
const EXPLAINED = new Set(["hotspots", "issues", "shops", "labels", "outline", "patches", "pavements"]);

const mark = (...parts) => s("svg", { viewBox: "-13 -13 26 26", "aria-hidden": "true" }, ...parts);
/** Parts of the day by which the layer of walked streets can be narrowed. */
const PARTS = [
  ["", "全天"],
  ["morning", "早"],
  ["day", "白天"],
  ["evening", "晚"],
];

const circle = (r, className) => s("circle", { r, class: className });

const SIGNS = {
  new: () => mark(circle(7.5, "solid")),
  handling: () => mark(circle(11, "ring"), circle(7, "solid")),
  overdue: () => mark(circle(11, "ring late"), circle(7, "solid")),
  follow_up: () => mark(circle(7, "hollow")),
  visited: () => mark(circle(4.6, "solid")),
  not_visited: () => mark(circle(4.2, "hollow thin")),
};

const keys = (rows) =>
  h(
    "ul",
    { class: "keys" },
    rows.map(([name, word]) => h("li", {}, SIGNS[name](), word)),
  );

/** @param {import("./map/map-app.js").MapApp} app @param {() => void} onList lists the segments in words */
export function placeLegend(app, onList) {
  const draw = () => {
    const on = (draw_) => app.views.some((view) => view.manifest.draw === draw_ && view.isOn);
    swap(
      byId("legend"),
      on("hotspots") &&
        h(
          "div",
          {},
          h(
            "h2",
            {},
            h(
              "button",
              { type: "button", class: "textbtn inline", "aria-label": "问题分布，逐段列出", title: "逐段列出", onclick: onList },
              "问题分布",
            ),
          ),
          " ",
          h("span", { class: "about", text: weeks(app) }),
          h("span", { class: "about desk", text: " · 每段25米、一侧" }),
          h(
            "ul",
            { class: "ramp" },
            RAMP.map(([name, word]) => h("li", { class: name }, h("i"), word)),
          ),
          fewer(app),
        ),
      on("issues") && keys(STATES),
      on("shops") && keys(SHOPS),
      others(app),
      app.views.filter((view) => view.manifest.draw === "pavements" && view.isOn).map((view) => walked(view, draw)),
    );
    byId("legend").hidden = !byId("legend").firstChild;
    // On a phone the scale and the source stand above the legend.
    byId("map-region").classList.toggle("has-fewer", Boolean(byId("legend").querySelector(".fewer")));
  };
  draw();
  app.addEventListener("switch", draw);
  app.addEventListener("features", (event) => event.detail.manifest.draw === "hotspots" && draw());
}

function fewer(app) {
  const isThere = app.viewOf("hotspots")?.features.some(({ props }) => props.verdict === "fewer");
  return isThere && h("p", { class: "fewer" }, h("i"), FEWER);
}

function others(app) {
  const rows = app.views
    .filter((view) => view.isOn && !EXPLAINED.has(view.manifest.draw))
    .flatMap((view) => view.manifest.legend.map((entry) => ({ ...entry, view })));
  return rows.length
    ? h(
        "ul",
        { class: "keys more" },
        rows.map(({ label, view }) => h("li", {}, swatch(view), label)),
      )
    : null;
}

/** How long ago streets were walked, and which part of the day counts: it belongs to this layer alone. */
function walked(view, onChange) {
  return h(
    "div",
    { class: "walked" },
    h("h2", { text: view.manifest.title }),
    h(
      "ul",
      {},
      view.manifest.legend.map((entry) => h("li", {}, swatch(view, entry.mark), entry.label)),
    ),
    partsOfDay(onChange),
  );
}

function partsOfDay(onChange) {
  const { filters } = window.mapsvc;
  const choose = (part) => {
    filters.set({ part });
    onChange();
    document.querySelector(`.day-parts [data-part="${part}"]`)?.focus();
  };
  return h(
    "div",
    { class: "day-parts", role: "group", "aria-label": "只看一天里的哪一段" },
    PARTS.map(([part, word]) =>
      h("button", {
        type: "button",
        "data-part": part,
        "aria-pressed": String((filters.all.part ?? "") === part),
        text: word,
        onclick: () => choose(part),
      }),
    ),
  );
}

function swatch(view, sign) {
  const { draw, style } = view.manifest;
  if (draw === "pavements")
    return h("i", { class: `swatch paved ${sign}`, style: { "--k": style[sign], "--k-dark": style[`${sign}_dark`] } });
  const colour = { "--k": style.color ?? "var(--ctl)", "--k-dark": style.color_dark ?? style.color ?? "var(--ctl)" };
  if (draw === "streets") return h("i", { class: "swatch dashed" });
  if (draw === "places") return h("i", { class: "swatch box" });
  return h("i", { class: `swatch ${style.ring_px ? "ringed" : draw}`, style: colour });
}

/** "近8周，和这里平时比" */
function weeks(app) {
  const span = app.viewOf("hotspots")?.feed.window || "近期";
  return `${span}，和这里平时比`;
}
