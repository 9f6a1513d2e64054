"""The shipped Chinese font for pictures: a file per group of characters, opened when one of them is asked for."""

import json
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from mapsvc.paths import shipped

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

REGULAR, BOLD = 400, 700
_MISSING = "□"


def is_shipped() -> bool:
    """Whether the font is there: it comes with the browser's files at set-up."""
    return (_folder() / "ranges.json").is_file()


def font_for(character: str, size_px: int, weight: int) -> "FreeTypeFont":
    """The font that has this character; of a character that is in none, the one that has a box for it.

    Raises
    ------
    OSError
        The font was not installed.
    """
    group = _groups().get(ord(character)) or _groups()[ord(_MISSING)]
    return _font(group, size_px, weight)


def drawable(character: str) -> str:
    """The character, or the box that stands for one in no font."""
    return character if ord(character) in _groups() else _MISSING


@lru_cache(maxsize=400)
def _font(group: str, size_px: int, weight: int) -> "FreeTypeFont":
    from PIL import ImageFont

    font = ImageFont.truetype(str(_folder() / "files" / f"noto-sans-sc-{group}-wght-normal.woff2"), size_px)
    font.set_variation_by_axes([weight])
    return font


@cache
def _groups() -> dict[int, str]:
    """Of each character the group whose file has it."""
    ranges: dict[str, str] = json.loads((_folder() / "ranges.json").read_text(encoding="utf-8"))
    found: dict[int, str] = {}
    for group, spans in ranges.items():
        for span in spans.split(","):
            first, _, last = span.removeprefix("U+").partition("-")
            for code in range(int(first, 16), int(last or first, 16) + 1):
                found.setdefault(code, group.strip("[]"))
    return found


def _folder() -> Path:
    return shipped("static") / "vendor" / "fonts"
