/** What was typed and not sent stays on this phone, per card and form, for a week; cleared once it was sent. */

const PREFIX = "mapsvc:card:";
const WEEK_MS = 7 * 24 * 3600 * 1000;
// Which form was sent, by what the page says was done.
const SENT = { ask: "ask", report: "report", quiet: "times", thank: "thanks" };

function stored(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

function put(name, value) {
  try {
    if (value) localStorage.setItem(name, JSON.stringify(value));
    else localStorage.removeItem(name);
  } catch {
    // Without storage it is as it was: what is typed stays as long as the page.
  }
}

/** Drafts nobody came back to are gone after a week, those of other cards too. */
function sweep() {
  try {
    for (const name of Object.keys(localStorage)) {
      const draft = name.startsWith(PREFIX) ? stored(name) : null;
      if (draft && !(Date.now() - draft.at < WEEK_MS)) localStorage.removeItem(name);
    }
  } catch {
    // As above.
  }
}

const fieldsOf = (form) => [...form.elements].filter((field) => field.matches("textarea, input[type=text], input[type=tel]"));

/** A question's own draft: another question starts anew. */
const aboutOf = (form) => (form.elements.q ? form.elements.q.value : "");

/** Its own words, not those the page put there. */
function restore(form, draft) {
  if (draft.about !== aboutOf(form)) return [];
  // A form that was refused came back with what was sent: only what it lost is put back.
  const isRefused = form.querySelector(".error") !== null;
  const free = fieldsOf(form).filter((field) => !field.value || (!isRefused && field.value === field.defaultValue));
  const changed = free.filter((field) => draft.values[field.name] && field.value !== draft.values[field.name]);
  if (!changed.length) return [];
  for (const field of changed) field.value = draft.values[field.name];
  // The same id again: what was sent and not answered is not sent twice.
  if (draft.id) form.elements.id.value = draft.id;
  const around = form.closest("details");
  if (around) around.open = true;
  return changed;
}

function tell(form, fields, forget) {
  const note = document.createElement("p");
  const button = document.createElement("button");
  note.className = "draft";
  note.append("上次没发出去的，还在这里。");
  button.type = "button";
  button.className = "textbtn";
  button.textContent = "不要了";
  button.addEventListener("click", () => {
    for (const field of fields) field.value = field.defaultValue;
    forget();
    note.remove();
  });
  note.append(button);
  form.prepend(note);
}

/** @param {string} card tells this phone's drafts apart, opens nothing @param {string} done what was just sent */
export function drafts(card, done) {
  sweep();
  const nameOf = (form) => `${PREFIX}${card}:${form}`;
  if (SENT[done]) put(nameOf(SENT[done]), null);
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const name = nameOf(form.dataset.draft);
    const draft = stored(name);
    const fields = draft && draft.values ? restore(form, draft) : [];
    if (fields.length) tell(form, fields, () => put(name, null));
    form.addEventListener("input", () => {
      const typed = fieldsOf(form).filter((field) => field.value && field.value !== field.defaultValue);
      const values = Object.fromEntries(typed.map((field) => [field.name, field.value]));
      put(name, typed.length ? { at: Date.now(), id: form.elements.id.value, about: aboutOf(form), values } : null);
    });
  }
}
