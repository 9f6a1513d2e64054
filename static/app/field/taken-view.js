/** 带走今天: one tap fills the phone; what is on it, how old, how big; the way out when nothing else helps. */
import { h, swap } from "../dom.js";
import { clock, day as dayWords } from "../format.js";
import { icon } from "../icons.js";
import { now, officeDay } from "./clock.js";
import { onDay, takeAlong, taken, theDay } from "./day.js";
import { saveQueueFile } from "./export.js";
import { forgetDay } from "./forget-day.js";
import { pageHead } from "./page-head.js";
import { onChange, waiting } from "./queue.js";
import { needsSignIn } from "./session.js";
import { sizeWords } from "./sizes.js";

const DAY_MS = 86400000;
const LOW_BYTES = 20e6;
/** Without a day the view is drawn anew: it still says what has just been done. */
let hasCleared = false;

/** @param {HTMLElement} root @returns {() => void} */
export function render(root) {
  const view = new TakenView(root);
  view.start();
  return () => view.stop();
}

/** How old a day is, honestly: "", "昨天的", "3天前的". @param {string} date @param {string} today both 2026-11-23 */
export function ageWords(date, today) {
  const days = Math.round((Date.parse(`${today}T12:00:00Z`) - Date.parse(`${date}T12:00:00Z`)) / DAY_MS);
  if (days <= 0) return "";
  return days === 1 ? "昨天的" : `${days}天前的`;
}

class TakenView {
  constructor(root) {
    Object.assign(this, { root, busy: false, turn: 0, stops: [] });
  }

  start() {
    this.button = h("button", { type: "button", class: "btn main big", onclick: () => this.take() });
    this.bar = h("progress", { max: "1", value: "0", "aria-label": "带走今天", hidden: true });
    this.said = h("p", { class: "said", role: "status" });
    this.about = h("section", { class: "onphone" });
    this.rest = h("section", { class: "export" });
    swap(this.root, h("div", { class: "sub taken" }, pageHead("带走今天", "/today/me"), this.about, this.button, this.bar, this.said, this.rest));
    this.button.textContent = "带走今天";
    if (hasCleared) this.said.append("清掉了，记过的都在办公室。", h("a", { class: "textlink", href: "/me", text: "不再用这台手机：退出登录" }));
    hasCleared = false;
    this.stops = [onChange(() => this.draw()), onDay(() => this.draw())];
    this.draw();
  }

  stop() {
    this.turn += 1;
    this.stops.forEach((stop) => stop());
  }

  async draw() {
    const turn = ++this.turn;
    const [day, about, queue] = await Promise.all([theDay(), taken(), waiting()]);
    if (turn !== this.turn) return;
    const has = Boolean(day && about);
    if (!this.busy) this.button.textContent = has ? "重新带一遍" : "带走今天";
    this.button.classList.toggle("main", !has || !about.fresh || this.busy);
    swap(this.about, has ? contents(day, about) : nothing());
    swap(this.rest, exportPart(queue, () => this.save()), has && clearPart(queue, () => this.clear()));
  }

  async take() {
    if (this.busy) return;
    this.busy = true;
    this.button.disabled = true;
    this.bar.hidden = false;
    try {
      const done = await takeAlong(({ done: at, of, text }) => {
        this.bar.max = of;
        this.bar.value = at;
        this.said.textContent = text;
      });
      this.said.textContent = `带走了，${sizeWords(done.bytes)}。现在没网也能走。`;
    } catch (error) {
      this.said.textContent = `没带成：${((error && error.message) || "连不上办公室，原来的都在").replace(/。$/, "")}。`;
      if (needsSignIn()) this.said.append(h("a", { class: "textlink", href: "/sign-in?next=/today/taken", text: "去登录" }));
    }
    this.bar.hidden = true;
    this.busy = false;
    this.button.disabled = false;
    this.draw();
  }

  async save() {
    try {
      const how = await saveQueueFile();
      this.said.textContent = how === "shared" ? "文件交出去了，这里的还留着，直到传上去。" : "存好了，在手机的“下载”里。这里的还留着，直到传上去。";
    } catch (error) {
      if (error && error.name === "AbortError") return;
      this.said.textContent = `没导出成：${(error && error.message) || "请再试一次"}`;
    }
  }

  async clear() {
    const { waiting: sending, held, others } = await waiting();
    const left = sending + held + others.reduce((sum, { n }) => sum + n, 0);
    if (left) {
      this.said.textContent = `还有${left}条没传上去，先不清。连上网让它传完，或者导出来交给办公室。`;
      return;
    }
    hasCleared = true;
    await forgetDay();
  }
}

const nothing = () => [h("h2", { text: "手机上还没有今天的内容" }), h("p", { class: "second", text: "连着办公室的网点一下：要走的门牌、上次聊到的、街道图和常见解答都放进手机，出门没信号也能用。" })];

function contents(day, about) {
  const today = officeDay(now());
  const age = ageWords(about.date, today);
  const photos = day.patrol ? "，今天的巡查" : "";
  const takenOn = officeDay(Date.parse(about.at));
  return [
    h("h2", { class: age ? "stale" : "" }, icon(age ? "clock" : "tick"), h("span", { text: age ? `手机上是${age}` : `今天的，${clock(about.at)}带走` })),
    age && h("p", { class: "warn", text: "门牌和街道照样能用；新答应的事、办结的还没进来。连上网重新带一遍。" }),
    h(
      "dl",
      {},
      line("门牌", `${Object.keys(day.doors).length}户和上次聊到的${photos}`),
      line("街道图", `${day.streets.length}条路，${day.places.length}个点位`),
      line("常见解答", `${day.answers.length}条`),
      line("大小", sizeWords(about.bytes)),
      line("时间", `${takenOn === today ? "今天" : dayWords(about.at, now())} ${clock(about.at)}`),
      line("离线可用", offlineWords(about)),
      line("存得牢", about.persisted ? "浏览器答应不清掉" : "浏览器没答应：手机没地方时可能清掉，记的当天要传"),
      about.room_bytes !== null && line("还能放", `${sizeWords(about.room_bytes)}${about.room_bytes < LOW_BYTES ? "，快满了，先删些照片" : ""}`),
    ),
  ];
}

function offlineWords({ offline }) {
  if (offline) return "是，没网也能打开";
  if (!window.isSecureContext) return "否：不是 https 连接，没网打不开，开着的照样能记";
  return "还没好：连着网再开一会儿";
}

const line = (name, text) => h("div", {}, h("dt", { text: name }), h("dd", { text }));

function exportPart({ waiting: sending, held, others }, save) {
  const mine = sending + held;
  const theirs = others.map(({ name, n }) => `${name}${n}条`).join("、");
  const words = mine ? `还有${mine}条没传${held ? `，其中${held}条要看一下` : ""}。有信号会自己传。` : "都传上去了。";
  return [
    h("h2", { text: "还没传的" }),
    h("p", { class: "second" }, words, theirs && `这台手机上还有别人的：${theirs}，要他们自己登录才传。`),
    mine + others.length > 0 && h("p", { class: "second", text: "一直传不上去时，导出成文件，交给办公室在“手机文件”页导入，和自己传的一样，不会记重。" }),
    mine + others.length > 0 && h("button", { type: "button", class: "btn", text: "导出还没传的", onclick: save }),
    mine > 0 && h("a", { class: "textlink", href: "/today/list", text: "看今天记的" }),
  ];
}

function clearPart({ waiting: sending, held, others }, clear) {
  const left = sending + held + others.length;
  return [
    h("h2", { text: "从手机上清掉" }),
    h("p", { class: "second", text: left ? "还有没传的，传完才能清。" : "借来的手机，或者以后不用了，就清掉。记过的都在办公室。" }),
    h("button", { type: "button", class: "btn", text: "清掉手机上的内容", "aria-disabled": left ? "true" : null, onclick: clear }),
  ];
}
