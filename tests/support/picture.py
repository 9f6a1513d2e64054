"""Draws the pictures of the read-me: `python -m tests.support.picture` on fresh demo data."""

import io
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.support.browser import DESK, FLAGS, PHONE, chromium_path
from tests.support.server import Server, mapsvc

PICTURES = Path(__file__).resolve().parent.parent.parent / "docs/img"
SCREENS: Mapping[str, Mapping[str, Any]] = {"map.png": DESK, "map-phone.png": PHONE}
SETTLED_MS = 1500


def pictures_of_the_map(folder: Path) -> dict[str, bytes]:
    """The map page on each screen, as the secretary of the demo in `folder` sees it, as PNG."""
    taken = {}
    with Server(folder) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        for name, screen in SCREENS.items():
            context = browser.new_context(base_url=server.url, locale="zh-CN", timezone_id="Asia/Shanghai", **screen)
            server.sign_in(context, "secretary")
            page = context.new_page()
            page.goto("/", wait_until="networkidle")
            page.wait_for_timeout(SETTLED_MS)
            taken[name] = page.screenshot()
        browser.close()
    return taken


def main() -> None:
    """Write the pictures, with 256 colours so that the files stay small."""
    with tempfile.TemporaryDirectory(prefix="mapsvc-picture-") as home:
        folder = Path(home) / "data"
        made = mapsvc("--data", str(folder), "demo")
        if made.returncode:
            raise SystemExit(made.stderr)
        PICTURES.mkdir(parents=True, exist_ok=True)
        for name, taken in pictures_of_the_map(folder).items():
            # Median cut, the usual method, gives the colours of small marks to the map's many greys.
            picture = Image.open(io.BytesIO(taken)).convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE)
            picture.save(PICTURES / name, optimize=True)


if __name__ == "__main__":
    main()
