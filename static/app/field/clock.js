/** The office's time on a phone whose own clock may be wrong. */

const ZONE_MS = 8 * 3600 * 1000;
/** Less than this is how long answers take and how clocks wander. */
const TOLERATED_MS = 60 * 1000;
const LONGEST_ASK_MS = 10 * 1000;
let skewMs = 0;
let known = false;

/** @returns {number} milliseconds since 1970 by the office's clock, as far as it is known */
export const now = () => Date.now() + correction();

/** @returns {number} what is added to the phone's clock: 0 within a minute */
export const correction = () => (Math.abs(skewMs) > TOLERATED_MS ? skewMs : 0);

/** @returns {boolean} whether an answer of the office has been seen */
export const isKnown = () => known;

/** @returns {number} minutes the phone is behind the office (negative: ahead), 0 within one */
export const skewMin = () => Math.round(correction() / 60000);

/**
 * Learn from an answer.
 * @param {string | null} date the header Date @param {number} askedAt @param {number} answeredAt by the phone's clock, ms
 * @returns {boolean} whether the correction changed
 */
export function learn(date, askedAt, answeredAt) {
  const said = Date.parse(date ?? "");
  const took = answeredAt - askedAt;
  if (Number.isNaN(said) || took < 0 || took > LONGEST_ASK_MS) return false;
  const before = correction();
  // The header has whole seconds: half a second on the mean.
  skewMs = said + 500 - (askedAt + answeredAt) / 2;
  known = true;
  return correction() !== before;
}

/** Take over what was learned before this page. @param {number} ms */
export function recall(ms) {
  if (known || typeof ms !== "number") return;
  skewMs = ms;
  known = true;
}

/** @param {number} ms @returns {string} as in 2026-11-23T09:05:07+08:00: whole seconds, the office's zone */
export const iso = (ms) => `${new Date(Math.floor(ms / 1000) * 1000 + ZONE_MS).toISOString().slice(0, 19)}+08:00`;

/** @param {number} ms @returns {string} the office's day, 2026-11-23 */
export const officeDay = (ms) => new Date(ms + ZONE_MS).toISOString().slice(0, 10);

/** @param {number} ms @returns {number} hour of the office's day, with its fraction: 13.5 */
export const officeHour = (ms) => ((ms + ZONE_MS) % 86400000) / 3600000;
