"""Chromium with a stopwatch: seconds to the first frame after the last marker, bytes, frames a second, clicks."""

import shutil
import statistics
import threading
import time
from contextlib import suppress
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Page, Playwright
from playwright.sync_api import Error as BrowserError

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
VIEW = {"width": 1280, "height": 800}
CAP_S = 180
PAN_MS = 3_000
# With the last mark a word is put on the page in the same task; when the browser says that the word is on the screen
# (Element Timing), so are the marks: the first frame after the last marker, as people see it.
_STOPWATCH = """
window.__drawn = new Promise((done) => {
  new PerformanceObserver((seen) => {
    const told = seen.getEntries().find((entry) => entry.identifier === 'drawn');
    if (told) done(told.renderTime || told.loadTime);
  }).observe({type: 'element', buffered: true});
  window.__benchDrawn = () => {
    const word = document.createElement('p');
    word.setAttribute('elementtiming', 'drawn');
    word.textContent = 'drawn';
    word.style.cssText = 'position:fixed;top:2px;left:2px;z-index:9999;margin:0;font:12px sans-serif';
    document.body.append(word);
  };
  const mark = performance.mark;
  performance.mark = function (name, ...rest) {
    if (name === 'mapsvc:drawn') window.__benchDrawn();
    return mark.call(this, name, ...rest);
  };
});
"""
_BYTES = """(until) => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  .filter((e) => e.startTime <= until).map((e) => [new URL(e.name).pathname, e.transferSize])"""
# Our page fetches the rest of itself as soon as the map is drawn, before the frame has reached the screen.
_ASKED_UNTIL = "(drawn) => performance.getEntriesByName('mapsvc:drawn')[0]?.startTime ?? drawn"
_SETTLED_MS = 1_500
_PAN = """(ms) => new Promise((done) => {
  const map = window.mapsvc?.map ?? window[Object.keys(window).find((k) => /^map_[0-9a-f]{32}$/.test(k))];
  const start = performance.now();
  let frames = 0, last = start;
  const step = (now) => {
    if (now - start >= ms) return done(frames * 1000 / (now - start));
    frames += 1;
    const phase = Math.floor((now - start) / 500) % 2 ? -1 : 1;
    map.panBy([phase * (now - last) * 0.6, phase * (now - last) * 0.25], {animate: false});
    last = now;
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})"""
_WATCH_DETAIL = """(named) => {
  const view = document.getElementById('detail-view');
  window.__detail = new Promise((done) => {
    let pressed = null;
    addEventListener('mousedown', (event) => { pressed = event.timeStamp; }, {capture: true, once: true});
    const look = () => {
      if (pressed === null || !location.href.includes(named)) return;
      if (!view.querySelector('h1') || view.querySelector('.skeleton')) return;
      seen.disconnect();
      requestAnimationFrame(() => {
        const after = new MessageChannel();
        after.port1.onmessage = () => done(performance.now() - pressed);
        after.port2.postMessage(0);
      });
    };
    const seen = new MutationObserver(look);
    seen.observe(view, {childList: true, subtree: true, attributes: true});
  });
}"""
_MARKS = """([draw, n]) => {
  const app = window.mapsvc.app, size = app.map.getSize();
  const box = app.map.getContainer().getBoundingClientRect();
  return app.viewOf(draw).features.filter((f) => !f.props.cluster).map((f) => app.pointOf(f))
    .filter(([x, y]) => x > 60 && y > 60 && x < size.x - 380 && y < size.y - 240)
    .map(([x, y]) => [x + box.x, y + box.y]).filter((_, i) => i % 7 === 0).slice(0, n);
}"""


@dataclass(frozen=True)
class Load:
    """One visit: seconds to the drawn map, bytes of all that was asked for to draw it, those of the API among them."""

    drawn_s: float
    wire_bytes: int
    data_bytes: int


def chromium() -> str:
    """The installed Chromium."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or "chromium"


class Stopwatch:
    """A browser; every visit is a new profile with an empty cache."""

    def __init__(self, playwright: Playwright) -> None:
        self._playwright = playwright
        self._browser: Browser | None = None

    @property
    def browser(self) -> Browser:
        """The running Chromium, started again after one was killed."""
        if self._browser is None or not self._browser.is_connected():
            self._browser = self._playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        return self._browser

    def visit(self, url: str, cookie: str = "") -> tuple[BrowserContext, Page, Load]:
        """Open an address and wait for its map; the caller closes the context."""
        context = self.browser.new_context(viewport=VIEW, locale="zh-CN")
        context.set_default_timeout(CAP_S * 1_000)
        context.add_init_script(_STOPWATCH)
        if cookie:
            context.add_cookies([{"name": "mapsvc", "value": cookie, "url": url}])
        page = context.new_page()
        page.goto(url, wait_until="commit")
        drawn_ms = page.evaluate("window.__drawn")
        rows = page.evaluate(_BYTES, page.evaluate(_ASKED_UNTIL, drawn_ms))
        data = sum(size for path, size in rows if path.startswith("/api/"))
        return context, page, Load(drawn_ms / 1000, sum(size for _, size in rows), data)

    def load(self, url: str, cookie: str = "") -> Load:
        """One visit and away."""
        context, _, load = self.visit(url, cookie)
        context.close()
        return load

    def load_capped(self, url: str) -> Load | None:
        """One visit of a page that may never end; None if it is still drawing after CAP_S."""
        browser = self.browser
        began = time.perf_counter()
        timer = threading.Timer(CAP_S + 5, _kill_children, (browser,))
        timer.start()
        try:
            load = self.load(url)
            return load if load.drawn_s <= CAP_S else None
        except BrowserError:
            if time.perf_counter() - began < CAP_S:
                raise
            with suppress(BrowserError):
                browser.close()
            self._browser = None
            return None
        finally:
            timer.cancel()


def frames_per_second(page: Page) -> float:
    """Frames a second over a scripted pan to and fro."""
    fps: float = page.evaluate(_PAN, PAN_MS)
    return fps


def click_times_ms(page: Page, draw: str, named: str, n: int) -> list[float]:
    """Milliseconds from a press on a mark until its whole detail is shown, `n` times; `named`: part of its address."""
    taken = []
    for x, y in page.evaluate(_MARKS, [draw, n]):
        page.evaluate(_WATCH_DETAIL, named)
        page.mouse.click(x, y)
        with suppress(BrowserError):
            taken.append(page.evaluate("Promise.race([window.__detail, new Promise((_, no) => setTimeout(no, 2000))])"))
        page.evaluate("window.__detail = null")
        page.keyboard.press("Escape")
        page.wait_for_timeout(250)
    return taken


def bytes_in_all(page: Page) -> int:
    """Bytes over the wire once nothing more comes, what is fetched after the map is drawn included."""
    page.wait_for_timeout(_SETTLED_MS)
    return sum(size for _, size in page.evaluate(_BYTES, float(10**9)))


def median(values: list[float]) -> float:
    """The median, or nan of nothing."""
    return statistics.median(values) if values else float("nan")


def _kill_children(browser: Browser) -> None:
    """A renderer in an endless loop answers nothing: end the processes of this browser."""
    import os

    import psutil

    for process in psutil.Process(os.getpid()).children(recursive=True):
        if "--type=renderer" in " ".join(process.cmdline()):
            process.kill()
