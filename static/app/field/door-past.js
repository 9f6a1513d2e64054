/** What was at a door before: what is still open, then the last entries of its history. */
import { h } from "../dom.js";
import { day as dayWords } from "../format.js";
import { sign } from "../icons.js";
import { now } from "./clock.js";
import { kindNamed } from "./parts.js";

/** The tenancy before last has gone with its people: what the office sends is what may be shown. */
const entry = ({ at, title, detail }) =>
  h("li", {}, h("time", { datetime: at, text: dayWords(at, now()) }), h("div", {}, h("span", { text: title }), detail && h("small", { text: detail })));

const open = (issue, day) => {
  const kind = kindNamed(day, issue.kind);
  return h("li", {}, h("span", { class: "past-open" }, kind && sign(kind, "none", 18), "在办"), h("div", {}, h("span", { text: issue.kind_name }), issue.text && h("small", { text: issue.text })));
};

/** @param {object} door @param {object} day @param {() => void} close @returns {HTMLElement} */
export function doorPast(door, day, close) {
  return h(
    "section",
    { class: "past", "aria-label": "这户以前的事" },
    h("div", { class: "next-head" }, h("h3", { text: "这户以前的事" }), h("button", { type: "button", class: "textbtn", text: "收起", onclick: close })),
    h("ol", {}, door.open_issues.map((issue) => open(issue, day)), door.history.map(entry)),
  );
}
