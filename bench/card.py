"""The merchant's page: bytes and requests of a first view on the wire, time until it can be read, Lighthouse.

Chromium at 360x740 at a sixth of the speed, in front of a real public surface with all that the demo's office lays out;
the card is the one with the most of 我的事. Bytes are counted on the wire, heads included.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bench.browser import FLAGS, chromium, median
from bench.lighthouse_runs import CATEGORIES, scores
from bench.phone import PHONE, SLOWER, verdict
from bench.public import public_demo, serve
from bench.table import show
from bench.wire import Count, Wire

ROUNDS = 7
WEIGHT, SCORE = 100_000, 95
SETTLED_MS = 800
PAGES = (("the card's page", ""), ("answers to a question", "/answers?q=孩子入园要哪些材料"), ("a report", "/report"))


def visit(browser: Browser, wire: Wire, where: str, packed: bool) -> tuple[Count, float]:
    """A phone that was never here: what it fetched, and seconds until the text stood on the screen."""
    context = browser.new_context(base_url=wire.url, **PHONE)  # type: ignore[arg-type]
    if not packed:
        context.set_extra_http_headers({"Accept-Encoding": "identity"})
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    wire.look()
    page.goto(where)
    page.wait_for_timeout(SETTLED_MS)
    seen = wire.look()
    painted: float = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN")
    context.close()
    return seen, painted / 1000


def main() -> None:
    """Measure and print."""
    rows: list[tuple[str, ...]] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch, sync_playwright() as playwright:
        folder, token = public_demo(Path(scratch))
        with serve(folder) as service, Wire(service.port) as wire:
            service.wait("/healthz")
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            visit(browser, wire, f"/c/{token}", packed=True)
            for name, where in PAGES:
                plain, _ = visit(browser, wire, f"/c/{token}{where}", packed=False)
                visits = [visit(browser, wire, f"/c/{token}{where}", packed=True) for _ in range(ROUNDS)]
                packed = visits[0][0]
                limit = verdict(plain.received / 1000, WEIGHT / 1000)
                rows.append((f"{name}: first view, nothing compressed, kB", f"{plain.received / 1000:.1f}", limit))
                rows.append((f"{name}: first view as browsers get it, kB", f"{packed.received / 1000:.1f}", ""))
                rows.append((f"{name}: requests", str(len(packed.requests)), ""))
                rows.append((f"{name}: first paint, s", f"{median([s for _, s in visits]):.2f}", ""))
            browser.close()
            points = scores(f"{wire.url}/c/{token}", "", Path(scratch))
    for name in CATEGORIES:
        middle = median([float(p) for p in points[name]])
        said = f"{middle:.0f} ({min(points[name])}-{max(points[name])})"
        rows.append((f"Lighthouse, mobile: {name}", said, verdict(middle, SCORE, at_least=True)))
    show(
        f"The merchant's page: 360x740, {SLOWER} times slower, medians of {ROUNDS}", ("what", "measured", "limit"), rows
    )


if __name__ == "__main__":
    main()
