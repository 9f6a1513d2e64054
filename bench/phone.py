"""The phone in the street: bytes of the first and the second load, time until a tap counts, taps, requests, Lighthouse.

Chromium at 360x740 with touch, at a sixth of the speed, in front of a real service on the demo's data; the worker with
the most doors walks. What goes over the wire is counted on the wire, requests of the service worker included.
"""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.browser import FLAGS, chromium, median
from bench.lighthouse_runs import CATEGORIES, scores
from bench.office import Service, demo_office
from bench.table import show
from bench.wire import Count, Wire

ROUNDS = 7
SLOWER = 6
QUIET_DOORS = 35
PHONE = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "locale": "zh-CN",
    "timezone_id": "Asia/Shanghai",
}
FIRST_LOAD, SECOND_LOAD, USABLE_S, TAPS, SCORE = 400_000, 0, 1.5, 70, 95
MAIN = "见到了，没事"
SETTLED_MS = 2_500
# What the browser itself asks after every visit: whether the service worker is another by now.
BY_THE_BROWSER = "GET /sw.js"
# Usable: the first door's main button stands on the screen, may be pressed, nothing lies over it, and the frame is out.
_USABLE = """
window.__usable = new Promise((done) => {
  const look = () => {
    const button = [...document.querySelectorAll('button')].find((b) => b.textContent.includes('%s') && !b.disabled);
    const box = button && button.getBoundingClientRect();
    const hit = box && box.height && document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    if (!hit || !button.contains(hit)) return requestAnimationFrame(look);
    const after = new MessageChannel();
    after.port1.onmessage = () => done(performance.now());
    after.port2.postMessage(0);
  };
  requestAnimationFrame(look);
});
"""
# The next door stands there and takes a tap; none while it slides in.
_NEXT_DOOR = """(was) => {
  const name = document.querySelector('#door-name'), acts = document.querySelector('.acts');
  return name && name.innerText !== was && !(acts && acts.hasAttribute('data-fresh'));
}"""


@dataclass(frozen=True)
class Visits:
    """A phone that was never here, and the same phone again: seconds until usable."""

    cold_s: float
    warm_s: float


def phone(browser: Browser, url: str, cookie: str) -> tuple[BrowserContext, Page]:
    """A new phone, signed in, at a sixth of the speed."""
    context = browser.new_context(base_url=url, **PHONE)  # type: ignore[arg-type]
    context.add_init_script(_USABLE % MAIN)
    context.add_cookies([{"name": "mapsvc", "value": cookie, "url": url}])
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return context, page


def usable_s(page: Page, where: str = "/today") -> float:
    """Seconds from the start of the navigation until the first door's main button takes a tap."""
    page.goto(where, wait_until="commit")
    taken: float = page.evaluate("window.__usable")
    return taken / 1000


def visits(browser: Browser, url: str, cookie: str) -> Visits:
    """One phone: the first visit, until the service worker has everything, and the second."""
    context, page = phone(browser, url, cookie)
    cold_s = usable_s(page)
    settle(page)
    warm_s = usable_s(page)
    context.close()
    return Visits(cold_s, warm_s)


def settle(page: Page) -> None:
    """Until nothing more comes: the service worker has all its files."""
    page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    page.wait_for_timeout(SETTLED_MS)


def over_the_wire(browser: Browser, wire: Wire, cookie: str) -> tuple[Count, Count]:
    """What the first and the second visit of a phone fetch."""
    context, page = phone(browser, wire.url, cookie)
    wire.look()
    usable_s(page)
    settle(page)
    first = wire.look()
    usable_s(page)
    settle(page)
    second = wire.look()
    context.close()
    return first, second


@dataclass(frozen=True)
class Walk:
    """A row of quiet doors: how many, the taps they took, the requests that wrote, all others meanwhile."""

    doors: int
    taps: int
    writing: int
    others: int


def walk(browser: Browser, wire: Wire, cookie: str) -> Walk:
    """Tap 见到了，没事 at one door after the other, and wait until all is sent."""
    context, page = phone(browser, wire.url, cookie)
    usable_s(page)
    page.wait_for_timeout(SETTLED_MS)
    wire.look()
    taps = doors = 0
    for _ in range(QUIET_DOORS):
        button = page.get_by_role("button", name=MAIN)
        if not button.count():
            break
        place = page.locator("#door-name").inner_text()
        button.first.tap()
        taps += 1
        doors += 1
        page.wait_for_function(_NEXT_DOOR, arg=place)
    deadline = time.monotonic() + 60
    requests: list[str] = []
    while time.monotonic() < deadline and sum(r.startswith("POST") for r in requests) < doors:
        page.wait_for_timeout(500)
        requests += wire.look().requests
    page.wait_for_timeout(SETTLED_MS)
    requests += wire.look().requests
    context.close()
    writing = [r for r in requests if not r.startswith("GET")]
    return Walk(doors, taps, len(writing), len(requests) - len(writing))


def verdict(value: float, limit: float, *, at_least: bool = False) -> str:
    """The limit and whether it holds."""
    holds = value >= limit if at_least else value <= limit
    return f"{'>=' if at_least else '<='} {limit:g}: {'holds' if holds else 'MISSED'}"


def rows(
    times: list[Visits], first: Count, second: Count, walked: Walk, points: dict[str, list[int]]
) -> list[tuple[str, ...]]:
    """The lines of the table."""
    fetched, again = first.received / 1000, len([r for r in second.requests if r != BY_THE_BROWSER])
    lines: list[tuple[str, ...]] = [
        ("first load with all the service worker fetches, kB", f"{fetched:.0f}", verdict(fetched, FIRST_LOAD / 1000)),
        ("requests of the first load", str(len(first.requests)), ""),
        ("second load, requests of the page", str(again), verdict(again, SECOND_LOAD)),
        ("second load, answer to the browser's question for /sw.js, bytes", str(second.received), ""),
    ]
    for name, taken in (("first", [v.cold_s for v in times]), ("second", [v.warm_s for v in times])):
        middle = median(taken)
        around = f"{middle:.2f} ({min(taken):.2f}-{max(taken):.2f})"
        lines.append((f"usable on the {name} visit, s", around, verdict(middle, USABLE_S)))
    lines.append((f"taps for {walked.doors} quiet doors", str(walked.taps), verdict(walked.taps, TAPS)))
    each = walked.writing / walked.doors if walked.doors else float("nan")
    lines.append(("requests that record, per quiet door", f"{each:.2f}", verdict(each, 1)))
    lines.append(("all other requests meanwhile", str(walked.others), ""))
    for name in CATEGORIES:
        middle = median([float(p) for p in points[name]])
        said = f"{middle:.0f} ({min(points[name])}-{max(points[name])})"
        lines.append((f"Lighthouse, mobile: {name}", said, verdict(middle, SCORE, at_least=True)))
    return lines


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch, sync_playwright() as playwright:
        folder = Path(scratch) / "data"
        cookie = demo_office(folder)
        with Service(folder, cookie) as service, Wire(service.port) as wire:
            service.wait("/me")
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            visits(browser, service.url, cookie)
            times = [visits(browser, service.url, cookie) for _ in range(ROUNDS)]
            first, second = over_the_wire(browser, wire, cookie)
            walked = walk(browser, wire, cookie)
            browser.close()
            points = scores(f"{wire.url}/today", cookie, Path(scratch))
    title = f"Phone: 360x740, {SLOWER} times slower, medians of {ROUNDS}"
    show(title, ("what", "measured", "limit"), rows(times, first, second, walked, points))


if __name__ == "__main__":
    main()
