"""Stretches of street on a picture, coloured by verdict or hatched, with a plate that says how many."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, hypot, pi, sin

from mapsvc.domain.hotspots import VERDICT_WORDS, Verdict
from mapsvc.maps.picture_parts import Area, Box, Line, Part, Point, Points, Words, width_of
from mapsvc.maps.picture_theme import Theme
from mapsvc.maps.picture_view import LonLat, Room, View
from mapsvc.operations.street_lines import StreetLine

# Each step is edged with the next darker one, the darkest with ink.
_EDGE = {Verdict.SLIGHTLY: "more", Verdict.MORE: "much"}
_PLATE_HIGH, _PLATE_PAD, _SIZE = 24.0, 7.0, 14.0
_AWAY = (8.0, 20.0, 34.0, 50.0)
_FEWER_DASH = (3.0, 3.0)
_SPELLED = (Verdict.MUCH, Verdict.MORE)


@dataclass(frozen=True)
class Stretch:
    """An area of the map with what is said of it.

    Attributes
    ----------
    ring : tuple of (lon, lat)
    count : int
        Written on its plate; 0 leaves the plate out.
    is_main : bool
        Outlined in ink: the one that the picture is about.
    """

    ring: tuple[LonLat, ...]
    verdict: Verdict
    count: int = 0
    is_main: bool = False


def stretch_parts(stretches: Sequence[Stretch], view: View, theme: Theme) -> list[Part]:
    """The areas, the weakest first; what is as usual is drawn only where it is what the picture is about."""
    parts: list[Part] = []
    order = list(Verdict)
    for one in sorted(stretches, key=lambda s: (s.is_main, -order.index(s.verdict))):
        points = tuple(view.at(p) for p in one.ring)
        if view.meets(points):
            parts += _drawn(one, points, theme)
    return parts


def plate_parts(
    stretches: Sequence[Stretch], streets: Sequence[StreetLine], view: View, theme: Theme, room: Room
) -> list[Part]:
    """A plate beside each stretch that has more than usual, away from the streets, where there is room."""
    parts: list[Part] = []
    lines = [points for street in streets if view.meets(points := tuple(view.at(p) for p in street.points), 40)]
    order = list(Verdict)
    told = [one for one in stretches if one.verdict.says_more or one.is_main]
    for one in told:
        xs, ys = zip(*(view.at(p) for p in one.ring), strict=True)
        room.take((min(xs), min(ys), max(xs), max(ys)))
    for one in sorted(told, key=lambda s: (not s.is_main, order.index(s.verdict), -s.count)):
        if one.count:
            parts += _plate(one, tuple(view.at(p) for p in one.ring), lines, theme, room)
    return parts


def _drawn(one: Stretch, points: Points, theme: Theme) -> list[Part]:
    parts: list[Part] = []
    if one.verdict.says_more:
        edge = theme.stretch(_EDGE[one.verdict]) if one.verdict in _EDGE else theme.token("ink2")
        parts.append(Area(points, theme.stretch(one.verdict.value), edge, 1, opacity=theme.stretch_opacity))
    elif one.verdict is Verdict.UNSURE:
        colour = theme.stretch("hatch")
        parts += [Line(pair, colour, 1.1) for pair in hatching(points, 7.0 * 2**0.5)]
        parts.append(Area(points, None, colour, 1))
    elif one.verdict is Verdict.FEWER:
        parts.append(Area(points, None, theme.token("ctl"), 1, _FEWER_DASH))
    if one.is_main:
        parts.append(Area(points, None, theme.token("surface"), 6))
        parts.append(Area(points, None, theme.token("ink"), 3))
    return parts


def hatching(points: Points, gap: float) -> list[tuple[Point, Point]]:
    """Lines from lower left to upper right inside an outline, `gap` pixels apart along the horizontal."""
    levels = [x + y for x, y in points]
    closed = (*points, points[0])
    found: list[tuple[Point, Point]] = []
    level = (min(levels) // gap + 1) * gap
    while level < max(levels):
        crossings = []
        for (x1, y1), (x2, y2) in pairwise(closed):
            a, b = x1 + y1 - level, x2 + y2 - level
            if (a < 0) != (b < 0):
                share = a / (a - b)
                crossings.append((x1 + (x2 - x1) * share, y1 + (y2 - y1) * share))
        crossings.sort()
        found += list(zip(crossings[::2], crossings[1::2], strict=False))
        level += gap
    return found


def _plate(one: Stretch, points: Points, lines: Sequence[Points], theme: Theme, room: Room) -> list[Part]:
    number = f"{one.count}件"
    word = f" {VERDICT_WORDS[one.verdict]}" if one.verdict in _SPELLED else ""
    wide = width_of(number + word, _SIZE) + 2 * _PLATE_PAD
    middle = _middle(points)
    for x, y in _spots(points, middle, wide, lines):
        box = (x - wide / 2, y - _PLATE_HIGH / 2, x + wide / 2, y + _PLATE_HIGH / 2)
        if room.claim(box):
            left = x - wide / 2 + _PLATE_PAD
            said: list[Part] = [
                Box((box[0], box[1]), wide, _PLATE_HIGH, 3, theme.token("surface"), theme.token("line2"), 1),
                Words((left + width_of(number, _SIZE) / 2, y), number, _SIZE, theme.token("ink"), bold=True),
            ]
            if word:
                at = left + width_of(number, _SIZE) + width_of(word, _SIZE) / 2
                said.append(Words((at, y), word.strip(), _SIZE - 1, theme.token("ink")))
            return said
    return []


def _spots(points: Points, middle: Point, wide: float, lines: Sequence[Points]) -> list[Point]:
    """Where a plate may stand, further and further off: on the side that is further from the streets first."""
    reach = max(hypot(x - middle[0], y - middle[1]) for x, y in points)
    ways = [(cos(k * pi / 4), sin(k * pi / 4)) for k in range(8)]
    found = []
    for away in _AWAY:
        ring = [
            (middle[0] + ux * (reach * 0.6 + away + wide / 2), middle[1] + uy * (reach * 0.6 + away + _SIZE))
            for ux, uy in ways
        ]
        found += sorted(ring, key=lambda at: -min((_off(at, line) for line in lines), default=0.0))
    return found


def _off(at: Point, line: Points) -> float:
    """How far a point lies from a line."""
    return min((_off_piece(at, a, b) for a, b in pairwise(line)), default=hypot(at[0] - line[0][0], at[1] - line[0][1]))


def _off_piece(at: Point, a: Point, b: Point) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    share = max(0.0, min(1.0, ((at[0] - a[0]) * dx + (at[1] - a[1]) * dy) / square)) if square else 0.0
    return hypot(at[0] - a[0] - share * dx, at[1] - a[1] - share * dy)


def _middle(points: Points) -> Point:
    xs, ys = zip(*points, strict=True)
    return sum(xs) / len(xs), sum(ys) / len(ys)
