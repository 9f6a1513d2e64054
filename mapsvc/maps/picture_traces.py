"""Lines along pavements on a picture: how long ago they were walked, or a round that is to be walked."""

from collections.abc import Sequence
from dataclasses import dataclass

from mapsvc.domain.coverage import Band
from mapsvc.maps.picture_parts import Line, Part, Points
from mapsvc.maps.picture_theme import Theme
from mapsvc.maps.picture_view import LonLat, View

_WIDTH = 4.0
_DASHES: dict[Band, tuple[float, ...]] = {Band.RECENT: (), Band.WEEKS: (5.0, 6.0), Band.LONG: (1.5, 5.0)}
_WAY, _WAY_WIDTH = (2.0, 5.0), 2.0


@dataclass(frozen=True)
class Trace:
    """A line; `band` says how it is drawn. None: a way that only leads from one to the next."""

    points: tuple[LonLat, ...]
    band: Band | None = None


def trace_parts(traces: Sequence[Trace], view: View, theme: Theme) -> list[Part]:
    """Ways first, then what was walked lately, then what was not, each over the one before."""
    order = (None, *_DASHES)
    parts: list[Part] = []
    for one in sorted(traces, key=lambda t: order.index(t.band)):
        points = tuple(view.at(p) for p in one.points)
        if len(points) > 1 and view.meets(points, _WIDTH):
            parts.append(_drawn(one, points, theme))
    return parts


def _drawn(one: Trace, points: Points, theme: Theme) -> Part:
    if one.band is None:
        return Line(points, theme.token("ink2"), _WAY_WIDTH, _WAY)
    return Line(points, theme.band(one.band.value), _WIDTH, _DASHES[one.band])
