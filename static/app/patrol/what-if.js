/** 换个排法: how many stops so many people reach, and what one more or less would change, in words. */
import { getJson } from "../api.js";
import { byId, h, swap } from "../dom.js";

const WAIT_MS = 350;

/** @param {HTMLElement} plan @param {import("../map/map-app.js").MapApp} app @param {MediaQueryList} phone */
export function compareWays(plan, app, phone) {
  const form = byId("again");
  if (!form) return;
  const url = `/api/v1/plans/${plan.dataset.plan}`;
  const [people, minutes] = [form.elements.people, form.elements.minutes];
  const was = { people: Number(form.dataset.people), minutes: Number(form.dataset.minutes) };
  const words = byId("what-if");
  const redo = byId("redo").querySelector('[type="submit"]');
  const back = byId("as-it-was");
  let asked = 0;
  let usual = [];

  const isOther = () => Number(people.value) !== was.people || Number(minutes.value) !== was.minutes;

  function show() {
    const other = isOther();
    byId("redo").hidden = back.hidden = !other;
    byId("out").hidden = other;
    redo.classList.toggle("main", other);
    redo.textContent = `按${people.value}人${minutes.value}分重排`;
    for (const bar of byId("bars").querySelectorAll("[data-people]")) bar.classList.toggle("on", bar.dataset.people === people.value);
  }

  async function onChange() {
    show();
    const mine = ++asked;
    if (!isOther()) return swap(words, usual);
    swap(words, h("p", { text: "正在算…" }));
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    if (mine !== asked) return;
    const text = await ask(url, people.value, minutes.value);
    if (mine === asked) swap(words, line(text));
  }

  form.addEventListener("change", onChange);
  form.addEventListener("submit", () => {
    redo.textContent = form.dataset.busy;
    setTimeout(() => (redo.disabled = true));
  });
  addEventListener("pageshow", () => {
    redo.disabled = false;
    show();
  });
  back.addEventListener("click", () => {
    people.value = was.people;
    minutes.value = was.minutes;
    onChange();
    people.focus();
  });
  show();
  if (phone.matches) return;
  const pick = (count) => {
    people.value = count;
    onChange();
  };
  app.drawn.then(() => drawBars(url, form, pick).then(show));
  app.drawn.then(() => nextToIt(url, form, words)).then((lines) => {
    usual = lines;
    if (!isOther()) swap(words, usual);
  });
}

/** "少1人：" plain, what it changes first in bold, the rest plain. */
function line(text) {
  const [, name, change, rest] = /^([^：]*：)?([^，]*)(.*)$/s.exec(text);
  return h("p", {}, name ?? "", h("b", { text: change }), rest);
}

async function ask(url, people, minutes) {
  try {
    return (await getJson(`${url}/what-if?people=${people}&minutes=${minutes}`)).text;
  } catch (error) {
    return error.message;
  }
}

/** 少1人 and 多1人, one after the other. */
async function nextToIt(url, { dataset }, words) {
  const people = Number(dataset.people);
  const lines = [];
  for (const [count, name] of [
    [people - 1, "少1人："],
    [people + 1, "多1人："],
  ]) {
    if (count < 1 || count > Number(dataset.room)) continue;
    swap(words, [...lines, h("p", { text: `${name}正在算…` })]);
    lines.push(line(await ask(url, count, dataset.minutes)));
  }
  return lines;
}

async function drawBars(url, form, pick) {
  const box = byId("bars");
  swap(box, h("span", { class: "waiting", text: "正在算几个人能走几站…" }));
  try {
    const { bars } = await getJson(`${url}/bars`);
    const most = Math.max(1, ...bars.map(({ stops }) => stops));
    swap(box, bars.map(({ people, stops }) => bar(people, stops, most, Number(form.dataset.people), pick)));
  } catch {
    swap(box);
  }
}

function bar(people, stops, most, now, pick) {
  const height = `${Math.max(4, Math.round((58 * stops) / most))}px`;
  return h(
    "button",
    { type: "button", class: people === now ? "bar now" : "bar", "data-people": people, "aria-label": `${people}人，${stops}站`, onclick: () => pick(people) },
    h("span", { text: `${stops}站` }),
    h("i", { style: { height } }),
    h("span", { text: `${people}人` }),
  );
}
