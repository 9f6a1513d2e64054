/** Who is signed in at the office, as far as this phone knows, and the token that goes with each write. */
import { ask } from "./ask.js";
import { del, get, put } from "./db.js";
import { announce } from "./news.js";

let over = false;

/** @returns {boolean} whether the office has said that somebody has to sign in */
export const needsSignIn = () => over;

/** @returns {Promise<{person: {id: string, name: string}, csrf: string} | null>} what was known last, without asking */
export const knownSession = async () => (await get("meta", "session")) ?? null;

/** @returns {Promise<import("./ask.js").Answer & {session?: object}>} asks the office */
export async function askSession() {
  const answer = await ask("GET", "/api/v1/session");
  if (answer.kind === "done") {
    const { person, role, csrf } = answer.body;
    answer.session = { person: { id: person.id, name: person.name }, role, csrf };
    await put("meta", answer.session, "session");
    await adopt(answer.session.person);
    setOver(false);
  }
  if (answer.kind === "sign_in") await sessionIsOver();
  return answer;
}

/** Whoever signed in last on this phone is who records from now on; what others recorded waits for them. */
async function adopt(person) {
  const before = await get("meta", "person");
  if (before?.id === person.id) return;
  await put("meta", person, "person");
  announce("session");
  announce("queue");
}

/** The office said 401: all waits until somebody has signed in. */
export async function sessionIsOver() {
  await del("meta", "session");
  setOver(true);
}

/** Somebody may have signed in meanwhile: to be asked again. */
export const maybeSignedIn = () => setOver(false);

function setOver(now) {
  if (over === now) return;
  over = now;
  announce("session");
}
