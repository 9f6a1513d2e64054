/** The head of a view beside the doors: an arrow back and its name. */
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { back } from "./router.js";

/** @param {string} title @param {string} [where] the view that the arrow leads to when one came from outside @param {Node} [more] at the right */
export const pageHead = (title, where = "/today", more = null) =>
  h(
    "header",
    { class: "sub-head" },
    h("button", { type: "button", class: "iconbtn", "aria-label": "返回", onclick: () => back(where) }, icon("back")),
    h("h1", { text: title }),
    more,
  );

/** What a view says as long as nothing was taken along. @param {string} what that would be here */
export const notTaken = (what) =>
  h("div", { class: "empty" }, h("p", { text: `手机上还没有今天的内容，${what}。` }), h("a", { class: "btn main", href: "/today/taken", text: "带走今天" }));
