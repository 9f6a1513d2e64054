/** Keeps the field app on the phone: the shell and its files, nothing of anybody's data. */
const VERSION = "{version}";
const SHELL = "/today/shell";
const FILES = ["{files}"];
const PREFIX = "mapsvc-field-";
const CACHE = PREFIX + VERSION;

/** All or nothing: a file that does not come fails the installation, and the former version goes on. */
async function fill() {
  const cache = await caches.open(CACHE);
  const answers = await Promise.all(
    [SHELL, ...FILES].map(async (address) => {
      const answer = await fetch(new Request(address, { cache: "reload", credentials: "same-origin" }));
      if (answer.status !== 200 || answer.redirected) throw new Error(`${address}: ${answer.status}`);
      return [address, answer];
    }),
  );
  await Promise.all(answers.map(([address, answer]) => cache.put(address, answer)));
  await cache.put(PREFIX + "whole", new Response(String(Date.now())));
}

async function tidy() {
  const found = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  const aged = await Promise.all(
    found.map(async (name) => {
      const mark = await (await caches.open(name)).match(PREFIX + "whole");
      return [name, mark ? Number(await mark.text()) : 0];
    }),
  );
  // A page of the version before may still ask for its later parts.
  const kept = aged.sort((a, b) => b[1] - a[1]).slice(0, 2).map(([name]) => name);
  await Promise.all(found.filter((name) => name !== CACHE && !kept.includes(name)).map((name) => caches.delete(name)));
}

async function kept(address, request) {
  try {
    const own = await (await caches.open(CACHE)).match(address);
    const found = own ?? (await caches.match(address));
    if (found) return found;
  } catch {
    // A broken cache is no reason to show nothing.
  }
  return fetch(request);
}

const isView = (url) => url.pathname === "/today" || url.pathname.startsWith("/today/");

self.addEventListener("install", (event) => {
  event.waitUntil(fill().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(tidy().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (isView(url) && url.pathname !== SHELL) event.respondWith(kept(SHELL, request));
  } else if (FILES.includes(url.pathname) || url.pathname.startsWith("/static/v-")) {
    event.respondWith(kept(url.pathname, request));
  }
});
