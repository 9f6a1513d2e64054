"""What a picture is made of: areas, lines, discs, boxes, words; both writers draw these and nothing else."""

import unicodedata
from dataclasses import dataclass

Point = tuple[float, float]
Points = tuple[Point, ...]
# Of a Latin letter or a digit, in ems: what Noto Sans takes on average.
_NARROW_EM = 0.57
MIDDLE_EM = 0.36
"""From the middle of a character to its base line."""


@dataclass(frozen=True)
class Area:
    """A filled outline; `opacity` is of the fill."""

    points: Points
    fill: str | None = None
    stroke: str | None = None
    width: float = 0.0
    dash: tuple[float, ...] = ()
    opacity: float = 1.0


@dataclass(frozen=True)
class Line:
    """A line with round ends and joints."""

    points: Points
    stroke: str
    width: float
    dash: tuple[float, ...] = ()


@dataclass(frozen=True)
class Disc:
    """A circle around `at`."""

    at: Point
    radius: float
    fill: str | None = None
    stroke: str | None = None
    width: float = 0.0


@dataclass(frozen=True)
class Box:
    """An upright rectangle with round corners."""

    at: Point
    wide: float
    high: float
    radius: float
    fill: str | None = None
    stroke: str | None = None
    width: float = 0.0


@dataclass(frozen=True)
class Words:
    """Text whose middle stands at `at`, in pixels; `turn` in degrees, clockwise."""

    at: Point
    text: str
    size: float
    fill: str
    bold: bool = False
    halo: str | None = None
    turn: float = 0.0


Part = Area | Line | Disc | Box | Words


def is_wide(character: str) -> bool:
    """Whether a character fills a whole square."""
    return unicodedata.east_asian_width(character) in "WF"


def width_of(text: str, size: float) -> float:
    """About how wide a text is."""
    return sum(1.0 if is_wide(c) else _NARROW_EM for c in text) * size
