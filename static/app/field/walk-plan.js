/** 给我排一条: a walk of one's own, planned by the office while there is a network, and taken along at once. */
import { h } from "../dom.js";
import { ask } from "./ask.js";
import { now, officeDay, officeHour } from "./clock.js";
import { refresh } from "./day.js";
import { go } from "./router.js";
import { status } from "./sender.js";
import { askSession, knownSession } from "./session.js";

/** Until when each shift is worth beginning: an hour into it. */
const SHIFTS = [
  ["morning", 8],
  ["day", 10.5],
  ["evening", 21],
];
const MINUTES = 120;
const LONGEST_MS = 90 * 1000;
const NO_WAY = "没连上办公室，没有排成。到有网的地方再点一次。";

const nextShift = () => SHIFTS.find(([, until]) => officeHour(now()) < until)?.[0] ?? null;

/** @param {object} day @returns {boolean} */
export const canPlan = (day) => Boolean(day.person?.may?.includes("plan_patrol")) && !(day.walks ?? []).length && day.date === officeDay(now()) && nextShift() !== null;

async function done(asking) {
  const answer = await asking;
  if (answer.kind === "done") return answer.body;
  throw new Error(answer.reason ?? (answer.kind === "sign_in" ? "登录过期了，请先登录。" : NO_WAY));
}

async function planOwn(day) {
  const session = (await knownSession()) ?? (await askSession()).session;
  if (!session) throw new Error(NO_WAY);
  const { csrf } = session;
  const json = { date: day.date, shift: nextShift(), workers: [day.person.name], minutes: MINUTES };
  const plan = await done(ask("POST", "/api/v1/plans", { csrf, json, longest_ms: LONGEST_MS }));
  if (!plan.routes.some(({ stops }) => stops.length)) throw new Error("眼下没有要走的，不用排。");
  await done(ask("POST", `/api/v1/plans/${encodeURIComponent(plan.id)}/publish`, { csrf, json: {} }));
  await refresh({ force: true });
}

/** @param {object} day @returns {HTMLElement | null} */
export function planRow(day) {
  if (!canPlan(day)) return null;
  const said = h("span", { class: "second", role: "status" });
  const plan = async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    said.textContent = "正在排…";
    try {
      await planOwn(day);
      go("/today/walk");
    } catch (error) {
      said.textContent = error.message;
      button.disabled = false;
    }
  };
  const hint = status().online ? "按要办的事排一条顺路的" : "要有网";
  said.textContent = hint;
  return h("div", { class: "walk-plan" }, h("button", { type: "button", class: "btn", text: "给我排一条", onclick: plan }), said);
}
