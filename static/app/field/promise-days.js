/** The days one promises for: today, tomorrow, Friday. */
import { addDays } from "../format.js";
import { weekday } from "./parts.js";

const FRIDAY = 5;

/**
 * Friday is the next one; where that could be misheard (on a Friday or Saturday) its date stands beside it, and on a Thursday
 * tomorrow is Friday already: then it is the one of next week.
 * @param {string} first today, 2026-11-23 @returns {[string, string][]} date and word
 */
export function daysToOffer(first) {
  const tomorrow = addDays(first, 1);
  const ahead = (FRIDAY - weekday(first) + 7) % 7 || 7;
  const friday = addDays(first, ahead);
  const word = weekday(first) >= FRIDAY ? `周五 ${Number(friday.slice(5, 7))}/${Number(friday.slice(8))}` : "周五";
  return [[first, "今天"], [tomorrow, "明天"], friday === tomorrow ? [addDays(friday, 7), "下周五"] : [friday, word]];
}
