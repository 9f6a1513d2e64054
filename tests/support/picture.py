"""Draws the picture of the read-me: `python -m tests.support.picture` on fresh demo data."""

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.support.browser import DESK, FLAGS, chromium_path
from tests.support.server import Server, mapsvc

PICTURE = Path(__file__).resolve().parent.parent.parent / "docs/img/map.png"
SETTLED_MS = 1500


def picture_of_the_map(folder: Path) -> bytes:
    """The map page at a desk, as the secretary of the demo in `folder` sees it, as PNG."""
    with Server(folder) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        context = browser.new_context(base_url=server.url, locale="zh-CN", timezone_id="Asia/Shanghai", **DESK)
        server.sign_in(context, "secretary")
        page = context.new_page()
        page.goto("/", wait_until="networkidle")
        page.wait_for_timeout(SETTLED_MS)
        taken = page.screenshot()
        browser.close()
    return taken


def main() -> None:
    """Write the picture, with 256 colours so that the file stays small."""
    with tempfile.TemporaryDirectory(prefix="mapsvc-picture-") as home:
        folder = Path(home) / "data"
        made = mapsvc("--data", str(folder), "demo")
        if made.returncode:
            raise SystemExit(made.stderr)
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        Image.open(io.BytesIO(picture_of_the_map(folder))).convert("P", palette=Image.Palette.ADAPTIVE).save(
            PICTURE, optimize=True
        )


if __name__ == "__main__":
    main()
