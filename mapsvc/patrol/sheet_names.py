"""Where the names of streets stand on a sheet: along their road, clear of the numbers and of the line walked."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import atan2, degrees, hypot

from mapsvc.patrol.pavements import Point, apart

GLYPH = 19.0
"""Length that one character takes along the road."""
_STEP = 8.0
_BESIDE = 24.0
_CLEAR_OF_STOP = 22.0
_CLEAR_OF_LINE = 12.0
_REMARK = re.compile(r"[(（].*?[)）]")


@dataclass(frozen=True)
class Name:
    """A name with its middle and its turn in degrees."""

    text: str
    at: Point
    turn: float


def place(
    name: str, piece: tuple[Point, Point], stops: list[Point], line: list[Point], size: Point | None = None
) -> Name | None:
    """Find room for a street's name.

    Parameters
    ----------
    name : str
        As the layer has it; a remark in brackets is left out.
    piece : tuple of Point
        The street's longest straight piece on the sheet.
    stops, line : list of Point
        What the name must not cover: the marks, and points along what is walked.
    size : Point, optional
        Width and height of the sheet, beyond which no letter stands.

    Returns
    -------
    Name or None
        Beside the road where there is no room in it; None where there is none at all.
    """
    text = _REMARK.sub("", name).strip()
    (x1, y1), (x2, y2) = piece
    length, needed = hypot(x2 - x1, y2 - y1), GLYPH * len(text)
    if not text or length < needed:
        return None
    turn = degrees(atan2(y2 - y1, x2 - x1))
    turn -= 180 * round(turn / 180)
    spots = list(_spots(piece, length, needed))
    for clear_of_line in (_CLEAR_OF_LINE, 0.0):
        for along, middle in spots:
            letters = [(middle[0] + along[0] * d, middle[1] + along[1] * d) for d in _letters(len(text))]
            if size and not all(_is_inside(letter, size) for letter in letters):
                continue
            if all(apart(a, s) >= _CLEAR_OF_STOP for a in letters for s in stops) and all(
                apart(a, p) >= clear_of_line for a in letters for p in line
            ):
                return Name(text, middle, turn)
    return None


def _is_inside(letter: Point, size: Point) -> bool:
    return all(GLYPH / 2 <= at <= most - GLYPH / 2 for at, most in zip(letter, size, strict=True))


def along_line(line: list[Point], every: float = 6.0) -> list[Point]:
    """Points along a line, near enough to each other that nothing slips between."""
    out = list(line)
    for (x1, y1), (x2, y2) in itertools.pairwise(line):
        pieces = int(hypot(x2 - x1, y2 - y1) // every) + 1
        out += [(x1 + (x2 - x1) * i / pieces, y1 + (y2 - y1) * i / pieces) for i in range(1, pieces)]
    return out


def _letters(count: int) -> list[float]:
    """Middles of the letters, from the middle of the name."""
    return [(i - (count - 1) / 2) * GLYPH for i in range(count)]


def _spots(piece: tuple[Point, Point], length: float, needed: float) -> Iterator[tuple[Point, Point]]:
    """Direction and middle to try: in the road from its middle outwards, then on either side of it."""
    (x1, y1), (x2, y2) = piece
    along = ((x2 - x1) / length, (y2 - y1) / length)
    across = (-along[1], along[0])
    most = (length - needed) / 2
    shifts = [0.0, *(s * n * _STEP for n in range(1, int(most // _STEP) + 1) for s in (1, -1))]
    for side in (0.0, _BESIDE, -_BESIDE):
        for shift in shifts:
            at = length / 2 + shift
            yield along, (x1 + along[0] * at + across[0] * side, y1 + along[1] * at + across[1] * side)
