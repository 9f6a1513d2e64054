/** The doors still to go to, in walking order, with a heading where the side changes. */
import { h } from "../dom.js";
import { sign } from "../icons.js";
import { now, officeHour } from "./clock.js";
import { glyph, kindNamed } from "./parts.js";
import { planRow } from "./walk-plan.js";

const CHIPS = { return_visit: "回访", first_visit: "新店", promise: "答应的事" };

/** The reason worth a row: anything before the plain monthly call. */
const mainReason = (door) => door.reasons.find((reason) => reason.code !== "call") ?? door.reasons[0] ?? { code: "call", text: "" };

function chipOf(door, state) {
  if (state?.later_from_hour) return `${state.later_from_hour}点后再来`;
  return CHIPS[mainReason(door).code] ?? (door.cover_for ? `替${door.cover_for}` : null);
}

/** @param {object} door @param {object} day @param {object} [state] @param {boolean} [drafted] @returns {HTMLElement} a row that leads to the door */
export function doorRow(door, day, state, drafted = false) {
  const reason = mainReason(door);
  const kind = reason.kind && kindNamed(day, reason.kind);
  const words = drafted ? "有没记完的" : reason.text;
  const chip = chipOf(door, state);
  return h(
    "li",
    {},
    h(
      "a",
      { class: "next-row", href: `/today/doors/${door.code}` },
      h("b", { class: "next-number", text: door.number ?? door.address }),
      h("span", { class: "next-what" }, h("span", { text: door.name }), words && h("small", {}, kind && !drafted && h("i", { class: "ringed" }, sign(kind, "none", 14)), h("span", { text: words }))),
      chip && h("span", { class: "chip-quiet", text: chip }),
      glyph("right", 22),
    ),
  );
}

/** The doors ahead in groups: rest of this side, the other sides in order, those that come later in the day. */
function groups(day, codes, states, here) {
  const hour = officeHour(now());
  const isLater = (code) => (states[code]?.later_from_hour ?? 0) > hour;
  const later = codes.filter(isLater);
  const ahead = codes.filter((code) => !isLater(code));
  const found = [];
  const mine = day.route.findIndex((side) => side.doors.includes(here));
  for (const code of ahead) {
    const n = day.route.findIndex((side) => side.doors.includes(code));
    const last = found[found.length - 1];
    if (last?.n === n) last.codes.push(code);
    else found.push({ n, codes: [code], title: n === mine ? "这一侧往下" : sideTitle(day.route[n], day.route[mine]) });
  }
  if (later.length) found.push({ n: -2, codes: later, title: "晚点再来" });
  return found;
}

function sideTitle(side, from) {
  if (!side) return "别的门";
  const where = `${side.street} ${side.side_name}`;
  if (side.turn && from && from.street === side.street) return side.turn;
  return side.turn ? `${where}（${side.turn}）` : where;
}

/**
 * @param {object} day @param {string[]} codes still to go to, without the present door @param {object} states per code
 * @param {string | null} here @param {Set<string>} drafts codes with something unfinished
 * @returns {HTMLElement}
 */
export function nextDoors(day, codes, states, here, drafts) {
  const left = codes.length + (here && day.doors[here]?.due && !states[here]?.done ? 1 : 0);
  const parts = groups(day, codes, states, here);
  const count = h("span", { class: "second", text: `今天还有${left}户` });
  return h(
    "section",
    { class: "next", "aria-label": "往下的门" },
    parts.length === 0 && left > 0 && h("div", { class: "next-head" }, h("h3", { text: "最后一户" }), count),
    parts.map((part, i) => [
      h("div", { class: "next-head" }, h("h3", { text: part.title }), i === 0 && count),
      h("ol", { class: "next-rows" }, part.codes.map((code) => doorRow(day.doors[code], day, states[code], drafts.has(code)))),
    ]),
  );
}

/** Whose doors are among these, the patrol of the day. @returns {HTMLElement | null} */
export function dayLines(day) {
  const { patrol, covering = [], away = [] } = day;
  const rows = [
    ...covering.map((one) => h("p", { text: coverWords(one) })),
    ...away.map((one) => h("p", { text: `${one.name}替我走到${one.until ? `${Number(one.until.slice(5, 7))}月${Number(one.until.slice(8, 10))}日` : "另行通知"}` })),
    // One that was handed out stands above the door; this is a draft of one's own.
    patrol && !(day.walks ?? []).length && h("a", { class: "patrol-row", href: patrol.url ?? `/patrol/${patrol.id}` }, glyph("walk"), h("span", { text: `${patrol.shift_name} ${patrol.about} · ${patrol.stops}处` }), glyph("right", 22)),
    planRow(day),
  ].filter(Boolean);
  return rows.length ? h("div", { class: "day-lines" }, rows) : null;
}

function coverWords({ name, until, doors, promises }) {
  const what = `${doors}户${promises ? `，答应的事${promises}` : ""}`;
  return until ? `今天替${name}：${what}` : `${name}的交给我了：${what}`;
}
