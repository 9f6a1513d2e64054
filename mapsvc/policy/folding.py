"""How texts are compared: full and half width, case, traditional and simplified characters alike."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_TABLE = Path(__file__).with_name("traditional.txt")


@dataclass(frozen=True)
class Folded:
    """A text as it is compared.

    Attributes
    ----------
    text : str
    places : tuple of int
        For each character of `text` where in the original it stands.
    """

    text: str
    places: tuple[int, ...]


def fold(original: str) -> Folded:
    """NFKC, lower case, simplified characters; character by character, so that places can be shown."""
    chars: list[str] = []
    places: list[int] = []
    for place, char in enumerate(original):
        for one in _folded(char):
            chars.append(one)
            places.append(place)
    return Folded("".join(chars), tuple(places))


def is_han(char: str) -> bool:
    """Whether a folded character is Chinese."""
    return "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U000323af" or "\uf900" <= char <= "\ufaff"


def is_latin(char: str) -> bool:
    """Whether a folded character is a letter pinyin is typed with."""
    return "a" <= char <= "z"


@lru_cache(maxsize=65_536)
def _folded(char: str) -> str:
    simplified = _simplified()
    # Letters with tone marks are typed by some keyboards; the dots of ü stand for v.
    plain = unicodedata.normalize("NFKC", char).casefold()
    if not plain.isascii():
        parts = unicodedata.normalize("NFD", plain).replace("u\u0308", "v")
        if is_latin(parts[:1]):
            plain = "".join(part for part in parts if not unicodedata.combining(part))
    return "".join(simplified.get(one, one) for one in plain)


@lru_cache(maxsize=1)
def _simplified() -> dict[str, str]:
    pairs = (pair for line in _TABLE.read_text("utf-8").splitlines() if line[:1] != "#" for pair in line.split())
    return {pair[0]: pair[1] for pair in pairs}
