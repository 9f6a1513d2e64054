"""Draws the pictures of the read-me, on the demo of Monday at nine: `python -m tests.support.picture [NAME…]`."""

import io
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.support.browser import DESK, FLAGS, PHONE, chromium_path
from tests.support.other_hour import StreetServer, moved_clock, shift_to

PICTURES = Path(__file__).resolve().parent.parent.parent / "docs/img"
SETTLED_MS = 1500


@dataclass(frozen=True)
class Shot:
    """A page as somebody of a role sees it on a screen, after a tap on the button called `tap`."""

    role: str
    path: str
    screen: Mapping[str, Any]
    tap: str = ""


SHOTS = {
    "map.png": Shot("secretary", "/", DESK),
    "map-phone.png": Shot("secretary", "/", PHONE),
    "today-phone.png": Shot("worker", "/today", PHONE, tap="见到了，没事"),
}


def pictures(folder: Path, shift_s: int, names: Iterable[str]) -> dict[str, bytes]:
    """The pictures called `names`, of the demo in `folder`, as PNG."""
    taken = {}
    with StreetServer(folder, shift_s) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        for name in names:
            shot = SHOTS[name]
            context = browser.new_context(
                base_url=server.url, locale="zh-CN", timezone_id="Asia/Shanghai", **shot.screen
            )
            context.add_init_script(moved_clock(shift_s))
            server.sign_in(context, shot.role)
            page = context.new_page()
            page.goto(shot.path, wait_until="networkidle")
            if shot.tap:
                page.get_by_role("button", name=shot.tap).tap()
            page.wait_for_timeout(SETTLED_MS)
            taken[name] = page.screenshot()
        browser.close()
    return taken


def with_few_colours(picture: Image.Image) -> Image.Image:
    """The picture in its own 256 most frequent colours, so that those of paper and marks stay exact."""
    found = sorted(picture.getcolors(picture.width * picture.height) or [], reverse=True)[:256]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for _, colour in found for part in colour])  # type: ignore[union-attr]
    return picture.quantize(palette=palette, dither=Image.Dither.NONE)


def main() -> None:
    """Write the pictures, with 256 colours so that the files stay small."""
    shift_s = shift_to()
    with tempfile.TemporaryDirectory(prefix="mapsvc-picture-") as home:
        folder = Path(home) / "data"
        moved = [sys.executable, "-m", "tests.support.other_hour", str(shift_s)]
        subprocess.run([*moved, "--data", str(folder), "demo"], check=True)
        PICTURES.mkdir(parents=True, exist_ok=True)
        for name, taken in pictures(folder, shift_s, sys.argv[1:] or SHOTS).items():
            picture = with_few_colours(Image.open(io.BytesIO(taken)).convert("RGB"))
            picture.save(PICTURES / name, optimize=True)


if __name__ == "__main__":
    main()
