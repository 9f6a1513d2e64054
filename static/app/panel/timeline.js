/** What happened at a door: date left, node, text right, newest first; the thread takes a kind's colour while entries belong to one case. */
import { h } from "../dom.js";
import { before, clock, day, month, nearDay } from "../format.js";
import { icon, sign } from "../icons.js";
import { shots } from "./shots.js";

const ICONS = {
  visit: "tick",
  need: "question",
  promise: "pen",
  response: "bell",
  council: "people",
  agreement: "sheet",
  case_step: "flag",
  order: "send",
  ticket: "phone",
  enquiry: "question",
  campaign: "send",
  tenancy: "door",
  correction: "pen",
  playbook: "sheet",
};
const GOOD = new Set(["satisfied", "kept", "follow_up_satisfied"]);
const WORDS = { satisfied: "说满意", unsatisfied: "说不满意", neutral: "说一般", kept: "已兑现", closed: null, met: null };

function node(entry, kinds) {
  const kind = kinds.get(entry.kind);
  if (entry.type === "issue" && kind) return h("span", { class: "node kind-node" }, sign(kind, "none", 22));
  const mark = GOOD.has(entry.state) ? "good" : entry.type === "response" ? "red" : "";
  return h("span", { class: `node ${mark}` }, icon(ICONS[entry.type] ?? "flag"));
}

/** One line of the history. */
function line(entry, kinds, next) {
  const kind = kinds.get(entry.kind);
  const threaded = entry.case && next?.case === entry.case && kind;
  const word = entry.type === "visit" ? WORDS[entry.state] : null;
  const link = entry.case ? `/cases/${encodeURIComponent(entry.case)}` : null;
  return h(
    "li",
    {
      class: `event${entry.former ? " former" : ""}${threaded ? " threaded" : ""}`,
      style: threaded ? { "--k": kind.color, "--k-dark": kind.color_dark } : null,
    },
    h("time", { datetime: entry.at }, h("span", { text: day(entry.at) }), h("small", { text: clock(entry.at) })),
    node(entry, kinds),
    h(
      "div",
      { class: "words" },
      h(
        "p",
        { class: "title" },
        link ? h("a", { href: link, text: entry.title }) : h("b", { text: entry.title }),
        word && h("span", { class: GOOD.has(entry.state) ? "good" : "second", text: word }),
      ),
      entry.detail && h("p", { class: "detail", text: entry.detail }),
      entry.actor && h("p", { class: "actor", text: entry.actor }),
      shots(entry.photos),
    ),
  );
}

/** The dashed rule where the shop changed hands. */
const handover = (entry) => h("li", { class: "handover" }, h("span", { text: `${month(entry.at)}前 上一家店` }));

/** @param {object[]} items newest first @param {Map<string, object>} kinds */
export function timeline(items, kinds) {
  const out = [];
  items.forEach((entry, i) => {
    if (entry.former && !items[i - 1]?.former && i) out.push(handover(items[i - 1]));
    out.push(line(entry, kinds, items[i + 1]));
  });
  return out;
}

/** What is not done yet: on top, with its deadline on the right. */
export function openThings(items, kinds) {
  return items.map((entry) => {
    const kind = kinds.get(entry.kind);
    const head = kind
      ? sign(kind, entry.state === "overdue" ? "overdue" : "handling", 28)
      : h("span", { class: "node" }, icon(ICONS[entry.type] ?? "question"));
    const text = h("span", { class: "what" }, h("span", { class: "place", text: entry.title }), h("small", { text: entry.detail }));
    const late = entry.state === "overdue" || (entry.due_at && Date.parse(entry.due_at) < Date.now());
    const right = h(
      "span",
      { class: "clock" },
      entry.due_at && h("span", { class: late ? "late" : null, text: late ? `${nearDay(entry.due_at)}到期` : before(entry.due_at) }),
      h("small", { text: entry.actor ?? "" }),
    );
    const row = [head, text, right];
    return h(
      "li",
      {},
      entry.case ? h("a", { class: "row", href: `/cases/${encodeURIComponent(entry.case)}` }, row) : h("div", { class: "row" }, row),
    );
  });
}
