"""The same text written otherwise: full width, traditional characters."""

from pathlib import Path

from mapsvc.policy import folding

_PAIRS = [
    pair
    for line in Path(folding.__file__).with_name("traditional.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
    for pair in line.split()
]
TRADITIONAL = {ord(simplified): ord(one) for one, simplified in reversed(_PAIRS)}
"""For str.translate: to each simplified character a traditional one."""
PAIRS = tuple(_PAIRS)


def full_width(text: str) -> str:
    """Letters, digits and signs as wide as Chinese characters."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)
