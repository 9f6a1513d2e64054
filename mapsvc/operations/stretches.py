"""The stretches of the shop streets that a walk passes (street:25): where they lie, and which of them a way follows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, Any

from mapsvc.operations.workspace import Workspace

if TYPE_CHECKING:
    import numpy as np

    from mapsvc.geo.addresses import Gazetteer
    from mapsvc.geo.segments import StreetSegment
    from mapsvc.geo.streets import Street

LENGTH_M = 25.0
_NEAR_M = 30.0
"""Who walks so far off the middle of a street does not walk along it."""
_STEP_M = 2.5
_SHARE = 0.5
LonLat = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Stretches:
    """All stretches of both sides, in the order of the streets."""

    gazetteer: "Gazetteer"
    segments: "tuple[StreetSegment, ...]"

    def __len__(self) -> int:
        return len(self.segments)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Their names, as those of the hot spots' cells: street:25:岚皋路/odd/475."""
        return tuple(f"street:{LENGTH_M:g}:{s.key}" for s in self.segments)

    @cached_property
    def number(self) -> dict[str, int]:
        """Of each name its number."""
        return {name: i for i, name in enumerate(self.ids)}

    def at(self, lon: "np.ndarray[Any, Any]", lat: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
        """For each position (WGS-84) the number of its stretch, -1 away from the streets; shape (n,)."""
        from mapsvc.geo.segments import assign_to_segments

        return assign_to_segments(lon, lat, self.gazetteer.streets, self.segments)

    def pavement(self, number: int, aside_m: float = 0.0) -> tuple[LonLat, ...]:
        """The line of its pavement, (lon, lat) in the street's direction; `aside_m` further from the middle."""
        s, street = self.segments[number], self._street(number)
        stops = [s.from_m, *(c for c in street.chainages if s.from_m < c < s.to_m), s.to_m]
        points = [street.point_at(c, self._off(number, aside_m)) for c in stops]
        return tuple((round(p.lon, 7), round(p.lat, 7)) for p in points)

    def middle(self, number: int) -> LonLat:
        """The middle of its pavement, (lon, lat)."""
        s = self.segments[number]
        point = self._street(number).point_at((s.from_m + s.to_m) / 2, self._off(number))
        return round(point.lon, 7), round(point.lat, 7)

    def along(self, line: Sequence[LonLat]) -> tuple[str, ...]:
        """The stretches that a way follows for at least half their length, in the order of the streets.

        Parameters
        ----------
        line : sequence of (lon, lat)
            The way as it is walked on pavements; each side of a street has stretches of its own.
        """
        import numpy as np

        from mapsvc.geo.local import to_lonlat, to_metres
        from mapsvc.geo.segments import assign_to_segments

        points, stands_for = _sampled([to_metres(*point) for point in line])
        if not len(points):
            return ()
        lon, lat = to_lonlat(points[:, 0], points[:, 1])
        at = assign_to_segments(lon, lat, self.gazetteer.streets, self.segments, _NEAR_M)
        met = np.bincount(at[at >= 0], stands_for[at >= 0], len(self.segments))
        need = np.array([_SHARE * s.length_m for s in self.segments])
        return tuple(self.ids[i] for i in np.flatnonzero(met >= need).tolist())

    def first_number(self, number: int) -> int | None:
        """The first house number of its side within it; None where there is none."""
        first, last = self._doors(number)
        return first if first <= last else None

    def length_m(self, segments: Sequence[str]) -> float:
        """Metres of these stretches in all."""
        return sum(self.segments[self.number[name]].length_m for name in segments if name in self.number)

    def words(self, segments: Sequence[str]) -> tuple[str, ...]:
        """These stretches in words, those that follow each other on one side as one: 岚皋路2–98号（双号侧）."""
        numbers = sorted({self.number[name] for name in segments if name in self.number})
        return tuple(self.run_words(run) for run in runs(numbers, self.follows))

    def run_words(self, run: Sequence[int]) -> str:
        """One run of a side in words, from its first stretch to its last."""
        return f"{self.run_span(run)}（{self.segments[run[0]].side_label}）"

    def run_span(self, run: Sequence[int]) -> str:
        """The same without the side, which the numbers tell: 岚皋路2–98号."""
        s = self.segments[run[0]]
        doors = [pair for n in run if (pair := self._doors(n))[0] <= pair[1]]
        if not doors:
            return s.label
        first, last = doors[0], doors[-1]
        begin, end = (first[0], last[1]) if run[0] <= run[-1] else (first[1], last[0])
        span = f"{begin}–{end}号" if begin != end else f"{begin}号"
        return f"{s.street}{span}"

    def follows(self, here: int, there: int) -> bool:
        """Whether one comes next to the other on the same side of one street."""
        a, b = self.segments[here], self.segments[there]
        return abs(here - there) == 1 and (a.street, a.side) == (b.street, b.side)

    def _doors(self, number: int) -> tuple[int, int]:
        from mapsvc.geo.segment_marks import doors_of

        s = self.segments[number]
        return doors_of(s, self.gazetteer.numbers[s.street])

    def _street(self, number: int) -> "Street":
        return self.gazetteer.street(self.segments[number].street)

    def _off(self, number: int, aside_m: float = 0.0) -> float:
        """How far its pavement lies to the left of the street's line."""
        half = self._street(number).width_m / 2 + aside_m
        return half if self.segments[number].hand == "left" else -half


def stretches_of(ws: Workspace) -> Stretches:
    """The stretches of this office's shop streets."""
    return stretches_in(ws.gazetteer)


@lru_cache(maxsize=4)
def stretches_in(gazetteer: "Gazetteer") -> Stretches:
    """The stretches of the streets that have house numbers."""
    from mapsvc.geo.segments import segments_of

    return Stretches(gazetteer, segments_of(gazetteer.streets, gazetteer.numbers, LENGTH_M))


def runs(numbers: Sequence[int], follows: Callable[[int, int], bool]) -> list[list[int]]:
    """Numbers in their order, cut where one does not follow the one before."""
    found: list[list[int]] = []
    for number in numbers:
        if found and follows(found[-1][-1], number):
            found[-1].append(number)
        else:
            found.append([number])
    return found


def _sampled(metres: Sequence[tuple[float, float]]) -> "tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]":
    """Points every few metres along a line, shape (n, 2): the middles of equal pieces; and the metres of each, (n,)."""
    import numpy as np

    pieces, lengths = [np.zeros((0, 2))], [np.zeros(0)]
    for (x1, y1), (x2, y2) in pairwise(metres):
        length = float(np.hypot(x2 - x1, y2 - y1))
        count = ceil(length / _STEP_M)
        if count:
            share = (np.arange(count) + 0.5) / count
            pieces.append(np.stack([x1 + share * (x2 - x1), y1 + share * (y2 - y1)], axis=1))
            lengths.append(np.full(count, length / count))
    return np.concatenate(pieces), np.concatenate(lengths)
