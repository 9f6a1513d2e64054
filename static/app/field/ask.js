/** One request to the office, told apart as the queue needs it: done, refused, sign in, later, or no way there. */
import { correction, learn } from "./clock.js";
import { put } from "./db.js";

const LONGEST_MS = 30 * 1000;
/** Browsers send so much to the end although the page is closed meanwhile. */
const SURVIVES_THE_PAGE = 50_000;

/**
 * @typedef {{kind: "done" | "unchanged" | "refused" | "sign_in" | "stale_token" | "later" | "no_way", status: number, body?: any, text?: string,
 *   etag?: string | null, reason?: string, code?: string, errors?: object[], wait_s?: number}} Answer
 */

/**
 * @param {"GET" | "POST" | "DELETE"} method @param {string} path
 * @param {{csrf?: string, json?: object, form?: FormData, etag?: string, longest_ms?: number}} [what]
 * @returns {Promise<Answer>} never rejects
 */
export async function ask(method, path, { csrf, json, form, etag, longest_ms = LONGEST_MS } = {}) {
  const headers = { Accept: "application/json" };
  if (csrf) headers["X-CSRF-Token"] = csrf;
  if (etag) headers["If-None-Match"] = etag;
  if (json) headers["Content-Type"] = "application/json";
  const body = json ? JSON.stringify(json) : form;
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), longest_ms);
  const askedAt = Date.now();
  try {
    const keepalive = Boolean(json) && body.length < SURVIVES_THE_PAGE;
    const how = { method, headers, body, keepalive, signal: giveUp.signal, credentials: "same-origin", cache: "no-store" };
    const response = await fetch(path, how);
    await learnFrom(response, askedAt);
    return await read(response);
  } catch {
    return { kind: "no_way", status: 0 };
  } finally {
    clearTimeout(timer);
  }
}

async function learnFrom(response, askedAt) {
  if (learn(response.headers.get("Date"), askedAt, Date.now())) await put("meta", correction(), "skew_ms").catch(() => undefined);
}

async function read(response) {
  const { status } = response;
  const type = response.headers.get("Content-Type") ?? "";
  if (status === 304) return { kind: "unchanged", status };
  if (status === 200 || status === 201) {
    // A hotspot's own page answers 200 as well: only what the office says counts.
    if (!type.includes("application/json") || response.redirected) return { kind: "no_way", status };
    const text = await response.text();
    return { kind: "done", status, text, body: JSON.parse(text), etag: response.headers.get("ETag") };
  }
  const problem = type.includes("application/problem+json") ? await response.json() : null;
  const told = { status, reason: problem?.detail, code: problem?.code, errors: problem?.errors ?? [] };
  return { kind: kindOf(status, problem), wait_s: Number(response.headers.get("Retry-After")) || 0, ...told };
}

function kindOf(status, problem) {
  if (status === 413) return "refused";
  if (!problem) return status >= 500 || status === 429 || status === 408 ? "later" : "no_way";
  if (status === 401) return "sign_in";
  if (status === 403 && problem.code === "csrf") return "stale_token";
  return status >= 500 || status === 429 || status === 408 ? "later" : "refused";
}
