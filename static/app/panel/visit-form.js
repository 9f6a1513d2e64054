/** 登记走访: met, closed or changed in one tap; text only where there was something. */
import { postJson } from "../api.js";
import { h } from "../dom.js";
import { forget, keep, kept } from "../draft.js";

const OUTCOMES = [
  ["met", "见到了"],
  ["closed", "没开门"],
  ["changed", "换店或歇业"],
];

const draftOf = (code) => `visit:${code}`;

/** Whether a call was being recorded here when the session ended. */
export const wasInterrupted = (code) => Boolean(kept(draftOf(code))?.ended);

/** @param {object} shop @param {{recorded: () => void}} detail told when it is recorded */
export function openVisitForm(shop, detail) {
  const draft = kept(draftOf(shop.code));
  // Sent once already: the same call at the same time, so that a second arrival doubles nothing.
  const sent = draft?.ended ? draft : null;
  const id = sent?.id ?? crypto.randomUUID?.() ?? uuid();
  const at = sent?.at ?? new Date().toISOString();
  const note = h("textarea", { rows: "3", id: "visit-note", maxlength: "2000", placeholder: "没事可以不写" });
  note.value = draft?.note ?? "";
  const save = (ended) => keep(draftOf(shop.code), { id, at, note: note.value, ended });
  note.addEventListener("input", () => save(false));
  const problem = h("p", { class: "error-line", role: "alert" });
  const dialog = h("dialog", { class: "visit", "aria-labelledby": "visit-title" });
  const record = async (outcome, buttons) => {
    buttons.forEach((button) => (button.disabled = true));
    try {
      await postJson("/api/v1/visits", {
        id,
        shop: shop.code,
        kind: "regular",
        at,
        outcome,
        needs: [],
        promises: [],
        issues: [],
        note: note.value.trim() || null,
      });
      forget(draftOf(shop.code));
      dialog.close();
      detail.recorded();
    } catch (error) {
      if (error.status === 401) save(true);
      problem.textContent = error.message;
      buttons.forEach((button) => (button.disabled = false));
    }
  };
  const giveUp = () => {
    forget(draftOf(shop.code));
    dialog.close();
  };
  const buttons = OUTCOMES.map(([outcome, word], i) =>
    h("button", { type: "button", class: i ? "btn" : "btn main", text: word, onclick: () => record(outcome, buttons) }),
  );
  dialog.append(
    h("h2", { id: "visit-title", text: `登记走访 · ${shop.address ?? ""}` }),
    h("p", { class: "second", text: shop.name }),
    h("label", { for: "visit-note", text: "聊到什么" }),
    note,
    problem,
    h("div", { class: "acts wrap" }, buttons),
    h("button", { type: "button", class: "textbtn", text: "先不记", onclick: () => giveUp() }),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** Without a secure context the browser offers random bytes but no UUID. */
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
