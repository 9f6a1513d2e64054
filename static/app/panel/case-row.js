/** One case in a list: its sign, where and what, and its clock. */
import { h } from "../dom.js";
import { due, noted } from "../format.js";
import { sign } from "../icons.js";

/** States in which nothing runs any more. */
const OVER = new Set(["closed", "rejected"]);

/** The clock of a case, two lines, right-aligned. */
export function clockWords(item) {
  const { clock, ring } = item;
  if (clock.overdue)
    return h(
      "span",
      { class: "clock" },
      h("b", { class: "late", text: clock.text || "超时" }),
      h("small", { class: "late-due", text: clock.due_at ? due(clock.due_at) : "" }),
    );
  if (OVER.has(item.state)) return h("span", { class: "clock" }, h("span", { text: item.state_name }), h("small", { text: noted(item.reported_at) }));
  if (ring === "follow_up") return h("span", { class: "clock" }, h("span", { text: clock.text || "待回访" }), h("small", { text: "回访" }));
  if (ring === "new")
    return h("span", { class: "clock" }, h("span", { text: clock.text || "新" }), h("small", { text: noted(item.reported_at) }));
  return h(
    "span",
    { class: "clock" },
    h("span", { text: clock.text ?? "" }),
    h("small", { text: clock.due_at && !clock.paused ? due(clock.due_at) : noted(item.reported_at) }),
  );
}

/** One row. @param {object} item @param {Map<string, object>} kinds */
export function caseRow(item, kinds) {
  const second = [kinds.get(item.kind)?.short_name ?? item.kind_name, item.handler || item.state_name].filter(Boolean).join(" · ");
  return h(
    "li",
    { "data-id": item.id },
    h(
      "a",
      { class: "row", href: `/cases/${encodeURIComponent(item.id)}`, "data-lon": item.lon, "data-lat": item.lat },
      sign(kinds.get(item.kind), item.ring, 28),
      h("span", { class: "what" }, h("span", { class: "place", text: item.place || item.number }), h("small", { text: second })),
      clockWords(item),
    ),
  );
}
