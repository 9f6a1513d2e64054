"""Pavements of both sides of every street and how they join at junctions: the graph that is walked on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mapsvc.patrol.lines import (
    NOWHERE,
    Cuts,
    FloatArray,
    IntArray,
    Lines,
    Point,
    StreetLine,
    apart,
    cut_at_junctions,
)

__all__ = ["LEFT", "MILLI", "PRICE_BITS", "RIGHT", "Pavements", "Point", "StreetLine", "apart"]

# What a crossing is worth in detour, in metres: anywhere along a block, and at a junction. With less a walk zigzags
# from door to door, with more nobody crosses for one.
CROSSING_M: dict[str, tuple[int, int]] = {"main": (120, 25), "street": (45, 15), "lane": (30, 8), "path": (0, 0)}
_MAIN_FROM_M, _LANE_BELOW_M = 25.0, 12.0
# Of a block: the mouths of two junctions never meet.
_MOUTH_SHARE = 0.45
# At a sharp bend the outer pavement would run away: it is cut at twice the offset.
_LONGEST_MITRE = 2.0
LEFT, RIGHT = 0, 1
MILLI = 1000.0
# A weight is effort in whole millimetres, then the prices in it in whole metres: sums stay exact, in any order.
PRICE_BITS = 1 << 20


def road_class(street: StreetLine) -> str:
    """main, street, lane or path: as given, else by the width."""
    if street.road in CROSSING_M:
        return street.road
    if street.width_m >= _MAIN_FROM_M:
        return "main"
    return "lane" if street.width_m < _LANE_BELOW_M else "street"


@dataclass(frozen=True)
class Blocks:
    """Stretches of street between two junctions, each with a pavement on either side, mouths cut off.

    Attributes
    ----------
    street : array of shape (b,)
    begin, end : array of shape (b,)
        The cuts they lie between.
    first : array of shape (b + 1,)
        Where the vertices of a block begin.
    chain : array of shape (v,)
        Metres along the street.
    xy : array of shape (2, v, 2)
        Of the left and the right pavement.
    run_mm : int array of shape (2, v)
        Millimetres along each pavement.
    widest_mm : int array of shape (b,)
        What a crossing is long at most.
    node : int array of shape (b, 2, 2)
        By side (left, right) and end.
    """

    street: IntArray
    begin: IntArray
    end: IntArray
    first: IntArray
    chain: FloatArray
    xy: FloatArray
    run_mm: IntArray
    widest_mm: IntArray
    node: IntArray

    def length_mm(self, block: IntArray, side: IntArray) -> IntArray:
        """Length of pavements."""
        return np.asarray(self.run_mm[side, self.first[block + 1] - 1])


class Pavements:
    """The walking graph of streets, built once.

    Attributes
    ----------
    blocks : Blocks
    node_xy : array of shape (n, 2)
    indptr, indices, weight : arrays
        The graph in compressed rows, both ways; see PRICE_BITS.
    along : int array, one per entry
        ``2 * block + side`` of a step along a pavement, else -1.
    crossed : int array, one per entry
        The street whose roadway the step crosses, else -1.
    """

    def __init__(self, streets: Sequence[StreetLine]) -> None:
        self.streets = tuple(streets)
        self.lines = Lines(self.streets)
        self.cuts = cut_at_junctions(self.lines, self.streets)
        self.cut_axis = self.lines.base[self.cuts.street] + self.cuts.chain
        self.name_numbers = {name: i for i, name in enumerate(dict.fromkeys(street.name for street in self.streets))}
        self.name_number = np.array([self.name_numbers[street.name] for street in self.streets], dtype=np.int64)
        classes = [road_class(street) for street in self.streets]
        self.is_path = np.array([name == "path" for name in classes], dtype=bool)
        self.price_m = np.array([CROSSING_M[name] for name in classes], dtype=np.int64).reshape(-1, 2)
        self.half_m = np.where(self.is_path, 0.0, [street.width_m / 2 for street in self.streets])
        self.blocks = self._blocks()
        self._build()

    def _blocks(self) -> Blocks:
        cuts = self.cuts
        begin = np.flatnonzero(np.diff(cuts.street) == 0) if len(cuts.street) else np.zeros(0, dtype=np.int64)
        end = begin + 1
        street = cuts.street[begin]
        length = cuts.chain[end] - cuts.chain[begin]
        mouth = _mouths(cuts, self.half_m)
        from_m = cuts.chain[begin] + np.minimum(mouth[begin], _MOUTH_SHARE * length)
        to_m = cuts.chain[end] - np.minimum(mouth[end], _MOUTH_SHARE * length)
        first, chain = _vertices(self.lines, street, from_m, to_m)
        owner = np.repeat(np.arange(len(street)), np.diff(first))
        middle = self.lines.at(street[owner], chain) if len(owner) else np.zeros((0, 2))
        aside = self._mitres(street[owner], chain, first) * self.half_m[street[owner]][:, None]
        xy = np.stack([middle + aside, middle - aside])
        run = np.stack([_run_mm(side, owner, first) for side in xy])
        width = np.ceil(2 * np.hypot(*aside.T) * MILLI - 1e-6).astype(np.int64)
        widest = np.maximum.reduceat(width, first[:-1]) if len(street) else width
        return Blocks(street, begin, end, first, chain, xy, run, widest, self._number_nodes(street))

    def _number_nodes(self, street: IntArray) -> IntArray:
        """Four nodes per block; two where both sides are one path."""
        sizes = np.where(self.is_path[street], 2, 4)
        base = np.concatenate(([0], np.cumsum(sizes)))[:-1].astype(np.int64)
        right = np.where(self.is_path[street], 0, 2)
        left = np.stack([base, base + 1], axis=1)
        return np.stack([left, left + right[:, None]], axis=1)

    def _mitres(self, street: IntArray, chain: FloatArray, first: IntArray) -> FloatArray:
        """Per vertex what one metre to the left is, along the bisector at a bend; shape (v, 2)."""
        if not len(street):
            return np.zeros((0, 2))
        before, after = (self.lines.stretch_at(street, chain, side) for side in ("left", "right"))
        before[first[:-1]] = after[first[:-1]]
        after[first[1:] - 1] = before[first[1:] - 1]
        normals = [_left_of(self.lines.heading[k]) for k in (before, after)]
        both = normals[0] + normals[1]
        square = np.maximum(np.einsum("ij,ij->i", both, both), 1e-9)
        return np.asarray(both * np.minimum(2.0 / square, _LONGEST_MITRE / np.sqrt(square))[:, None])

    def _build(self) -> None:
        blocks = self.blocks
        count = int(blocks.node.max(initial=-1)) + 1
        self.node_xy = np.zeros((count, 2))
        for side in (LEFT, RIGHT):
            for end, vertex in enumerate((blocks.first[:-1], blocks.first[1:] - 1)):
                self.node_xy[blocks.node[:, side, end]] = blocks.xy[side, vertex]
        parts = [*self._along(), *self._junction_steps()]
        a, b, length, price, along, crossed = (np.concatenate(column) for column in zip(*parts, strict=True))
        weight = _weight(length, price)
        rows, columns = np.concatenate([a, b]), np.concatenate([b, a])
        order = np.lexsort((np.tile(weight, 2), columns, rows))
        rows, columns = rows[order], columns[order]
        is_best = np.ones(len(order), dtype=bool)
        is_best[1:] = (np.diff(rows) != 0) | (np.diff(columns) != 0)
        is_best &= rows != columns
        kept = order[is_best] % max(len(a), 1)
        self.indices = columns[is_best].astype(np.int32)
        self.indptr = np.searchsorted(rows[is_best], np.arange(count + 1)).astype(np.int32)
        self.weight, self.along, self.crossed = weight[kept], along[kept], crossed[kept]

    def _along(self) -> list[tuple[IntArray, ...]]:
        out: list[tuple[IntArray, ...]] = []
        every = np.arange(len(self.blocks.street))
        for side in (LEFT, RIGHT):
            mine = every if side == LEFT else every[~self.is_path[self.blocks.street]]
            node = self.blocks.node[mine, side]
            length = self.blocks.length_mm(mine, np.full(len(mine), side))
            nothing = np.zeros_like(mine)
            out.append((node[:, 0], node[:, 1], length, nothing, 2 * mine + side, nothing + NOWHERE))
        return out

    def _junction_steps(self) -> list[tuple[IntArray, ...]]:
        """Round the corners between neighbouring arms freely, cross an arm at a price."""
        block, junction, left, right = self._arms()
        street = self.blocks.street[block]
        is_road = ~self.is_path[street]
        size = np.bincount(junction[junction >= 0], minlength=1)[junction]
        # Where a street just goes on, or ends, there is no junction to cross at.
        price = np.where((junction < 0) | (size < 3), self.price_m[street, 0], self.price_m[street, 1])
        apart_m = np.hypot(*(self.node_xy[left] - self.node_xy[right]).T)
        nowhere = np.full(len(block), NOWHERE)
        across = tuple(v[is_road] for v in (left, right, _ceil_mm(apart_m), price, nowhere, street))
        meets = np.flatnonzero(junction >= 0)
        following = meets[_next_in_ring(junction[meets])]
        meets, following = meets[following != meets], following[following != meets]
        a, b = left[meets], right[following]
        corner_m = np.hypot(*(self.node_xy[a] - self.node_xy[b]).T)
        nothing = np.zeros(len(meets), dtype=np.int64)
        return [across, (a, b, _ceil_mm(corner_m), nothing, nothing + NOWHERE, nothing + NOWHERE)]

    def _arms(self) -> tuple[IntArray, IntArray, IntArray, IntArray]:
        """Both ends of every block, seen from the junction outwards: left and right node, sorted around it."""
        blocks = self.blocks
        block = np.tile(np.arange(len(blocks.street)), 2)
        end = np.repeat([0, 1], len(blocks.street))
        junction = self.cuts.junction[np.where(end == 0, blocks.begin[block], blocks.end[block])]
        left, right = blocks.node[block, end, end], blocks.node[block, 1 - end, end]
        at = blocks.chain[np.where(end == 0, blocks.first[block], blocks.first[block + 1] - 1)]
        stretch = np.where(
            end == 0,
            self.lines.stretch_at(blocks.street[block], at, "right"),
            self.lines.stretch_at(blocks.street[block], at, "left"),
        )
        heading = self.lines.heading[stretch] * np.where(end == 0, 1.0, -1.0)[:, None]
        angle = np.arctan2(heading[:, 1], heading[:, 0])
        order = np.lexsort((block, angle, junction))
        return block[order], junction[order], left[order], right[order]


def _mouths(cuts: Cuts, half_m: FloatArray) -> FloatArray:
    """Per cut how far the junction reaches into the street: half the width of the widest other street there."""
    out = np.zeros(len(cuts.street))
    at = np.flatnonzero(cuts.junction >= 0)
    if not len(at):
        return out
    junction, street = cuts.junction[at], cuts.street[at]
    half = half_m[street]
    count = int(junction.max()) + 1
    widest, second = np.zeros(count), np.zeros(count)
    np.maximum.at(widest, junction, half)
    owner = np.full(count, len(half_m))
    is_widest = half >= widest[junction]
    np.minimum.at(owner, junction[is_widest], street[is_widest])
    is_other = street != owner[junction]
    np.maximum.at(second, junction[is_other], half[is_other])
    out[at] = np.where(is_other, widest[junction], second[junction])
    return out


def _vertices(lines: Lines, street: IntArray, from_m: FloatArray, to_m: FloatArray) -> tuple[IntArray, FloatArray]:
    """Chainages of the vertices of each block: its two ends and the bends between."""
    low = np.searchsorted(lines.axis, lines.base[street] + from_m, side="right")
    high = np.searchsorted(lines.axis, lines.base[street] + to_m, side="left")
    inner = np.maximum(high - low, 0)
    first = np.concatenate(([0], np.cumsum(inner + 2))).astype(np.int64)
    chain = np.empty(int(first[-1]))
    chain[first[:-1]], chain[first[1:] - 1] = from_m, to_m
    nth = np.arange(int(inner.sum())) - np.repeat(np.cumsum(inner) - inner, inner)
    chain[np.repeat(first[:-1] + 1, inner) + nth] = lines.chain[np.repeat(low, inner) + nth]
    return first, chain


def _run_mm(xy: FloatArray, owner: IntArray, first: IntArray) -> IntArray:
    steps = np.zeros(len(xy), dtype=np.int64)
    steps[1:] = np.where(np.diff(owner) == 0, _ceil_mm(np.hypot(*np.diff(xy, axis=0).T)), 0)
    total = np.cumsum(steps)
    return np.asarray(total - total[first[:-1]][owner], dtype=np.int64)


def _next_in_ring(group: IntArray) -> IntArray:
    """For rows sorted by group the row that follows each in its group, the last followed by the first."""
    following = np.arange(len(group)) + 1
    is_last = np.ones(len(group), dtype=bool)
    is_last[:-1] = np.diff(group) != 0
    starts = np.concatenate(([0], following[is_last][:-1]))
    following[is_last] = starts[: is_last.sum()]
    return following


def _weight(length_mm: IntArray, price_m: IntArray) -> FloatArray:
    effort_mm = np.maximum(length_mm, 1) + price_m * int(MILLI)
    return np.asarray(effort_mm * PRICE_BITS + price_m, dtype=np.float64)


def _ceil_mm(metres: FloatArray) -> IntArray:
    return np.asarray(np.ceil(metres * MILLI - 1e-6), dtype=np.int64)


def _left_of(unit: FloatArray) -> FloatArray:
    return np.stack([-unit[:, 1], unit[:, 0]], axis=1)
