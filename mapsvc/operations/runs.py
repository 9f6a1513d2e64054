"""Stretches walked in one go: a piece of one side of a few minutes at most, that ends where a street meets."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING

from mapsvc.operations.stretches import LonLat, Stretches, runs

if TYPE_CHECKING:
    from mapsvc.geo.streets import Street

MOST_M = 200.0
"""About so long at most."""
_MOUTH_M = 5.0
"""A street that ends so near to the edge of another meets it."""


@lru_cache(maxsize=4)
def blocks(known: Stretches) -> tuple[tuple[int, ...], ...]:
    """All stretches by their numbers, cut where a street meets theirs and so that none is longer than `MOST_M`.

    They are the same every day, so that plans of different days speak of the same ones.
    """
    meets = {name: _meeting(known, name) for name in dict.fromkeys(s.street for s in known.segments)}

    def goes_on(here: int, there: int) -> bool:
        one = known.segments[there]
        half = one.length_m / 2
        is_cut = any(abs(chainage - one.from_m) <= half for chainage in meets[one.street])
        return known.follows(here, there) and not is_cut

    return tuple(piece for run in runs(range(len(known)), goes_on) for piece in pieces(known, run))


def pieces(known: Stretches, run: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """A run cut into parts about as long as each other, none longer than `MOST_M`."""
    length = sum(known.segments[n].length_m for n in run)
    # A rest shorter than half a stretch was added to the last one.
    count = max(1, ceil(length / MOST_M - 0.1))
    ends = [round(i * len(run) / count) for i in range(count + 1)]
    return tuple(tuple(run[a:b]) for a, b in pairwise(ends) if b > a)


def opposite(known: Stretches, number: int) -> int | None:
    """The block across the street, by number; None where there is none."""
    found = blocks(known)
    own = [known.segments[n] for n in found[number]]
    middle = (own[0].from_m + own[-1].to_m) / 2

    def is_across(block: Sequence[int]) -> bool:
        first, last = known.segments[block[0]], known.segments[block[-1]]
        is_other = first.street == own[0].street and first.side != own[0].side
        return is_other and first.from_m <= middle < last.to_m

    return next((n for n, block in enumerate(found) if is_across(block)), None)


def line_of(known: Stretches, run: Sequence[int]) -> tuple[LonLat, ...]:
    """The pavement along a run, (lon, lat) in the street's direction."""
    return tuple(dict.fromkeys(point for number in run for point in known.pavement(number)))


def _meeting(known: Stretches, name: str) -> list[float]:
    """Ground metres along a street at which others meet or cross it."""
    street = known.gazetteer.street(name)
    return [
        chainage
        for other in known.gazetteer.streets
        if other.kind == "road" and other.name != name and other.level == street.level
        for chainage in _shared(street, other)
    ]


def _shared(street: "Street", other: "Street") -> list[float]:
    from shapely import LineString, Point

    line = LineString(street.metres)
    way = LineString(other.metres)
    reach = street.width_m / 2 + _MOUTH_M
    if line.distance(way) > reach:
        return []
    crossing = [part.centroid for part in getattr(met, "geoms", [met])] if (met := line.intersection(way)) else []
    ends = [point for point in (Point(other.metres[0]), Point(other.metres[-1])) if line.distance(point) <= reach]
    found = [street.project_metres(point.x, point.y).chainage_m for point in (*crossing, *ends)]
    # At its own ends a street is not cut.
    return [chainage for chainage in found if 0 < chainage < street.length_m]
