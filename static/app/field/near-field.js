/** Is it known already? With signal, what is in hand nearby is offered before another report is filed. */
import { h, swap } from "../dom.js";
import { ask } from "./ask.js";

const REST_MS = 300;
const LONGEST_MS = 4000;
const MOST = 3;

/**
 * @param {{chosen: () => string | null, choose: (id: string | null) => void}} about id of the case to join
 * @returns {{element: HTMLElement, look: (kind: string | null, values: object) => void, stop: () => void}}
 */
export function nearField({ chosen, choose }) {
  const element = h("div", { class: "near", role: "status" });
  let asked = "";
  let timer = 0;
  let found = [];

  const draw = () => {
    const joined = chosen();
    const one = (line) =>
      h(
        "li",
        { class: "near-row" },
        h("span", {}, h("b", { text: line.place || line.kind_name || "" }), h("small", { text: wordsOf(line) })),
        h("button", { type: "button", class: "pick", "aria-pressed": String(line.id === joined), text: line.id === joined ? "并到这件" : "是这件", onclick: () => pick(line.id === joined ? null : line.id) }),
      );
    swap(element, found.length > 0 && h("p", { class: "second", text: "附近有在办的，是同一件就并过去，不用另立" }), found.length > 0 && h("ul", {}, found.map(one)));
  };

  const pick = (id) => {
    choose(id);
    draw();
  };

  const fetchNow = async (query) => {
    const answer = await ask("GET", `/api/v1/issues/nearby?${query}`, { longest_ms: LONGEST_MS });
    if (query !== asked) return;
    found = answer.kind === "done" ? (answer.body.items ?? []).slice(0, MOST) : [];
    // What is over meanwhile is not joined.
    if (chosen() && !found.some(({ id }) => id === chosen())) choose(null);
    draw();
  };

  return {
    element,
    look(kind, values) {
      const query = kind && navigator.onLine ? queryOf(kind, values) : "";
      if (query === asked) return;
      asked = query;
      clearTimeout(timer);
      if (query) timer = setTimeout(() => fetchNow(query), REST_MS);
      else {
        found = [];
        if (chosen()) choose(null);
        draw();
      }
    },
    stop() {
      asked = "";
      clearTimeout(timer);
    },
  };
}

const wordsOf = (line) => [line.distance_m > 0 && `${line.distance_m}米外`, line.state_name, line.description].filter(Boolean).join(" · ");

function queryOf(kind, values) {
  const spot = values[values.where];
  if (!spot) return "";
  const about = values.where === "point" ? { lon: spot.lon.toFixed(5), lat: spot.lat.toFixed(5) } : { [values.where]: spot };
  return String(new URLSearchParams({ kind, ...about }));
}
