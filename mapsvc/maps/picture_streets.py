"""The streets of a picture: casings, fills, and names along the road where nothing else stands."""

import re
from collections.abc import Iterator
from itertools import pairwise
from math import atan2, degrees, hypot

from mapsvc.maps.picture_parts import Line, Part, Point, Points, Words
from mapsvc.maps.picture_theme import Theme
from mapsvc.maps.picture_view import Room, View, around
from mapsvc.operations.street_lines import StreetLine

_CASING = 2.0
_RAIL_DASH = (6.0, 6.0)
_GAP_EM = 0.5
_STEP = 6.0
_EDGE = 14.0
_REMARK = re.compile(r"[(（].*?[)）]")
_MAJOR = ("A", "B")


def street_parts(streets: tuple[StreetLine, ...], view: View, theme: Theme) -> list[Part]:
    """All casings first, then all fills, so that crossings merge; railways under both."""
    drawn = [(street, tuple(view.at(p) for p in street.points)) for street in streets]
    drawn = [(street, points) for street, points in drawn if view.meets(points, 40)]
    roads = [(street, points) for street, points in drawn if street.kind != "rail"]
    dash_d = tuple(float(n) for n in str(theme.streets.get("dash_class_d", "7 5")).split())
    parts: list[Part] = []
    for street, points in drawn:
        if street.kind == "rail":
            parts += (Line(points, theme.street("casing"), 3), Line(points, theme.token("land"), 1.6, _RAIL_DASH))
    for street, points in roads:
        dash = dash_d if street.street_class == "D" else ()
        parts.append(Line(points, theme.street("casing"), width_px(street, view, theme) + _CASING, dash))
    for street, points in roads:
        colour = theme.street("major" if street.street_class in _MAJOR else "road")
        parts.append(Line(points, colour, width_px(street, view, theme)))
    return parts


def width_px(street: StreetLine, view: View, theme: Theme) -> float:
    """How wide a street is drawn: to scale, but not below the least of its name."""
    least = theme.streets.get("min_px", {})
    return max(street.width_m * view.per_m, float(least.get(street.name, least.get("default", 2))))


def name_parts(streets: tuple[StreetLine, ...], view: View, theme: Theme, room: Room) -> list[Part]:
    """Each street's name, once per stretch, glyph by glyph; no room, no name."""
    size = 16.0 if view.per_m >= 3.9 else 14.0 if view.per_m >= 1.9 else 13.0
    roads = [s for s in streets if s.kind != "rail"]
    lines = {id(s): tuple(view.at(p) for p in s.points) for s in roads}
    reaches = [(s.name, lines[id(s)], width_px(s, view, theme) / 2 + size * 0.6) for s in roads]
    near = [one for one in reaches if view.meets(one[1], one[2])]
    every = float(theme.streets.get("name_every_m", 350)) * view.per_m
    parts: list[Part] = []
    # A street may come in several pieces.
    standing: dict[str, list[Point]] = {}
    for street in sorted(roads, key=lambda s: -s.width_m):
        text = _REMARK.sub("", street.name).strip()
        if not view.meets(lines[id(street)]):
            continue
        others = [(line, reach) for name, line, reach in near if name != street.name]
        used = standing.setdefault(text, [])
        for middle, glyphs in sorted(_spots(lines[id(street)], len(text), size, view), key=_is_awkward):
            if any(hypot(middle[0] - x, middle[1] - y) < every for x, y in used):
                continue
            at = [point for point, _ in glyphs]
            boxes = [around(p, size * 0.62) for p in at]
            if not all(view.holds(p, _EDGE) for p in at) or not all(map(room.is_free, boxes)):
                continue
            if not any(_near(p, line, reach) for p in at for line, reach in others):
                used.append(middle)
                for box in boxes:
                    room.take(box)
                parts += _letters(text, glyphs, size, theme)
    return parts


def _letters(text: str, glyphs: list[tuple[Point, float]], size: float, theme: Theme) -> list[Part]:
    """Up to 45 degrees a name turns with its road and reads to the right; steeper, it reads downwards. Uphill it turns
    up to 60: read downwards, its letters would lie on their sides."""
    first, last = glyphs[0][0], glyphs[-1][0]
    along = degrees(atan2(last[1] - first[1], last[0] - first[0]))
    slope = along if abs(along) <= 90 else along - 180 * (1 if along > 0 else -1)
    is_steep = slope > 45 or slope < -60
    backwards = along < 0 if is_steep else abs(along) > 90
    ordered = [(p, turn + 180) for p, turn in reversed(glyphs)] if backwards else glyphs
    out: list[Part] = []
    for character, (at, direction) in zip(text, ordered, strict=True):
        turn = (direction - (90 if is_steep else 0) + 180) % 360 - 180
        out.append(
            Words(at, character, size, theme.street("name_color"), bold=True, halo=theme.street("road"), turn=turn)
        )
    return out


def _spots(line: Points, count: int, size: float, view: View) -> Iterator[tuple[Point, list[tuple[Point, float]]]]:
    """Where a name of so many characters could stand along a line: its middle, and each glyph with its direction.

    What cannot lie on the picture as a whole is passed over.
    """
    lengths = [hypot(q[0] - p[0], q[1] - p[1]) for p, q in pairwise(line)]
    pitch, whole = size * (1 + _GAP_EM), sum(lengths)
    at = pitch * count / 2
    while count and at <= whole - pitch * count / 2:
        middle = _along(line, lengths, at)[0]
        if view.holds(middle, -pitch * count / 2):
            yield middle, [_along(line, lengths, at + (i - (count - 1) / 2) * pitch) for i in range(count)]
        at += _STEP


def _is_awkward(spot: tuple[Point, list[tuple[Point, float]]]) -> bool:
    """Neither along nor down: letters that read downwards would lie on their side."""
    (x1, y1), (x2, y2) = spot[1][0][0], spot[1][-1][0]
    return 45 < degrees(atan2(abs(y2 - y1), abs(x2 - x1))) < 65 and (x2 - x1) * (y2 - y1) < 0


def _along(line: Points, lengths: list[float], at: float) -> tuple[Point, float]:
    for (p, q), length in zip(pairwise(line), lengths, strict=True):
        if at <= length and length:
            share = at / length
            turn = degrees(atan2(q[1] - p[1], q[0] - p[0]))
            return (p[0] + (q[0] - p[0]) * share, p[1] + (q[1] - p[1]) * share), turn
        at -= length
    (x1, y1), (x2, y2) = line[-2:]
    return line[-1], degrees(atan2(y2 - y1, x2 - x1))


def _near(point: Point, line: Points, reach: float) -> bool:
    x, y = point
    for (x1, y1), (x2, y2) in pairwise(line):
        dx, dy = x2 - x1, y2 - y1
        square = dx * dx + dy * dy
        t = max(0.0, min(1.0, ((x - x1) * dx + (y - y1) * dy) / square)) if square else 0.0
        if hypot(x - x1 - t * dx, y - y1 - t * dy) < reach:
            return True
    return False
