/** 这台手机能做什么: which abilities this phone and connection have, and how to get the missing ones. Asks for nothing by itself. */
import { h, swap } from "../dom.js";
import { icon } from "../icons.js";
import { isKnown, skewMin } from "./clock.js";
import { pageHead } from "./page-head.js";
import { hasLiveCamera, hasOwnReader } from "./scanner.js";
import { sizeWords } from "./sizes.js";

const CHATS = [
  [/MicroMessenger/i, "微信"],
  [/wxwork/i, "企业微信"],
  [/DingTalk/i, "钉钉"],
  [/\bQQ\//i, "QQ"],
  [/AliApp|AlipayClient/i, "支付宝"],
  [/Lark|Feishu/i, "飞书"],
];
const SECURE = "请办公室用证书启动（mapsvc serve --tls-cert 证书 --tls-key 私钥），手机再用 https 开头的地址打开。";

/** @param {HTMLElement} root @param {{day: object | null}} about */
export function render(root, { day }) {
  const list = h("ul", { class: "abilities", "aria-busy": "true" });
  swap(
    root,
    h(
      "div",
      { class: "sub" },
      pageHead("这台手机能做什么", "/today/me"),
      h("p", { class: "second", text: "这一页只看，不会要任何权限。少了哪样，下面写着怎么补上；补不上也能记，只是麻烦一点。" }),
      list,
    ),
  );
  abilities(day).then((found) => {
    swap(list, found.map(row));
    list.removeAttribute("aria-busy");
  });
}

function row({ name, has, text, how }) {
  const mark = has === null ? "不用" : has ? "有" : "没有";
  const sign = has === null ? "minus" : has ? "tick" : "close";
  return h(
    "li",
    { "data-has": String(has) },
    h("span", { class: "mark" }, icon(sign), h("b", { text: mark })),
    h("span", { class: "what" }, h("b", { text: name }), h("span", { text }), how && h("small", { text: how })),
  );
}

/** @param {object | null} day @returns {Promise<{name: string, has: boolean | null, text: string, how?: string}[]>} has null: not needed here */
export async function abilities(day) {
  const about = [where(), connection(), await offline(), await keeping(), camera(), await scanning(), await position(day), clipboard(), clock()];
  return about;
}

function where() {
  const found = CHATS.find(([pattern]) => pattern.test(navigator.userAgent));
  if (!found) return { name: "浏览器", has: true, text: "在浏览器里打开，关掉再开也还在。" };
  const how = "点右上角“···”，选“在浏览器打开”，再把这一页加到桌面。";
  return { name: "浏览器", has: false, text: `现在是${found[1]}里的小窗口，它会自己清掉存着的东西。`, how };
}

function connection() {
  if (!window.isSecureContext) return { name: "连接", has: false, text: "http 连接：没有加密，浏览器不给离线和摄像头。", how: SECURE };
  const local = location.protocol === "http:";
  return { name: "连接", has: true, text: local ? "就在这台电脑上打开的。" : "https，加了密。" };
}

async function offline() {
  const name = "离线";
  if (!window.isSecureContext) return { name, has: false, text: "没网就打不开这一页；打开着的时候照样能记。", how: SECURE };
  if (!("serviceWorker" in navigator)) return { name, has: false, text: "这个浏览器不支持。", how: "请用手机自带的浏览器或 Chrome 打开。" };
  const installed = await navigator.serviceWorker.getRegistration("/today").catch(() => null);
  if (installed && installed.active) return { name, has: true, text: "没网也能打开，能记，回来自动传。" };
  return { name, has: false, text: "还没装好。", how: "连着网把“今日”开一会儿，再回来看。" };
}

async function keeping() {
  const name = "存得牢";
  if (!window.indexedDB) return { name, has: false, text: "这个浏览器存不住东西。", how: "请用手机自带的浏览器或 Chrome 打开，不要用无痕窗口。" };
  const { storage } = navigator;
  const estimate = storage && storage.estimate ? await storage.estimate().catch(() => null) : null;
  const room = estimate && estimate.quota ? `还能放${sizeWords(Math.max(0, estimate.quota - estimate.usage))}。` : "";
  const kept = storage && storage.persisted ? await storage.persisted().catch(() => false) : false;
  if (kept) return { name, has: true, text: `浏览器答应不清掉。${room}` };
  const how = "当天记的当天传；把这一页加到桌面，浏览器就不会随便清。";
  return { name, has: false, text: `手机没地方时，浏览器可能清掉。${room}`, how };
}

const camera = () => ({ name: "拍照", has: true, text: "点“拍照”时打开手机的相机，先问一声再拍。" });

async function scanning() {
  const name = "扫码";
  const reader = (await hasOwnReader()) ? "手机自己会认码。" : "用程序带的认码。";
  const state = hasLiveCamera() && navigator.permissions ? await navigator.permissions.query({ name: "camera" }).catch(() => null) : null;
  if (state && state.state === "denied") return { name, has: true, text: `拍一张卡的照片能认，${reader}`, how: "要对着就扫，在浏览器的网站设置里允许“摄像头”。" };
  if (hasLiveCamera()) return { name, has: true, text: `对着卡就能扫，${reader}` };
  const how = window.isSecureContext ? "请用手机自带的浏览器或 Chrome 打开。" : SECURE;
  return { name, has: true, text: `拍一张卡的照片能认，${reader}`, how: `要对着就扫：${how}` };
}

async function position(day) {
  const name = "位置";
  if (!day || !day.asks_position) return { name, has: null, text: "办公室没有打开，记走访不看人在哪里。" };
  const state = navigator.permissions ? await navigator.permissions.query({ name: "geolocation" }).catch(() => null) : null;
  if (state && state.state === "granted") return { name, has: true, text: "记的时候附上距离，不记路线。" };
  return { name, has: false, text: "没有位置也照样能记。", how: "想附上的话，在浏览器的网站设置里允许“位置”。" };
}

function clipboard() {
  const name = "复制";
  if (navigator.clipboard && navigator.clipboard.writeText) return { name, has: true, text: "点一下就复制到群或表格。" };
  return { name, has: false, text: "不能一点就复制。", how: "程序会把文字全选好，用系统菜单里的“复制”。" };
}

function clock() {
  const name = "时间";
  if (!isKnown()) return { name, has: true, text: "还没和办公室对过时间，连上网会自己对。" };
  const off = skewMin();
  if (!off) return { name, has: true, text: "和办公室的时间一致。" };
  const how = "程序已经按办公室的时间记。最好在手机设置里打开“自动设置时间”。";
  return { name, has: false, text: `手机的时间${off > 0 ? "慢" : "快"}了${Math.abs(off)}分钟。`, how };
}
