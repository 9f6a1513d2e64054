/** Changes by hand: sent one at a time, then head, list and buttons are put in anew as the server has them. */
import { ApiError, postJson } from "../api.js";
import { byId } from "../dom.js";
import { toast } from "../toast.js";

/** Of the new answer, with a nonce of its own: this page may not apply them, and has them. */
const STYLES = /<style[^]*?<\/style>/g;
/** What a change alters on the page. */
const PARTS = ["plan-head", "routes", "undo", "out"];

export class Edits {
  /** @param {HTMLElement} plan carries `data-plan` and `data-edition` @param {() => void} onRenewed */
  constructor(plan, onRenewed) {
    this.plan = plan;
    this.onRenewed = onRenewed;
    this.isBusy = false;
    document.addEventListener("submit", (event) => this.#onSubmit(event));
  }

  /** Put a stop with somebody, or to another place in the walk. @param {string} ref @param {string} worker @param {number} [position] */
  move(ref, worker, position) {
    return this.#send("edits", { act: "move", ref, worker, position }, ref);
  }

  /** @param {string} ref @param {"lock" | "unlock" | "leave_out"} act */
  act(ref, act) {
    return this.#send("edits", { act, ref }, ref);
  }

  undo() {
    return this.#send("undo", {}, null);
  }

  /** Say something to whoever cannot see the list. @param {string} text */
  say(text) {
    byId("said").textContent = text;
  }

  #onSubmit(event) {
    const { target: form, submitter } = event;
    if (form.dataset.undo !== undefined) {
      event.preventDefault();
      this.undo();
    } else if (form.dataset.give !== undefined && submitter) {
      event.preventDefault();
      this.#do(form.elements.ref.value, submitter.value);
    }
  }

  /** What a button of the menu says: `move 小陈`, `to 3`, `lock`, `unlock`, `leave_out`. */
  #do(ref, said) {
    const [verb, ...rest] = said.split(" ");
    const told = rest.join(" ");
    if (verb === "move") return this.move(ref, told);
    if (verb === "to") return this.move(ref, undefined, Number(told));
    return this.act(ref, verb);
  }

  async #send(what, body, ref) {
    if (this.isBusy) return;
    this.isBusy = true;
    byId("routes").setAttribute("aria-busy", "true");
    const { plan, edition } = this.plan.dataset;
    try {
      const { text } = await postJson(`/api/v1/plans/${plan}/${what}`, { edition: Number(edition), ...body });
      await this.#renew(ref);
      const said = what === "undo" ? "已撤销" : text;
      this.say(said);
      if (what === "undo") toast(said);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      toast(error.message, { error: true });
      if (error.status === 409) await this.#renew(ref).catch(() => {});
    } finally {
      this.isBusy = false;
      byId("routes").removeAttribute("aria-busy");
    }
  }

  async #renew(ref) {
    const list = byId("routes");
    const open = list.querySelector("details.route[open]")?.dataset.index;
    const [top, isLeftOutOpen] = [list.scrollTop, byId("skipped").open];
    const answer = await fetch(location.pathname, { credentials: "same-origin" });
    if (!answer.ok) throw new ApiError("改好了，但没能取回新的列表，请刷新页面。", answer.status);
    const fresh = new DOMParser().parseFromString((await answer.text()).replace(STYLES, ""), "text/html");
    for (const part of PARTS) byId(part).replaceChildren(...fresh.getElementById(part).childNodes);
    this.plan.dataset.edition = fresh.getElementById("content").dataset.edition;
    for (const route of list.querySelectorAll("details.route")) route.open = route.dataset.index === open;
    byId("skipped").open = isLeftOutOpen;
    list.scrollTop = top;
    this.onRenewed();
    if (ref) list.querySelector(`[data-ref="${CSS.escape(ref)}"] .number`)?.focus({ preventScroll: true });
  }
}
