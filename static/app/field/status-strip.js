/** The strip under the head: what is on the phone and what waits to be sent. Quiet, whatever happens. */
import { h, swap } from "../dom.js";
import { addDays, clock, day as dayWords } from "../format.js";
import { now } from "./clock.js";
import { onDay, takeAlong, taken } from "./day.js";
import { glyph, today } from "./parts.js";
import { onChange, waiting } from "./queue.js";
import { onStatus, status } from "./sender.js";

const SIGN_IN = "/sign-in?next=/today";

function takenWords(along) {
  const { date } = along;
  if (date === addDays(today(), -1)) return "昨天带走的，还没带今天的";
  return `${dayWords(date, now())}带走的，还没带今天的`;
}

/** @returns {{element: HTMLElement, stop: () => void}} */
export function statusStrip() {
  const left = h("span", { class: "status-left" });
  const right = h("a", { class: "status-right", href: "/today/list", text: "待传" });
  const element = h("div", { class: "status" }, left, right);
  let taking = false;
  let along = null;

  async function take() {
    taking = true;
    const said = h("span", { role: "status", text: "正在带走…" });
    swap(left, said);
    try {
      await takeAlong(({ done, of }) => (said.textContent = `正在带走 ${done}/${of}`));
      taking = false;
      await look();
    } catch (error) {
      taking = false;
      swap(left, h("a", { href: "/today/taken", role: "status", text: error?.message || "没带成，连上办公室的网再点一次。" }));
    }
  }

  const takeButton = () => h("button", { type: "button", class: "status-do", text: "带走今天", onclick: take });

  function say({ needsSignIn, held, online }) {
    if (needsSignIn) return [h("span", { text: "登录过期，记的都在" }), h("a", { class: "status-do", href: SIGN_IN, text: "登录" })];
    if (held) return [h("a", { class: "status-word", href: "/today/list", text: `${held}条要看一下` })];
    if (!along) return [h("a", { class: "status-word", href: "/today/taken", text: "还没带走" }), takeButton()];
    if (!along.fresh) return [h("a", { class: "status-word", href: "/today/taken", text: takenWords(along) }), takeButton()];
    const words = `${online ? "" : "没网 · "}已带走 ${clock(along.at)}${along.offline === false ? "" : " · 离线可用"}`;
    return [h("a", { class: "status-word", href: "/today/taken" }, glyph("tick", 15), h("span", { text: words }))];
  }

  async function draw() {
    const queue = await waiting();
    if (!taking) swap(left, say({ ...status(), held: queue.held }));
    right.textContent = `待传 ${queue.waiting + queue.held}`;
  }

  async function look() {
    along = await taken();
    await draw();
  }

  // Once the files are on the phone, what was read of them is old.
  const follow = ({ offline_ready: ready }) => (along && ready !== along.offline ? look() : draw());
  const stops = [onDay(look), onChange(draw), onStatus(follow)];
  look();
  return { element, stop: () => stops.forEach((stop) => stop?.()) };
}
