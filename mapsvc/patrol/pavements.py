"""Pavements of both sides of every street and how they join at junctions: the graph that is walked on."""

import itertools
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from math import atan2, hypot

Point = tuple[float, float]

# What a crossing is worth in detour: with less a walk zigzags from door to door, with more nobody crosses for one.
CROSS_ANYWHERE_M = 45.0
CROSS_AT_JUNCTION_M = 15.0
# Vertices of the source are rounded to metres, and its ends stop short of the other street's middle.
_JUNCTION_REACH_M = 12.0
# Of the way to the next junction: the mouths of two junctions never meet.
_MOUTH_SHARE = 0.45
NOBODYS = -1


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
class Edge:
    """A step between two nodes; `crossed` is the street whose roadway it crosses, or -1."""

    a: int
    b: int
    length_m: float
    effort_m: float
    crossed: int


@dataclass
class Graph:
    """Nodes as points, and edges both ways."""

    points: list[Point] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)

    def node(self, point: Point) -> int:
        """Add a node."""
        self.points.append(point)
        return len(self.points) - 1

    def join(self, a: int, b: int, extra_m: float = 0.0, crossed: int = NOBODYS) -> None:
        """Add an edge; crossing a roadway costs `extra_m` of effort beside its length."""
        length = max(apart(self.points[a], self.points[b]), 0.01)
        self.edges.append(Edge(a, b, length, length + extra_m, crossed))


@dataclass(frozen=True)
class _Arm:
    """A street leaving a junction: where its mouth begins, and its pavements seen from the junction outwards."""

    street: int
    angle: float
    left: int
    right: int


class Pavements:
    """Where the pavements of `streets` run and where junctions interrupt them."""

    def __init__(self, streets: tuple[StreetLine, ...]) -> None:
        self.streets = streets
        self.chainages = [_chainages(s.points) for s in streets]
        self.junctions = self._find_junctions()
        self.mouths = [self._mouths_of(index) for index in range(len(streets))]

    def project(self, street: int, at: Point) -> tuple[float, float, float]:
        """Distance off the line, metres along it, and the signed side (> 0 left) of the nearest foot."""
        return _project(self.streets[street].points, self.chainages[street], at)

    def offset_point(self, street: int, chainage_m: float, side: int) -> Point:
        """The point of a pavement: half the width off the centreline."""
        return _offset_point(self.streets[street], self.chainages[street], chainage_m, side)

    def out_of_mouths(self, street: int, chainage_m: float) -> float:
        """The nearest chainage that has a pavement: within a junction there is none."""
        for begin, end in self.mouths[street].values():
            if begin < chainage_m < end:
                ends = [c for c in (begin, end) if 0 < c < self.chainages[street][-1]]
                return min(ends, key=lambda c: abs(c - chainage_m), default=chainage_m)
        return chainage_m

    def graph(self, stops: list[tuple[int, float]]) -> tuple[Graph, list[tuple[int, int]]]:
        """The graph with a pair of nodes (left, right) for each stop, given as (street, chainage out of mouths)."""
        graph = Graph()
        along: dict[tuple[int, int], list[tuple[float, int]]] = defaultdict(list)

        def add(street: int, chainage: float, side: int) -> int:
            node = graph.node(self.offset_point(street, chainage, side))
            along[street, side].append((chainage, node))
            return node

        arms = self._add_streets(add)
        homes = [(add(street, chainage, 1), add(street, chainage, -1)) for street, chainage in stops]
        for (street, _), (left, right) in zip(stops, homes, strict=True):
            graph.join(left, right, CROSS_ANYWHERE_M, street)
        for (street, _), marks in along.items():
            inside = {begin for begin, _ in self.mouths[street].values()}
            for (from_m, p), (_, q) in itertools.pairwise(sorted(marks)):
                # A mouth begins where the pavement ends; a stop at the very corner may share that chainage.
                if from_m not in inside or graph.points[p] == graph.points[q]:
                    graph.join(p, q)
        for members in arms:
            _join_arms(graph, members)
        return graph, homes

    def _add_streets(self, add: Callable[[int, float, int], int]) -> list[list[_Arm]]:
        arms: list[list[_Arm]] = [[] for _ in self.junctions]
        for index, chainages in enumerate(self.chainages):
            mouths = self.mouths[index]
            for chainage in chainages:
                if not any(begin <= chainage <= end for begin, end in mouths.values()):
                    add(index, chainage, 1)
                    add(index, chainage, -1)
            for junction, (begin, end) in mouths.items():
                if begin > 0:
                    left, right = add(index, begin, 1), add(index, begin, -1)
                    arms[junction].append(_Arm(index, self._angle(index, begin, -1), right, left))
                if end < chainages[-1]:
                    left, right = add(index, end, 1), add(index, end, -1)
                    arms[junction].append(_Arm(index, self._angle(index, end, 1), left, right))
        return arms

    def _angle(self, street: int, chainage_m: float, way: int) -> float:
        """Direction in which the street leaves, `way` +1 along its line, -1 against it."""
        (lx, ly), (rx, ry) = (self.offset_point(street, chainage_m, side) for side in (1, -1))
        return atan2(way * (lx - rx) * -1, way * (ly - ry))

    def _mouths_of(self, street: int) -> dict[int, tuple[float, float]]:
        """Per junction on a street the stretch (from, to) that belongs to the junction."""
        last = self.chainages[street][-1]
        here = sorted((c, j) for j, members in enumerate(self.junctions) for s, c in members if s == street)
        stops = [-last, *(c for c, _ in here), 2 * last]
        out = {}
        for i, (chainage, junction) in enumerate(here, start=1):
            others = [self.streets[s].width_m for s, _ in self.junctions[junction] if s != street]
            room = _MOUTH_SHARE * min(chainage - stops[i - 1], stops[i + 1] - chainage)
            half = min(max(others) / 2, room, _MOUTH_SHARE * last)
            begin, end = chainage - half, chainage + half
            out[junction] = (begin if chainage > 1 else -1.0, end if chainage < last - 1 else last + 1)
        return out

    def _find_junctions(self) -> list[list[tuple[int, float]]]:
        """Points where streets meet, each as the (street, chainage) pairs that touch it."""
        found: list[tuple[Point, list[tuple[int, float]]]] = []
        for index, street in enumerate(self.streets):
            for point, chainage in zip(street.points, self.chainages[index], strict=True):
                home = next((members for at, members in found if apart(at, point) <= _JUNCTION_REACH_M), None)
                if home is None:
                    found.append((point, [(index, chainage)]))
                elif index not in {s for s, _ in home}:
                    home.append((index, chainage))
        for at, members in found:
            for index in range(len(self.streets)):
                if index in {s for s, _ in members}:
                    continue
                off, chainage, _ = self.project(index, at)
                if off <= _JUNCTION_REACH_M:
                    members.append((index, chainage))
        return [members for _, members in found if len(members) > 1]


def _join_arms(graph: Graph, arms: list[_Arm]) -> None:
    """Round the corners between neighbouring arms freely, cross an arm at a price."""
    around = sorted(arms, key=lambda arm: (arm.angle, arm.street))
    for i, arm in enumerate(around):
        graph.join(arm.left, arm.right, CROSS_AT_JUNCTION_M, arm.street)
        following = around[(i + 1) % len(around)]
        if len(around) > 1:
            graph.join(arm.left, following.right)


def apart(p: Point, q: Point) -> float:
    """Metres between two points."""
    return hypot(p[0] - q[0], p[1] - q[1])


def _chainages(points: tuple[Point, ...]) -> list[float]:
    total = [0.0]
    for p, q in itertools.pairwise(points):
        total.append(total[-1] + apart(p, q))
    return total


def _project(points: tuple[Point, ...], chainages: list[float], at: Point) -> tuple[float, float, float]:
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
    index = max((i for i, c in enumerate(chainages[:-1]) if c <= chainage + 1e-9), default=0)
    (x1, y1), (x2, y2) = street.points[index], street.points[index + 1]
    length = apart((x1, y1), (x2, y2)) or 1.0
    ux, uy, t = (x2 - x1) / length, (y2 - y1) / length, chainage - chainages[index]
    off = side * street.width_m / 2
    return x1 + ux * t - uy * off, y1 + uy * t + ux * off
