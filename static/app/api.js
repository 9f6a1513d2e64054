/** Talking to the server: JSON in and out, errors as sentences, online state. */

/** An answer that says what went wrong, in words for the person. */
export class ApiError extends Error {
  /** @param {string} message @param {number} status 0 without an answer @param {object[]} errors field problems */
  constructor(message, status, errors = []) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.errors = errors;
  }
}

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

function setOffline(on) {
  document.body.classList.toggle("is-offline", on);
}
addEventListener("offline", () => setOffline(true));
addEventListener("online", () => setOffline(false));

async function problem(response) {
  let body = {};
  try {
    body = await response.json();
  } catch {
    // An answer without a body still has its status.
  }
  if (response.status === 401) location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
  return new ApiError(body.detail || body.title || `服务没有答上来(${response.status})`, response.status, body.errors);
}

async function ask(url, options) {
  let response;
  try {
    response = await fetch(url, { credentials: "same-origin", ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    setOffline(!navigator.onLine);
    throw new ApiError("连不上服务，已取到的还在", 0);
  }
  setOffline(false);
  if (!response.ok) throw await problem(response);
  return response.status === 204 ? null : response.json();
}

/** The answer to a question that was asked before the modules were there, if it came well. */
async function early(url) {
  const asked = window.mapsvc?.early?.get(url);
  window.mapsvc?.early?.delete(url);
  return asked ?? null;
}

/** @param {string} url @param {{signal?: AbortSignal}} [options] @returns {Promise<any>} */
export async function getJson(url, options = {}) {
  return (await early(url)) ?? ask(url, { headers: { Accept: "application/json" }, ...options });
}

/** @param {string} url @param {object} body @returns {Promise<any>} */
export const postJson = (url, body) =>
  ask(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": token() },
    body: JSON.stringify(body),
  });
