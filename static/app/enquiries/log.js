/** 记一条咨询: Enter saves; the shop, the topic and answers that may do are shown while the text is there. */
import { byId, h, swap } from "../dom.js";
import { copyText } from "../field/copy.js";

const ASK_AFTER_MS = 250;
const LEAST = 2;
const form = byId("log-form");
const [text, shop, topic, policy, answer] = ["text", "shop", "topic", "policy-id", "answer"].map(byId);
const [doors, hints, none, copied, list] = ["door-hints", "hints", "no-hints", "copied", "doors"].map(byId);
const token = document.querySelector('meta[name="csrf-token"]').content;
let isShopChosen = Boolean(shop.value);
let isTopicChosen = Boolean(topic.value);
let timer = null;
let abort = null;

text.addEventListener("keydown", (event) => {
  // While an input method shows its candidates, Enter chooses one of them; on a phone it is a new line.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || matchMedia("(pointer: coarse)").matches) return;
  event.preventDefault();
  form.requestSubmit();
});

function choose(code) {
  shop.value = code;
  for (const button of doors.children) button.setAttribute("aria-pressed", String(button.value === code));
}

async function copy(hint) {
  policy.value = hint.id;
  answer.value = hint.words;
  answer.closest("details").open = true;
  const isCopied = await copyText(hint.words, answer);
  copied.textContent = isCopied ? "已复制，去粘贴就行；存好就算答复过了。" : "这个浏览器不让程序复制：答复已经全选，请用系统菜单里的“复制”。";
}

function show(found) {
  swap(
    doors,
    found.doors.map((door) =>
      h("button", {
        type: "button",
        class: "btn",
        value: door.code,
        text: `${door.address} ${door.name}`,
        onclick: () => {
          isShopChosen = true;
          choose(door.code);
        },
      }),
    ),
  );
  swap(list, found.doors.map((door) => h("option", { value: door.code, text: `${door.address} ${door.name}` })));
  if (!isShopChosen) choose(found.sure && found.doors.length ? found.doors[0].code : "");
  if (!isTopicChosen) topic.value = found.topic;
  swap(
    hints,
    found.answers.map((hint) =>
      h("li", {}, [
        h("div", {}, [h("b", { text: hint.title }), h("span", { class: "second", text: hint.words })]),
        h("button", { type: "button", class: "btn", text: "复制", onclick: () => copy(hint) }),
      ]),
    ),
  );
  none.hidden = found.answers.length > 0;
}

async function ask() {
  abort?.abort();
  if (text.value.trim().length < LEAST) return;
  abort = new AbortController();
  const body = new URLSearchParams({ text: text.value.slice(0, 2000), csrf_token: token });
  try {
    const told = await fetch("/enquiries/guess", { method: "POST", body, signal: abort.signal });
    if (told.ok) show(await told.json());
  } catch (error) {
    // The form does without: the server looks again when it is saved.
    if (error.name !== "AbortError") swap(hints, []);
  }
}

text.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, ASK_AFTER_MS);
});
shop.addEventListener("input", () => {
  isShopChosen = Boolean(shop.value);
});
topic.addEventListener("change", () => {
  isTopicChosen = Boolean(topic.value);
});
if (text.value) ask();
