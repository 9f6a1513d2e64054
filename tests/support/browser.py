"""Real Chromium at a desk and on a phone; a console error or a request to another host fails the test."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:  # imported where used: most tests need no browser
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Of several switches the last counts: Playwright's own list and, at its end, the address bar's popups, which take
    # two processes of each window although no test has an address bar.
    "--disable-features=AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,"
    "HttpsFirstBalancedModeAutoEnable,LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,"
    "AvoidCorsURLLoaderRestartOnRedirect,OptimizationHints,NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch,"
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup",
]
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}
PATIENCE_MS = 15_000


def chromium_path() -> str:
    """The installed Chromium, the one people use: a build without windows of its own would be another program."""
    for name in ("chromium", "chromium-browser"):
        if found := shutil.which(name):
            return found
    raise RuntimeError("Chromium is missing: apt-get install chromium")


class Watch:
    """Collects what must not happen on a page: console errors, uncaught errors, CSP violations, other hosts."""

    def __init__(self, context: BrowserContext, host: str) -> None:
        self.faults: list[str] = []
        self._host = host
        self._allowed: list[re.Pattern[str]] = []
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"uncaught: {error.error}"))
        context.on("request", self._request)

    def allow(self, pattern: str) -> None:
        """Expect faults that match `pattern`, such as the console's line about a 409 a test provokes."""
        self._allowed.append(re.compile(pattern))

    def unexpected(self) -> list[str]:
        """The faults nobody allowed."""
        return [f for f in self.faults if not any(p.search(f) for p in self._allowed)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            self.faults.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != self._host:
            self.faults.append(f"other host: {request.url}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for this test process; every context in it is a new profile."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield running
        running.close()


OpenContext = Callable[..., "BrowserContext"]


@pytest.fixture
def open_context(browser: Browser, live_server: Any) -> Iterator[OpenContext]:
    """Make watched contexts: `open_context(role="secretary", **options)`; role None: nobody is signed in."""
    from playwright.sync_api import Error

    opened: list[tuple[BrowserContext, Watch]] = []

    def make(role: str | None = "secretary", **options: Any) -> BrowserContext:
        context = browser.new_context(
            base_url=live_server.url, locale="zh-CN", timezone_id="Asia/Shanghai", **(DESK | options)
        )
        context.set_default_timeout(PATIENCE_MS)
        watch = Watch(context, urlsplit(live_server.url).netloc)
        context.watch = watch  # type: ignore[attr-defined]
        opened.append((context, watch))
        if role:
            live_server.sign_in(context, role)
        return context

    yield make
    faults: list[str] = []
    for context, watch in opened:
        faults += watch.unexpected()
        try:
            context.close()
        except Error as error:
            faults.append(f"closing: {error}")
    assert not faults, "\n".join(faults)


@pytest.fixture
def page(open_context: OpenContext) -> Page:
    """A page at a desk, 1280x800, signed in as the demo's secretary."""
    return open_context().new_page()


@pytest.fixture
def phone(open_context: OpenContext) -> Page:
    """A page on a phone, 360x740 with touch, signed in as one of the demo's workers."""
    return open_context("worker", **PHONE).new_page()


def watch_of(page: Page) -> Watch:
    """The watch of the page's context, to `allow` what a test provokes."""
    return page.context.watch  # type: ignore[attr-defined, no-any-return]


def serious_faults(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """Accessibility faults of impact serious or critical, as found by axe-core; by all its rules or by some."""
    from axe_playwright_python.sync_playwright import Axe

    # What passed is of no use here; to describe it all takes longer than the looking.
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": list(rules)}
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate("options => axe.run(options).then(results => results.violations)", options)
    return [
        f"{v['id']}: {v['help']} {[n['target'] for n in v['nodes']][:5]}"
        for v in found
        if v["impact"] in {"serious", "critical"}
    ]


def chinese_is_drawn(page: Page) -> bool:
    """Whether two Chinese characters look different: without a font both are the same empty box."""
    draw = """character => {
        const canvas = document.createElement('canvas'); canvas.width = canvas.height = 40;
        const pen = canvas.getContext('2d'); pen.font = '32px sans-serif'; pen.fillText(character, 2, 34);
        return canvas.toDataURL()
    }"""
    return len({page.evaluate(draw, character) for character in "岚皋"}) == 2
