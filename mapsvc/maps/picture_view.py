"""The window of a picture: from positions to pixels, and which of them are taken already."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import hypot

from mapsvc.geo.local import to_metres
from mapsvc.maps.picture_parts import Point, Points, width_of

LonLat = tuple[float, float]
Rect = tuple[float, float, float, float]
# Nothing is fitted closer than a stretch of street, or it could not be recognised.
_LEAST_M = 160.0
_LINE_EM = 1.25


@dataclass(frozen=True)
class View:
    """North up: pixels from the upper left corner, `per_m` of them to a metre."""

    west_m: float
    north_m: float
    per_m: float
    width: float
    height: float

    def at(self, place: LonLat) -> Point:
        """Where a position (lon, lat) lies."""
        x, y = to_metres(*place)
        return (x - self.west_m) * self.per_m, (self.north_m - y) * self.per_m

    def holds(self, point: Point, margin: float = 0.0) -> bool:
        """Whether a point lies on the picture, that far from its edges."""
        return margin <= point[0] <= self.width - margin and margin <= point[1] <= self.height - margin

    def meets(self, points: Points, margin: float = 0.0) -> bool:
        """Whether the box around some points touches the picture."""
        xs, ys = zip(*points, strict=True)
        beside = min(xs) > self.width + margin or max(xs) < -margin
        return not (beside or min(ys) > self.height + margin or max(ys) < -margin)


def view_around(center: LonLat, across_m: float, width: float, height: float) -> View:
    """The view with `center` in its middle that is `across_m` wide."""
    x, y = to_metres(*center)
    per_m = width / across_m
    return View(x - width / 2 / per_m, y + height / 2 / per_m, per_m, width, height)


def view_of(places: Sequence[LonLat], width: float, height: float, padding: float) -> View:
    """The view that just holds these places, `padding` pixels from the edges."""
    xs, ys = zip(*(to_metres(*place) for place in places), strict=True)
    wide, high = max(max(xs) - min(xs), _LEAST_M), max(max(ys) - min(ys), _LEAST_M * height / width)
    per_m = min((width - 2 * padding) / wide, (height - 2 * padding) / high)
    middle_x, middle_y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    return View(middle_x - width / 2 / per_m, middle_y + height / 2 / per_m, per_m, width, height)


@dataclass
class Room:
    """What is taken on a picture; whatever comes later looks for what is left."""

    width: float
    height: float
    taken: list[Rect] = field(default_factory=list)

    def is_free(self, rect: Rect) -> bool:
        """Whether nothing lies there, and it lies on the picture."""
        x0, y0, x1, y1 = rect
        if x0 < 2 or y0 < 2 or x1 > self.width - 2 or y1 > self.height - 2:
            return False
        return all(x1 <= a or x0 >= c or y1 <= b or y0 >= d for a, b, c, d in self.taken)

    def take(self, rect: Rect) -> None:
        """Keep others away."""
        self.taken.append(rect)

    def claim(self, rect: Rect) -> bool:
        """Take a place if it is free."""
        if not self.is_free(rect):
            return False
        self.taken.append(rect)
        return True


def around(at: Point, radius: float) -> Rect:
    """The box of a disc."""
    return at[0] - radius, at[1] - radius, at[0] + radius, at[1] + radius


def box_of(at: Point, text: str, size: float) -> Rect:
    """The box of a line of text whose middle stands at a point."""
    half, high = width_of(text, size) / 2 + 2, size * _LINE_EM / 2
    return at[0] - half, at[1] - high, at[0] + half, at[1] + high


def apart(p: Point, q: Point) -> float:
    """Pixels between two points."""
    return hypot(p[0] - q[0], p[1] - q[1])
