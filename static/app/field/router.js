/** The address inside the field app: every view has one, the back button works. */

const listeners = new Set();

/** @returns {string} path below the host, without query: /today/doors/LT0012 */
export const view = () => location.pathname.replace(/\/+$/, "") || "/today";

const tell = () => listeners.forEach((listener) => listener(view()));

/** @param {string} path under /today @param {{replace?: boolean}} [how] replace: the back button does not come back here */
export function go(path, { replace = false } = {}) {
  if (path === view() && !replace) return tell();
  history[replace ? "replaceState" : "pushState"]({ from: view() }, "", path);
  tell();
}

let home = null;

/** The view that one comes back to when something was recorded: 今日, or the walk one is on. @returns {string} */
export function homePath() {
  try {
    home ??= sessionStorage.getItem("mapsvc-home");
  } catch {
    // Without it a page that was killed comes back to 今日.
  }
  return home ?? "/today";
}

/** @param {"/today" | "/today/walk"} path */
export function setHome(path) {
  home = path;
  try {
    sessionStorage.setItem("mapsvc-home", path);
  } catch {
    // As above.
  }
}

/** Back to where one came from inside the app, else to `path`. @param {string} [path] */
export function back(path = "/today") {
  if (history.state?.from) history.back();
  else go(path, { replace: true });
}

/** @param {(path: string) => void} listener @returns {() => void} stops listening */
export function onView(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Links under /today are followed inside the page. Called once, by main.js. */
export function startRouter() {
  addEventListener("popstate", tell);
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="/today"]');
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || link.target) return;
    event.preventDefault();
    go(new URL(link.href).pathname);
  });
}
