/** 扫卡开门: a shop's own card opens its door. */
import { h, swap } from "../dom.js";
import { icon } from "../icons.js";
import { notTaken, pageHead } from "./page-head.js";
import { go } from "./router.js";
import { hasLiveCamera, readPhoto, watchCamera } from "./scanner.js";
import { keepCard } from "./seen-card.js";

const TOKEN = /(?:^|\/)c\/([A-Za-z0-9_-]{32})\/?(?:[?#].*)?$/;
const WORDS = {
  none: "照片里没有认出码。离近一点、拍正、别反光，再拍一张。",
  other: "这不是联心卡的码。请扫卡上“问一声·反映”那个。",
  unknown: "这张卡不是我名下哪家店的，或者已经换新作废。刚换的新卡要先重新带一遍今天；旧卡请收回。不扫也行：在地图里按门牌找。",
  refused: "浏览器没有让用摄像头。可以拍一张照片来认，或者在浏览器的网站设置里允许“摄像头”。",
  broken: "摄像头打不开。请拍一张照片来认。",
  unread: "这张照片打不开。请用相机直接拍，再试一次。",
};

/** @param {HTMLElement} root @param {{day: object | null}} about @returns {() => void} */
export function render(root, { day }) {
  if (!day) {
    swap(root, h("div", { class: "sub" }, pageHead("扫卡开门", "/today/me"), notTaken("认不出卡是哪家的")));
    return undefined;
  }
  const view = new ScanView(day);
  swap(root, h("div", { class: "sub scan" }, pageHead("扫卡开门", "/today/me"), view.parts()));
  return () => view.stop();
}

/** The token in what a code says: /c/TOKEN or a whole address. @param {string} text @returns {string | null} */
export function tokenOf(text) {
  const found = TOKEN.exec(text.trim());
  return found ? found[1] : null;
}

/** First 16 hex digits of SHA-256, as the day holds of each live card. @param {string} token @returns {Promise<string | null>} null: cannot be computed here */
export async function cardMark(token) {
  if (!window.crypto || !crypto.subtle) return null;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token)));
  return [...digest.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

class ScanView {
  constructor(day) {
    Object.assign(this, { day, stopCamera: null, gone: false });
  }

  parts() {
    this.said = h("p", { class: "said", role: "status" });
    this.video = h("video", { class: "finder", playsinline: true, muted: true, hidden: true, "aria-label": "摄像头画面" });
    this.file = h("input", { type: "file", accept: "image/*", capture: "environment", class: "sr", "aria-label": "联心卡的照片", tabindex: "-1", onchange: () => this.photo() });
    this.start = h("button", { type: "button", class: "btn main", onclick: () => this.live() }, icon("locate"), h("span", { text: "对着卡扫" }));
    const photo = h("button", { type: "button", class: `btn${hasLiveCamera() ? "" : " main"}`, onclick: () => this.file.click(), text: "拍一张来认" });
    return [
      h("p", { class: "second", text: "扫店里的联心卡，直接打开这家的门牌。不扫也能记，只是少找一步。" }),
      this.video,
      hasLiveCamera() && this.start,
      photo,
      this.file,
      this.said,
    ];
  }

  stop() {
    this.gone = true;
    if (this.stopCamera) this.stopCamera();
    this.stopCamera = null;
  }

  say(text) {
    this.said.textContent = text;
  }

  async live() {
    this.start.hidden = true;
    this.video.hidden = false;
    this.say("把码放在画面中间。");
    try {
      const stop = await watchCamera(this.video, (text) => this.open(text));
      if (this.gone) stop();
      else this.stopCamera = stop;
    } catch (error) {
      this.video.hidden = true;
      this.start.hidden = false;
      this.say(error.name === "NotAllowedError" ? WORDS.refused : WORDS.broken);
    }
  }

  async photo() {
    const [file] = this.file.files;
    if (!file) return;
    this.file.value = "";
    this.say("正在认……");
    try {
      const text = await readPhoto(file);
      if (text) await this.open(text);
      else this.say(WORDS.none);
    } catch {
      this.say(WORDS.unread);
    }
  }

  async open(text) {
    if (this.stopCamera) this.stopCamera();
    this.stopCamera = null;
    this.video.hidden = true;
    this.start.hidden = false;
    const token = tokenOf(text);
    if (!token) return this.say(WORDS.other);
    const mark = await cardMark(token);
    if (mark === null) return this.ask(token);
    const door = Object.values(this.day.doors).find(({ card }) => card === mark);
    if (!door) return this.say(WORDS.unknown);
    keepCard(door.code, token);
    return go(`/today/doors/${door.code}`, { replace: true });
  }

  /** Where the browser does not compute, the office knows the card. */
  ask(token) {
    if (navigator.onLine) location.assign(`/c/${encodeURIComponent(token)}`);
    else this.say("这个连接认不出卡，要连上网再扫；或者在地图里按门牌找。");
  }
}
