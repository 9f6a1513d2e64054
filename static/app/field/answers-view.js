/** 常见解答: what 线上驿站 answers, to read aloud at a door. */
import { h, swap } from "../dom.js";
import { day as dayWords } from "../format.js";
import { now } from "./clock.js";
import { notTaken, pageHead } from "./page-head.js";

/** @param {HTMLElement} root @param {{day: object | null}} about */
export function render(root, { day }) {
  if (!day) {
    swap(root, h("div", { class: "sub" }, pageHead("常见解答"), notTaken("常见解答也不在")));
    return;
  }
  const wanted = new URLSearchParams(location.search).get("id");
  const out = h("ul", { class: "answers" });
  const said = h("p", { class: "second", role: "status" });
  const input = h("input", { type: "search", autocomplete: "off", placeholder: "找：入园、执照、居住证", "aria-label": "在解答里找" });
  const show = () => {
    const found = answersFound(day.answers || [], input.value);
    swap(out, found.map((answer) => card(answer, answer.id === wanted)));
    const none = day.answers && day.answers.length ? "没有找到。换个词，或者记下来转给办公室。" : "还没有解答。请办公室补上。";
    said.textContent = found.length ? `${found.length}条` : none;
  };
  input.addEventListener("input", show);
  swap(root, h("div", { class: "sub" }, pageHead("常见解答", "/today/me"), h("div", { class: "seek" }, input), said, out));
  show();
}

/** Each blank-separated word must stand somewhere in it. @param {object[]} answers @param {string} typed */
export function answersFound(answers, typed) {
  const words = typed.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const text = (one) => [one.topic, one.title, one.question, one.words, one.answer, one.source].join(" ").toLowerCase();
  return answers.filter((one) => words.every((word) => text(one).includes(word)));
}

function card(answer, open) {
  const past = answer.valid_until && answer.valid_until < new Date(now()).toISOString().slice(0, 10);
  const dated = answer.source_date ? `${dayWords(answer.source_date, now())}的文件` : "";
  return h(
    "li",
    {},
    h(
      "details",
      { open },
      h("summary", {}, h("b", { text: answer.title || answer.question }), h("span", { class: "chip-quiet", text: answer.topic })),
      h("p", { class: "answer-text", text: answer.answer }),
      answer.search_words?.length ? h("p", { class: "second", text: `随申办里搜：${answer.search_words.join("、")}` }) : null,
      h("p", { class: "second" }, ["来源：", answer.source, dated && `，${dated}`, answer.valid_until && `，用到${dayWords(answer.valid_until, now())}`]),
      past && h("p", { class: "warn", text: "已经过期：先问办公室，再答复商户。" }),
      answer.sample && h("p", { class: "second" }, h("span", { class: "demo", text: "样例" }), " 不是真的政策，不能照着答复。"),
    ),
  );
}
