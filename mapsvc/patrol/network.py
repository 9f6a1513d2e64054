"""The walking network: stops put on pavements, shortest walks between them, told as lines and in words."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mapsvc.patrol import directions as words
from mapsvc.patrol.lines import BoolArray, FloatArray, IntArray
from mapsvc.patrol.matrix import MARGIN_M, Matrix
from mapsvc.patrol.pavements import MILLI, PRICE_BITS, Pavements, Point, StreetLine
from mapsvc.patrol.snapping import Feet, snap
from mapsvc.patrol.ways import Step, Ways

__all__ = ["Network", "Snap", "StreetLine", "Walks"]

# Off every street: walks in town are about this much longer than the straight line.
FALLBACK_DETOUR = 1.3
Passed = tuple[str, float, float, int]


@dataclass(frozen=True)
class Snap:
    """A stop on the network: street, metres along it, side (+1 left, -1 right)."""

    street: int
    chainage_m: float
    side: int


@dataclass(frozen=True)
class Walks:
    """Walks between all pairs of n stops.

    Attributes
    ----------
    distance_m : array of shape (n, n)
        What is walked.
    effort_m : array of shape (n, n)
        The same with the price of crossings: what a walker minds.
    snaps : tuple of n Snap or None
        Where the stops lie; None: too far off every street, straight line times 1.3.
    unreachable : tuple of int
        Stops on streets from which no way leads to where most stops are; straight line times 1.3 as well.
    """

    distance_m: FloatArray
    effort_m: FloatArray
    snaps: tuple[Snap | None, ...]
    unreachable: tuple[int, ...]
    _network: "Network"
    _stops: FloatArray
    _number: IntArray
    _ways: Ways
    _has_way: BoolArray

    @property
    def estimated(self) -> bool:
        """Whether any walk is estimated by the straight line."""
        return not bool(self._has_way.all())

    def is_estimated(self, i: int, j: int) -> bool:
        """Whether this walk is estimated: no way is known."""
        return not bool(self._has_way[i, j])

    def steps(self, i: int, j: int) -> tuple[Step, ...]:
        """The walk from stop i to stop j piece by piece; nothing when it is estimated or i is j."""
        if i == j or self.is_estimated(i, j):
            return ()
        return self._ways.steps(int(self._number[i]), int(self._number[j]))

    def line(self, i: int, j: int) -> list[Point]:
        """The way from stop i to stop j; a straight line when there is none."""
        points = [point for step in self.steps(i, j) for point in step.points]
        if not points:
            return [(float(x), float(y)) for x, y in self._stops[[i, j]]]
        return [p for k, p in enumerate(points) if k == 0 or p != points[k - 1]]

    def crosses(self, i: int, j: int) -> bool:
        """Whether the walk changes the side of the street it leaves or of the one it comes to."""
        name = self._network.names
        crossed = [name[step.street] for step in self.steps(i, j) if step.is_crossing]
        own = {name[known.street] for known in (self.snaps[i], self.snaps[j]) if known}
        return any(crossed.count(street) % 2 for street in own)

    def directions(self, i: int, j: int) -> tuple[str, ...]:
        """What a walker follows from stop i to stop j, in Chinese, e.g. 沿岚皋西路向西约120米，路北."""
        steps = self.steps(i, j)
        if steps:
            return words.directions(steps, self._network.streets)
        (x1, y1), (x2, y2) = ((float(x), float(y)) for x, y in self._stops[[i, j]])
        if i == j or not self.is_estimated(i, j):
            return ("就在旁边",)
        return (words.beeline_words(float(self.distance_m[i, j]), (x1, y1), (x2, y2)),)

    def passed(self, i: int, j: int) -> list[Passed]:
        """Stretches of pavement on the way: street, chainage from and to, side (+1 left, -1 right, 0 a path)."""
        out: list[Passed] = []
        for step in self.steps(i, j):
            if step.street < 0 or step.is_crossing:
                continue
            piece = (self._network.streets[step.street].name, step.from_m, step.to_m, step.side)
            if out and _goes_on(out[-1], piece):
                piece = (piece[0], out.pop()[1], piece[2], piece[3])
            out.append(piece)
        return out


def _goes_on(last: Passed, piece: Passed) -> bool:
    """Whether a piece only continues the last one beyond a junction."""
    is_onward = (last[2] - last[1]) * (piece[2] - piece[1]) > 0
    ahead = (piece[1] - last[2]) * (1 if piece[2] > piece[1] else -1)
    return (last[0], last[3]) == (piece[0], piece[3]) and is_onward and ahead >= 0


class Network:
    """Streets as pavements, built once and asked often.

    Parameters
    ----------
    streets : sequence of StreetLine
        Metres of one plane system; railways left out.
    """

    def __init__(self, streets: Sequence[StreetLine]) -> None:
        self.streets = tuple(streets)
        self.pavements = Pavements(self.streets)
        plain = [words.plain_name(s.name) if s.name else f"{i}" for i, s in enumerate(self.streets)]
        self.names = tuple(plain)

    @cached_property
    def digest(self) -> str:
        """Changes with any street."""
        rows = [(*astuple(s)[:1], [(round(x, 2), round(y, 2)) for x, y in s.points], *astuple(s)[2:])
                for s in self.streets]  # fmt: skip
        return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()

    def snap(self, x: float, y: float, name: str | None = None) -> Snap | None:
        """Put a point on the nearest street's nearer pavement; None when no street is within 120 m.

        A corner house belongs to the street of its address: `name` wins within 40 m.
        """
        return _snaps(snap(self.pavements, np.array([[x, y]], dtype=np.float64), (name,)))[0]

    def walks(self, stops: FloatArray, names: Sequence[str | None] = (), margin_m: float = MARGIN_M) -> Walks:
        """Shortest walks between all pairs, shortest in effort; exact whatever the margin.

        Parameters
        ----------
        stops : array of shape (n, 2)
            Metres.
        names : sequence of n str or None, optional
            The streets of their addresses.
        margin_m : float, optional
            How far around the stops' box is searched first.
        """
        stops = np.asarray(stops, dtype=np.float64).reshape(-1, 2)
        feet = snap(self.pavements, stops, names)
        on = np.flatnonzero(feet.is_on)
        there = feet.only(on)
        matrix = Matrix(self.pavements, there, margin_m)
        weight = np.full((len(stops), len(stops)), np.inf)
        weight[np.ix_(on, on)] = matrix.weight
        np.fill_diagonal(weight, 0.0)
        number = np.full(len(stops), -1, dtype=np.int64)
        number[on] = np.arange(len(on))
        effort, distance = _metres(weight, stops)
        lost = tuple(int(i) for i in on[_lost(matrix.weight)])
        ways = Ways(self.pavements, there, matrix)
        return Walks(distance, effort, _snaps(feet), lost, self, stops, number, ways, np.isfinite(weight))


def _metres(weight: FloatArray, stops: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Effort and distance out of weights; where there is no way, the straight line times 1.3."""
    known = np.isfinite(weight)
    whole: NDArray[np.int64] = np.where(known, weight, 0.0).astype(np.int64)
    effort_mm, price_m = np.divmod(whole, PRICE_BITS)
    effort, distance = effort_mm / MILLI, (effort_mm - price_m * int(MILLI)) / MILLI
    if not known.all():
        east, north = (stops[:, None, :] - stops[None, :, :]).transpose(2, 0, 1)
        straight = np.hypot(east, north) * FALLBACK_DETOUR
        effort, distance = np.where(known, effort, straight), np.where(known, distance, straight)
    return effort, distance


def _lost(weight: FloatArray) -> BoolArray:
    """Which stops are not connected to where most are; of equally many, to where the first is."""
    is_near = np.isfinite(weight)
    sizes = is_near.sum(axis=1)
    return ~is_near[int(np.argmax(sizes))] if len(sizes) else np.zeros(0, dtype=bool)


def _snaps(feet: Feet) -> tuple[Snap | None, ...]:
    rows = zip(feet.street.tolist(), feet.chain_m.tolist(), feet.side.tolist(), strict=True)
    return tuple(Snap(street, chain, 1 - 2 * side) if street >= 0 else None for street, chain, side in rows)
