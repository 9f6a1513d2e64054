"""Shortest walks between all pairs of stops: on the part of the graph around them, and exact all the same."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mapsvc.patrol.lines import BoolArray, FloatArray, IntArray
from mapsvc.patrol.pavements import MILLI, PRICE_BITS, Pavements
from mapsvc.patrol.snapping import Feet

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

MARGIN_M = 1000.0
# Numbers held at once while rows are searched.
_MOST_NUMBERS = 8_000_000
# Places where a walk can leave the part are looked at by stretches of its rim.
_RIM_STRETCHES = 48
Int32Array = NDArray[np.int32]


@dataclass(frozen=True)
class Doors:
    """How n stops enter the graph: the nodes at both ends of their pavement, and what it weighs to get there."""

    node: IntArray
    weight: FloatArray


def doors_of(pavements: Pavements, feet: Feet) -> Doors:
    """Enter the graph from stops that all lie on the network; arrays of shape (n, 2)."""
    length = pavements.blocks.length_mm(feet.block, feet.side)
    walked = feet.spur_mm[:, None] + np.stack([feet.at_mm, length - feet.at_mm], axis=1)
    return Doors(pavements.blocks.node[feet.block, feet.side], np.maximum(walked, 1) * float(PRICE_BITS))


@dataclass(frozen=True)
class Part:
    """The graph within a box, or all of it, with one node more per stop, from which ways set out.

    Attributes
    ----------
    kept : array of shape (k,)
        The graph's nodes that are in it.
    graph : csr_matrix of shape (k + n, k + n)
    entry : int array of shape (n, 2)
        The nodes of `Doors`, counted in the part.
    exits : int array
        Nodes of the part with a step that leads out of it.
    """

    kept: IntArray
    graph: "csr_matrix"
    entry: IntArray
    exits: IntArray

    def rows(self, sources: IntArray, limit: float = np.inf) -> FloatArray:
        """What it weighs from stops to every node; shape (len(sources), k + n)."""
        from scipy.sparse.csgraph import dijkstra

        return np.asarray(dijkstra(self.graph, indices=sources + len(self.kept), limit=limit))

    def tree(self, source: int, limit: float = np.inf) -> tuple[FloatArray, Int32Array]:
        """As `rows`, for one stop, with the node before each."""
        from scipy.sparse.csgraph import dijkstra

        at = source + len(self.kept)
        cost, before = dijkstra(self.graph, indices=at, return_predecessors=True, limit=limit)
        return np.asarray(cost), np.asarray(before)


def whole(pavements: Pavements, doors: Doors) -> Part:
    """The whole graph."""
    every = np.arange(len(pavements.node_xy))
    arrays = pavements.indptr, pavements.indices, pavements.weight
    return Part(every, _with_doors(*arrays, doors.node, doors.weight), doors.node, np.zeros(0, dtype=np.int64))


def clipped(pavements: Pavements, doors: Doors, stops: FloatArray, margin_m: float = MARGIN_M) -> Part:
    """The graph in the stops' box and `margin_m` around it."""
    low, high = stops.min(axis=0) - margin_m, stops.max(axis=0) + margin_m
    x, y = pavements.node_xy.T
    is_in = (x >= low[0]) & (x <= high[0]) & (y >= low[1]) & (y <= high[1])
    is_in[doors.node] = True
    kept = np.flatnonzero(is_in)
    if len(kept) == len(is_in):
        return whole(pavements, doors)
    number = np.full(len(is_in), -1, dtype=np.int32)
    number[kept] = np.arange(len(kept))
    sizes = pavements.indptr[kept + 1] - pavements.indptr[kept]
    ends = np.cumsum(sizes)
    entry = np.arange(int(ends[-1])) + np.repeat(pavements.indptr[kept] - (ends - sizes), sizes)
    columns = number[pavements.indices[entry]]
    stays = columns >= 0
    indptr = np.concatenate(([0], np.cumsum(stays)[ends - 1])).astype(np.int32)
    exits = np.flatnonzero(np.diff(indptr) < sizes)
    local = number[doors.node].astype(np.int64)
    graph = _with_doors(indptr, columns[stays], pavements.weight[entry[stays]], local, doors.weight)
    return Part(kept, graph, local, exits)


def _with_doors(indptr: Any, indices: Any, weight: FloatArray, node: IntArray, cost: FloatArray) -> "csr_matrix":
    from scipy.sparse import csr_matrix

    size = len(indptr) - 1 + len(node)
    more = int(indptr[-1]) + 2 * np.arange(1, len(node) + 1, dtype=np.int32)
    columns = np.concatenate([indices, node.ravel().astype(np.int32)])
    data = np.concatenate([weight, cost.ravel()])
    return csr_matrix((data, columns, np.concatenate([indptr, more]).astype(np.int32)), shape=(size, size))


class Matrix:
    """All walks between n stops that lie on the network, by weight (see pavements.PRICE_BITS).

    Attributes
    ----------
    weight : array of shape (n, n)
        inf where no way leads.
    is_beyond : bool array of shape (n, n)
        Whose shortest walk was looked for in the whole graph.
    """

    def __init__(self, pavements: Pavements, feet: Feet, margin_m: float = MARGIN_M) -> None:
        self._pavements, self._feet = pavements, feet
        self.doors = doors_of(pavements, feet)
        count = len(feet.block)
        self.weight = np.full((count, count), np.inf)
        self.is_beyond = np.zeros((count, count), dtype=bool)
        if not count:
            return
        self.part = clipped(pavements, self.doors, feet.door, margin_m)
        around = self._search()
        one, two, weight = along_blocks(pavements, feet)
        for i, j in ((one, two), (two, one)):
            self.weight[i, j] = np.minimum(self.weight[i, j], weight)
        np.fill_diagonal(self.weight, 0.0)
        self._redo(np.asarray(self.weight > around))

    @cached_property
    def whole(self) -> Part:
        """The whole graph, when it is needed."""
        return whole(self._pavements, self.doors)

    def _search(self) -> FloatArray:
        """Fill the weights from the part; return per pair what a way out of the part and back weighs at least."""
        count, part = len(self.weight), self.part
        order, starts, gaps = _rim(self._pavements, part)
        out = np.full((count, len(starts)), np.inf)
        at_once = max(1, _MOST_NUMBERS // part.graph.shape[0])
        for begin in range(0, count, at_once):
            rows = np.arange(begin, min(begin + at_once, count))
            cost = part.rows(rows)
            self.weight[rows] = self._to_doors(cost, part)
            if len(starts):
                out[rows] = np.minimum.reduceat(cost[:, order], starts, axis=1)
        return _there_and_back(out, gaps)

    def _to_doors(self, cost: FloatArray, part: Part) -> FloatArray:
        both = [cost[:, part.entry[:, end]] + self.doors.weight[:, end] for end in (0, 1)]
        return np.minimum(*both)

    def _redo(self, doubtful: BoolArray) -> None:
        """Look in the whole graph where a shorter way might lead out of the part."""
        if not doubtful.any():
            return
        self.is_beyond = doubtful | doubtful.T
        rows = _cover(self.is_beyond)
        # No walk is longer than the one by way of the first stop: how far the others need to look.
        first = self._found(rows[:1], np.inf)[0]
        known = np.minimum(self.weight, first[:, None] + first[None, :])
        far = np.where(self.is_beyond[rows], known[rows], 0.0).max(axis=1)
        order = np.argsort(far, kind="stable")
        size = max(1, _MOST_NUMBERS // self.whole.graph.shape[0])
        for begin in range(0, len(rows), size):
            some = order[begin : begin + size]
            self._improve(rows[some], self._found(rows[some], float(far[some[-1]])))

    def _found(self, rows: IntArray, limit: float) -> FloatArray:
        return self._to_doors(self.whole.rows(rows, limit), self.whole)

    def _improve(self, rows: IntArray, found: FloatArray) -> None:
        better = np.where(self.is_beyond[rows], np.minimum(found, self.weight[rows]), self.weight[rows])
        self.weight[rows] = better
        self.weight[:, rows] = better.T


def _cover(pairs: BoolArray) -> IntArray:
    """Few stops such that each pair has one of them."""
    left, out = pairs.copy(), []
    while left.any():
        row = int(np.argmax(left.sum(axis=1)))
        out.append(row)
        left[row] = left[:, row] = False
    return np.array(out, dtype=np.int64)


def _rim(pavements: Pavements, part: Part) -> tuple[IntArray, IntArray, FloatArray]:
    """The exits in stretches of the rim: nodes, where stretches begin, the least weight between two stretches."""
    if not len(part.exits):
        return part.exits, np.zeros(0, dtype=np.int64), np.zeros((0, 0))
    xy = pavements.node_xy[part.kept[part.exits]]
    middle = (xy.min(axis=0) + xy.max(axis=0)) / 2
    order = np.argsort(np.arctan2(*(xy - middle).T), kind="stable")
    starts = np.unique(np.linspace(0, len(order), _RIM_STRETCHES, endpoint=False).astype(np.int64))
    low, high = (f.reduceat(xy[order], starts, axis=0) for f in (np.minimum, np.maximum))
    gap = np.maximum(np.maximum(low[:, None] - high[None], low[None] - high[:, None]), 0.0)
    metres = np.hypot(gap[..., 0], gap[..., 1])
    return part.exits[order], starts, np.floor(metres * MILLI) * PRICE_BITS


def _there_and_back(out: FloatArray, gaps: FloatArray) -> FloatArray:
    """Least weight of a way that leaves at one stretch of the rim and comes back at one; shape (n, n)."""
    to_rim = np.full_like(out, np.inf)
    for k in range(out.shape[1]):
        np.minimum(to_rim, out[:, k, None] + gaps[k], out=to_rim)
    least = np.full((len(out), len(out)), np.inf)
    for k in range(out.shape[1]):
        np.minimum(least, to_rim[:, k, None] + out[None, :, k], out=least)
    return least


def along_blocks(pavements: Pavements, feet: Feet) -> tuple[IntArray, IntArray, FloatArray]:
    """Pairs of stops on one block and what it weighs to walk along it, crossing over where they face each other."""
    one, two = _same_block(feet.block)
    block = feet.block[one]
    spurs = feet.spur_mm[one] + feet.spur_mm[two]
    is_across = feet.side[one] != feet.side[two]
    walked = np.abs(feet.at_mm[one] - feet.at_mm[two])
    if is_across.any():
        walked[is_across] = _across(pavements, feet, one[is_across], two[is_across])
    price = np.where(is_across, pavements.price_m[pavements.blocks.street[block], 0], 0)
    length = spurs + walked + np.where(is_across, pavements.blocks.widest_mm[block], 0)
    return one, two, (length + price * int(MILLI)) * float(PRICE_BITS) + price


def _same_block(block: IntArray) -> tuple[IntArray, IntArray]:
    order = np.argsort(block, kind="stable")
    starts = np.flatnonzero(np.diff(block[order], prepend=-2))
    sizes = np.diff(np.append(starts, len(block)))
    left = np.repeat(starts + sizes, sizes) - np.arange(len(block)) - 1
    one = np.repeat(np.arange(len(block)), left)
    nth = np.arange(len(one)) - np.repeat(np.cumsum(left) - left, left)
    return order[one], order[one + nth + 1]


def opposite_mm(pavements: Pavements, feet: Feet, stops: IntArray) -> IntArray:
    """The place across the street from each stop, in millimetres along the other pavement."""
    run, vertex, side = pavements.blocks.run_mm, feet.vertex[stops], feet.side[stops]
    low, high = run[side, vertex], run[side, vertex + 1]
    share = (feet.at_mm[stops] - low) / np.maximum(high - low, 1)
    there, beyond = run[1 - side, vertex], run[1 - side, vertex + 1]
    return np.asarray(np.rint(there + share * (beyond - there)), dtype=np.int64)


def _across(pavements: Pavements, feet: Feet, one: IntArray, two: IntArray) -> IntArray:
    """Millimetres along both pavements between stops on either side, crossing at either stop or at a bend between."""
    blocks, at = pavements.blocks, feet.at_mm
    best: IntArray = np.minimum(
        np.abs(opposite_mm(pavements, feet, one) - at[two]), np.abs(opposite_mm(pavements, feet, two) - at[one])
    )
    low = np.minimum(feet.vertex[one], feet.vertex[two]) + 1
    bends = np.abs(feet.vertex[one] - feet.vertex[two])
    row = np.repeat(np.arange(len(one)), bends)
    vertex = low[row] + np.arange(len(row)) - np.repeat(np.cumsum(bends) - bends, bends)
    here = np.abs(blocks.run_mm[feet.side[one[row]], vertex] - at[one[row]])
    there = np.abs(blocks.run_mm[feet.side[two[row]], vertex] - at[two[row]])
    np.minimum.at(best, row, here + there)
    return best
