/** 先跳过: why, and whether one comes back later or not today. */
import { h, swap } from "../dom.js";
import { choice, openSheet, part } from "./sheet.js";
import { SKIP_REASONS } from "./walk-progress.js";

/**
 * @param {object} stop @param {(what: {later: boolean, reason: string | null, text: string}) => void} decide
 * @returns {() => void} takes the sheet away
 */
export function askSkip(stop, decide) {
  let reason = null;
  // What has no door is never shut.
  const offered = SKIP_REASONS.filter(([value]) => stop.shop || value !== "closed");
  const said = h("p", { class: "error", role: "alert" });
  const other = h("input", { type: "text", maxlength: "60", "aria-label": "什么原因", placeholder: "什么原因（可不写）" });
  const reasons = h("div", {});
  const done = (later) => {
    if (!later && !reason) {
      said.textContent = "今天不去了，选一个原因，自己以后好记得。";
      return;
    }
    sheet.remove();
    decide({ later, reason, text: reason === "other" ? other.value.trim() : "" });
  };
  const foot = [
    h("button", { type: "button", class: "btn main", text: "等会儿再去", onclick: () => done(true) }),
    h("button", { type: "button", class: "btn", text: "今天不去了", onclick: () => done(false) }),
  ];
  const sheet = openSheet({ title: "先跳过", sub: stop.label, foot, close: () => sheet.remove() });
  sheet.dialog.classList.add("skip-sheet");
  const draw = () => {
    swap(reasons, choice(offered, reason, (value) => {
      reason = value;
      said.textContent = "";
      draw();
    }));
    other.hidden = reason !== "other";
  };
  swap(sheet.body, part("怎么了", null, reasons, other), said);
  draw();
  return () => sheet.remove();
}
