/** 诱因 on the time brush: a small mark over the weeks in which something happened around, with its words. */
import { getJson } from "./api.js";
import { s } from "./dom.js";
import { addDays } from "./format.js";

const WORD_PX = 13;
const GAP_PX = 14;
const LINE_Y = 3;
const TEXT_Y = 15;

/** What happened since a day, the latest first; nothing where it cannot be told: the brush does without. @param {string} since */
export async function contextSince(since) {
  try {
    const answer = await getJson(`/api/v1/context-events?since=${since}`);
    return answer.items.map((one) => ({ text: one.text, words: one.words, from: one.from.slice(0, 10), until: one.until?.slice(0, 10) }));
  } catch {
    return [];
  }
}

/** @param {{text: string, words: string, from: string, until?: string}[]} events @param {{start: string}[]} weeks @param {number} step width of a week in pixels */
export function contextMarks(events, weeks, step) {
  const width = weeks.length * step;
  const week = (day) => weeks.findLastIndex((one) => one.start <= day);
  const taken = [];
  return events.flatMap((event) => {
    if (event.from > addDays(weeks.at(-1).start, 6)) return [];
    const from = Math.max(0, week(event.from)) * step;
    const to = (event.until ? Math.max(0, week(event.until)) + 1 : weeks.length) * step;
    const long = event.text.length * WORD_PX;
    const at = Math.max(0, Math.min(from, width - long));
    const free = taken.every(([left, right]) => at + long + GAP_PX < left || at > right + GAP_PX);
    if (free) taken.push([at, at + long]);
    return [
      s(
        "g",
        { class: "happened" },
        s("title", { text: event.words }),
        s("line", { x1: from + 1, x2: Math.max(from + 6, to - 1), y1: LINE_Y, y2: LINE_Y }),
        s("circle", { cx: from + 3, cy: LINE_Y, r: 3 }),
        free && s("text", { x: at, y: TEXT_Y, text: event.text }),
      ),
    ];
  });
}
