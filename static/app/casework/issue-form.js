/** 记一笔: while one types, the kinds that the words speak of; the likeliest is chosen until somebody chooses. */
import { getJson } from "../api.js";
import { byId, h, swap } from "../dom.js";

const ASK_AFTER_MS = 300;
const LEAST = 2;
const [text, kind, hints] = [byId("text"), byId("kind"), byId("kind-hints")];
let isChosen = Boolean(kind.value);
let timer = null;
let abort = null;

const mark = () => {
  for (const button of hints.children) button.setAttribute("aria-pressed", String(button.value === kind.value));
};

function choose(code) {
  kind.value = code;
  mark();
}

function show(items) {
  swap(
    hints,
    items.map((item) =>
      h("button", {
        type: "button",
        class: "btn",
        value: item.kind,
        text: item.name,
        onclick: () => {
          isChosen = true;
          choose(item.kind);
        },
      }),
    ),
  );
  if (!isChosen) kind.value = items[0]?.kind ?? "";
  mark();
}

async function ask() {
  abort?.abort();
  const words = text.value.trim();
  if (words.length < LEAST) return show([]);
  abort = new AbortController();
  try {
    const { items } = await getJson(`/api/v1/issues/suggest?text=${encodeURIComponent(words.slice(0, 200))}`, { signal: abort.signal });
    show(items);
  } catch (error) {
    // The form does without: the server asks again when it is sent.
    if (error.name !== "AbortError") swap(hints);
  }
}

text.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, ASK_AFTER_MS);
});
kind.addEventListener("change", () => {
  isChosen = Boolean(kind.value);
  mark();
});
if (text.value.trim()) ask();
