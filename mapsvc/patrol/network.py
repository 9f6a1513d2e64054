"""The walking network: both sides of every street, crossings that cost, and walks between stops."""

import hashlib
import itertools
import json
from collections import defaultdict
from dataclasses import dataclass, field
from math import hypot

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
FloatArray = NDArray[np.float64]

CROSS_ANYWHERE_M = 45.0
CROSS_AT_JUNCTION_M = 15.0
_JUNCTION_REACH_M = 12.0
_FALLBACK_DETOUR = 1.3
_SNAP_LIMIT_M = 120.0


@dataclass(frozen=True)
class StreetLine:
    """A street to walk along.

    Attributes
    ----------
    points : tuple of (x, y)
        Centreline in metres.
    width_m : float
        The two pavements lie half of it off the line.
    """

    name: str
    points: tuple[Point, ...]
    width_m: float


@dataclass(frozen=True)
class Snap:
    """A stop on the network: street, metres along it, side (+1 left, -1 right), and the spur to the door."""

    street: int
    chainage_m: float
    side: int
    spur_m: float


@dataclass(frozen=True)
class Walks:
    """Walks between all pairs of n stops.

    Attributes
    ----------
    distance_m : array of shape (n, n)
        What is walked.
    effort_m : array of shape (n, n)
        The same with the price of crossings: what a walker minds.
    crosses : bool array of shape (n, n)
        Whether the walk changes the side of a street.
    lines : dict of (i, j) to tuple of (x, y)
        The way, filled for the pairs asked for.
    estimated : frozenset of int
        Stops off the network: straight line times 1.3.
    """

    distance_m: FloatArray
    effort_m: FloatArray
    crosses: NDArray[np.bool_]
    line: "_Tracer"
    estimated: frozenset[int]


@dataclass
class _Graph:
    """Nodes as points, edges as (from, to, length, effort, crosses)."""

    points: list[Point] = field(default_factory=list)
    edges: list[tuple[int, int, float, float, bool]] = field(default_factory=list)

    def node(self, point: Point) -> int:
        self.points.append(point)
        return len(self.points) - 1

    def join(self, a: int, b: int, extra_m: float = 0.0, crosses: bool = False) -> None:
        (ax, ay), (bx, by) = self.points[a], self.points[b]
        length = max(hypot(ax - bx, ay - by), 0.01)
        self.edges.append((a, b, length, length + extra_m, crosses))


class Network:
    """Streets as pavements; stops are put on it per question, since a street block has few of them.

    Parameters
    ----------
    streets : sequence of StreetLine
        Metres of one plane system; railways left out.
    """

    def __init__(self, streets: tuple[StreetLine, ...]) -> None:
        self.streets = streets
        self._chainages = [_chainages(s.points) for s in streets]
        self._junctions = self._find_junctions()

    @property
    def digest(self) -> str:
        """Changes with any street."""
        rows = [[s.name, s.width_m, [[round(x, 2), round(y, 2)] for x, y in s.points]] for s in self.streets]
        return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()

    def snap(self, x: float, y: float) -> Snap | None:
        """Put a point on the nearest street's nearer pavement; None when no street is within 120 m."""
        best: tuple[float, Snap] | None = None
        for index, street in enumerate(self.streets):
            off, chainage, left = _project(street.points, self._chainages[index], (x, y))
            if off > _SNAP_LIMIT_M or (best and off >= best[0]):
                continue
            best = (off, Snap(index, chainage, 1 if left >= 0 else -1, max(0.0, off - street.width_m / 2)))
        return best[1] if best else None

    def walks(self, stops: FloatArray) -> Walks:
        """Shortest walks between all pairs.

        Parameters
        ----------
        stops : array of shape (n, 2)
            Metres.
        """
        from scipy.sparse import csr_matrix
        from scipy.sparse.csgraph import dijkstra

        snaps = [self.snap(float(x), float(y)) for x, y in stops]
        graph, homes = self._graph(snaps, stops)
        a, b, length, effort, crosses = (np.array(c) for c in zip(*graph.edges, strict=True))
        size = len(graph.points)
        pairs = csr_matrix((effort, (a, b)), shape=(size, size))
        cost, before = dijkstra(pairs.maximum(pairs.T), indices=homes, return_predecessors=True)
        tracer = _Tracer(graph.points, homes, before)
        steps = {}
        for i, j, metres, crossing in zip(a.tolist(), b.tolist(), length.tolist(), crosses.tolist(), strict=True):
            steps[i, j] = steps[j, i] = (metres, crossing)
        distance = np.full((len(stops), size), np.inf)
        crossed = np.zeros((len(stops), size), dtype=bool)
        for row, home in enumerate(homes):
            distance[row, home] = 0.0
            for node in np.argsort(cost[row], kind="stable").tolist():
                if (last := int(before[row, node])) >= 0:
                    metres, crossing = steps[last, node]
                    distance[row, node] = distance[row, last] + metres
                    crossed[row, node] = crossed[row, last] or crossing
        distance, crossed = distance[:, homes], crossed[:, homes]
        estimated = frozenset(i for i, snap in enumerate(snaps) if snap is None)
        return _with_estimates(Walks(distance, cost[:, homes], crossed, tracer, estimated), stops)

    def _graph(self, snaps: list[Snap | None], stops: FloatArray) -> tuple[_Graph, list[int]]:
        graph = _Graph()
        along: dict[tuple[int, int], list[tuple[float, int]]] = defaultdict(list)
        for index, street in enumerate(self.streets):
            marks = {*self._chainages[index], *(c for s, c in self._junctions_of(index))}
            for side in (1, -1):
                for chainage in sorted(marks):
                    node = graph.node(_offset_point(street, self._chainages[index], chainage, side))
                    along[index, side].append((chainage, node))
        self._join_junctions(graph, along)
        homes = [self._add_stop(graph, along, snap, stop) for snap, stop in zip(snaps, stops, strict=True)]
        for marks_of_side in along.values():
            ordered = sorted(marks_of_side)
            for (_, p), (_, q) in itertools.pairwise(ordered):
                graph.join(p, q)
        return graph, homes

    def _add_stop(
        self, graph: _Graph, along: dict[tuple[int, int], list[tuple[float, int]]], snap: Snap | None, stop: FloatArray
    ) -> int:
        home = graph.node((float(stop[0]), float(stop[1])))
        if snap is None:
            return home
        street, chainages = self.streets[snap.street], self._chainages[snap.street]
        here, over = (
            graph.node(_offset_point(street, chainages, snap.chainage_m, side)) for side in (snap.side, -snap.side)
        )
        along[snap.street, snap.side].append((snap.chainage_m, here))
        along[snap.street, -snap.side].append((snap.chainage_m, over))
        graph.join(home, here)
        graph.join(here, over, CROSS_ANYWHERE_M, crosses=True)
        return home

    def _find_junctions(self) -> list[list[tuple[int, float]]]:
        """Points where streets meet, each as the (street, chainage) pairs that touch it."""
        found: list[tuple[Point, list[tuple[int, float]]]] = []
        for index, street in enumerate(self.streets):
            for point, chainage in zip(street.points, self._chainages[index], strict=True):
                home = next((members for at, members in found if _apart(at, point) <= _JUNCTION_REACH_M), None)
                if home is None:
                    found.append((point, [(index, chainage)]))
                elif index not in {s for s, _ in home}:
                    home.append((index, chainage))
        for at, members in found:
            for index, street in enumerate(self.streets):
                if index in {s for s, _ in members}:
                    continue
                off, chainage, _ = _project(street.points, self._chainages[index], at)
                if off <= _JUNCTION_REACH_M:
                    members.append((index, chainage))
        return [members for _, members in found if len(members) > 1]

    def _junctions_of(self, street: int) -> list[tuple[int, float]]:
        return [(s, c) for members in self._junctions for s, c in members if s == street]

    def _join_junctions(self, graph: _Graph, along: dict[tuple[int, int], list[tuple[float, int]]]) -> None:
        for members in self._junctions:
            corners = [
                (street, side, node)
                for street, chainage in members
                for side in (1, -1)
                for at, node in along[street, side]
                if at == chainage
            ]
            for i, (street, side, node) in enumerate(corners):
                for other_street, other_side, other in corners[i + 1 :]:
                    crosses = street == other_street and side != other_side
                    graph.join(node, other, CROSS_AT_JUNCTION_M if crosses else 0.0, crosses)


class _Tracer:
    """Reads ways back out of the table of predecessors."""

    def __init__(self, points: list[Point], homes: list[int], before: NDArray[np.int32]) -> None:
        self._points, self._homes, self._before = points, homes, before

    def nodes(self, i: int, j: int) -> list[int]:
        """Nodes from stop i to stop j; empty when there is no way."""
        path = [self._homes[j]]
        while path[-1] != self._homes[i]:
            step = int(self._before[i, path[-1]])
            if step < 0:
                return []
            path.append(step)
        return path[::-1]

    def __call__(self, i: int, j: int) -> list[Point]:
        """The way from stop i to stop j as points; a straight line when there is none."""
        path = self.nodes(i, j) or [self._homes[i], self._homes[j]]
        return [self._points[node] for node in path]


def _with_estimates(walks: Walks, stops: FloatArray) -> Walks:
    """Fill what the network does not reach with the straight line times 1.3."""
    missing = ~np.isfinite(walks.effort_m)
    straight = np.hypot(*(stops[:, None, :] - stops[None, :, :]).transpose(2, 0, 1)) * _FALLBACK_DETOUR
    walks.effort_m[missing] = straight[missing]
    walks.distance_m[missing] = straight[missing]
    return walks


def _chainages(points: tuple[Point, ...]) -> list[float]:
    total = [0.0]
    for p, q in itertools.pairwise(points):
        total.append(total[-1] + _apart(p, q))
    return total


def _apart(p: Point, q: Point) -> float:
    return hypot(p[0] - q[0], p[1] - q[1])


def _project(points: tuple[Point, ...], chainages: list[float], at: Point) -> tuple[float, float, float]:
    """Distance off the line, metres along it, and the signed side (> 0 left) of the nearest foot."""
    best = (float("inf"), 0.0, 0.0)
    for (x1, y1), (x2, y2), start in zip(points, points[1:], chainages, strict=False):
        dx, dy = x2 - x1, y2 - y1
        length = hypot(dx, dy)
        if not length:
            continue
        t = min(max(((at[0] - x1) * dx + (at[1] - y1) * dy) / length**2, 0.0), 1.0)
        off = hypot(at[0] - x1 - t * dx, at[1] - y1 - t * dy)
        if off < best[0]:
            best = (off, start + t * length, dx * (at[1] - y1) - dy * (at[0] - x1))
    return best


def _offset_point(street: StreetLine, chainages: list[float], chainage: float, side: int) -> Point:
    """The point of a pavement: half the width off the centreline."""
    index = max(i for i, c in enumerate(chainages[:-1]) if c <= chainage + 1e-9)
    (x1, y1), (x2, y2) = street.points[index], street.points[index + 1]
    length = _apart((x1, y1), (x2, y2)) or 1.0
    ux, uy, t = (x2 - x1) / length, (y2 - y1) / length, chainage - chainages[index]
    off = side * street.width_m / 2
    return x1 + ux * t - uy * off, y1 + uy * t + ux * off
