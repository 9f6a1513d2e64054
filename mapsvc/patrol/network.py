"""The walking network: stops put on pavements, shortest walks between them, and the side of the street they lie on."""

import hashlib
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mapsvc.patrol.pavements import Graph, Pavements, Point, StreetLine

__all__ = ["Network", "Snap", "StreetLine", "Walks"]

FloatArray = NDArray[np.float64]

# Off every street: walks in town are about this much longer than the straight line.
_FALLBACK_DETOUR = 1.3
_SNAP_LIMIT_M = 120.0
_NAMED_BEFORE_M = 40.0


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
    way : callable
        Reads the walk between two stops back.
    snaps : tuple of n Snap or None
        Where the stops lie; None: too far off every street, straight line times 1.3.
    """

    distance_m: FloatArray
    effort_m: FloatArray
    way: "_Tracer"
    snaps: tuple[Snap | None, ...]
    streets: tuple[StreetLine, ...] = ()
    unreachable: tuple[int, ...] = ()

    def directions(self, i: int, j: int) -> tuple[str, ...]:
        """What a walker follows from stop i to stop j, in Chinese words."""
        here, there = self.snaps[i], self.snaps[j]
        if here is None or there is None:
            return (f"路网没有连到，按直线估算约{round(float(self.distance_m[i, j]), -1):.0f}米",)
        length = f"约{max(round(float(self.distance_m[i, j]), -1), 10):.0f}米"
        crossing = ("过街",) if self.crosses(i, j) else ()
        name = self.streets[there.street].name or "小路"
        return (f"沿{name}{length}" if here.street == there.street else f"到{name}，{length}", *crossing)

    def passed(self, i: int, j: int) -> list[tuple[str, float, float, int]]:
        """Stretches of street on the way: name, chainage from and to (ground metres), side (+1 left, -1 right)."""
        here, there = self.snaps[i], self.snaps[j]
        if here is None or there is None or here.street != there.street:
            return []
        return [(self.streets[here.street].name, here.chainage_m, there.chainage_m, here.side)]

    @property
    def estimated(self) -> bool:
        """Whether any stop lies off the network."""
        return None in self.snaps

    def line(self, i: int, j: int) -> list[Point]:
        """The way from stop i to stop j; a straight line when there is none."""
        return self.way.line(i, j)

    def crosses(self, i: int, j: int) -> bool:
        """Whether the walk changes the side of the street it leaves or of the one it comes to."""
        streets = {snap.street for snap in (self.snaps[i], self.snaps[j]) if snap}
        crossed = self.way.crossed(i, j)
        return any(crossed.count(street) % 2 for street in streets)


class Network:
    """Streets as pavements; stops are put on it per question, since a street block has few of them.

    Parameters
    ----------
    streets : sequence of StreetLine
        Metres of one plane system; railways left out.
    """

    def __init__(self, streets: tuple[StreetLine, ...]) -> None:
        self.streets = streets
        self._pavements = Pavements(streets)

    @cached_property
    def digest(self) -> str:
        """Changes with any street."""
        rows = [[s.name, s.width_m, [[round(x, 2), round(y, 2)] for x, y in s.points]] for s in self.streets]
        return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()

    def snap(self, x: float, y: float, name: str | None = None) -> Snap | None:
        """Put a point on the nearest street's nearer pavement; None when no street is within 120 m.

        A corner house belongs to the street of its address: `name` wins within 40 m.
        """
        best: tuple[float, Snap] | None = None
        for index, street in enumerate(self.streets):
            off, chainage, left = self._pavements.project(index, (x, y))
            if off > _SNAP_LIMIT_M:
                continue
            rank = off - _NAMED_BEFORE_M if name and street.name == name else off
            if best is None or rank < best[0]:
                best = (rank, Snap(index, chainage, 1 if left >= 0 else -1))
        return best[1] if best else None

    def walks(self, stops: FloatArray, names: Sequence[str | None] = ()) -> Walks:
        """Shortest walks between all pairs, shortest in effort.

        Parameters
        ----------
        stops : array of shape (n, 2)
            Metres.
        names : sequence of n str or None, optional
            The streets of their addresses.
        """
        from scipy.sparse import csr_matrix
        from scipy.sparse.csgraph import dijkstra

        named = names or [None] * len(stops)
        snaps = tuple(self.snap(float(x), float(y), name) for (x, y), name in zip(stops, named, strict=True))
        graph, homes = self._graph(snaps, stops)
        size = len(graph.points)
        rows = [edge.a for edge in graph.edges]
        columns = [edge.b for edge in graph.edges]
        effort = csr_matrix(([edge.effort_m for edge in graph.edges], (rows, columns)), shape=(size, size))
        cost, before = dijkstra(effort.maximum(effort.T), indices=homes, return_predecessors=True)
        lengths = csr_matrix(([edge.length_m for edge in graph.edges], (rows, columns)), shape=(size, size))
        distance = _walked(np.asarray(before), lengths.maximum(lengths.T).toarray(), homes)
        way = _Tracer(graph, homes, before)
        return _with_estimates(Walks(distance, cost[:, homes], way, snaps, self.streets), stops)

    def _graph(self, snaps: tuple[Snap | None, ...], stops: FloatArray) -> tuple[Graph, list[int]]:
        kept = [snap for snap in snaps if snap]
        places = [(snap.street, self._pavements.out_of_mouths(snap.street, snap.chainage_m)) for snap in kept]
        graph, pairs = self._pavements.graph(places)
        doors = iter(zip(kept, pairs, strict=True))
        homes = []
        for snap, (x, y) in zip(snaps, stops, strict=True):
            home = graph.node((float(x), float(y)))
            homes.append(home)
            if snap:
                _, (left, right) = next(doors)
                graph.join(home, left if snap.side > 0 else right)
        return graph, homes


def _walked(before: NDArray[np.int32], lengths: FloatArray, homes: list[int]) -> FloatArray:
    """Metres along the ways that `before` describes, from each home to each: all at once, by doubling the steps."""
    rows = np.arange(len(before))[:, None]
    here = np.broadcast_to(np.arange(before.shape[1]), before.shape)
    ahead = np.where(before < 0, here, before).astype(np.int64)
    total = lengths[ahead, here] * (ahead != here)
    while (ahead[rows, ahead] != ahead).any():
        total = total + total[rows, ahead]
        ahead = ahead[rows, ahead]
    return np.asarray(total[:, homes], dtype=np.float64)


class _Tracer:
    """Reads ways back out of the table of predecessors."""

    def __init__(self, graph: Graph, homes: list[int], before: NDArray[np.int32]) -> None:
        self._points, self._homes, self._before = graph.points, homes, before
        self._crossed = {(e.a, e.b): e.crossed for e in graph.edges if e.crossed >= 0}

    def nodes(self, i: int, j: int) -> list[int]:
        """Nodes from stop i to stop j; empty when there is no way."""
        path = [self._homes[j]]
        while path[-1] != self._homes[i]:
            step = int(self._before[i, path[-1]])
            if step < 0:
                return []
            path.append(step)
        return path[::-1]

    def crossed(self, i: int, j: int) -> list[int]:
        """The streets whose roadway the way crosses, in order."""
        path = self.nodes(i, j)
        steps = ((a, b) if (a, b) in self._crossed else (b, a) for a, b in itertools.pairwise(path))
        return [self._crossed[step] for step in steps if step in self._crossed]

    def line(self, i: int, j: int) -> list[Point]:
        """The way as points; a straight line when there is none."""
        path = self.nodes(i, j) or [self._homes[i], self._homes[j]]
        return [self._points[node] for node in path]


def _with_estimates(walks: Walks, stops: FloatArray) -> Walks:
    """Fill what the network does not reach with the straight line times 1.3."""
    missing = ~np.isfinite(walks.effort_m)
    straight = np.hypot(*(stops[:, None, :] - stops[None, :, :]).transpose(2, 0, 1)) * _FALLBACK_DETOUR
    walks.effort_m[missing] = straight[missing]
    walks.distance_m[missing] = straight[missing]
    return walks
