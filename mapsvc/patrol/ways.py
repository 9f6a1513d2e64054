"""Reads walks back as steps: along a pavement, across a roadway, round a corner, up to a door."""

import itertools
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from mapsvc.patrol.lines import NOWHERE, FloatArray
from mapsvc.patrol.matrix import Int32Array, Matrix, Part, along_blocks, opposite_mm
from mapsvc.patrol.pavements import MILLI, Pavements, Point
from mapsvc.patrol.snapping import Feet

_KEPT_TREES = 32


@dataclass(frozen=True)
class Step:
    """A piece of a walk.

    Attributes
    ----------
    street : int
        Whose pavement it runs along, or whose roadway it crosses; -1 round a corner or to a door.
    is_crossing : bool
    side : int
        +1 on the left of the street's line, -1 on the right, 0 where there are no sides.
    from_m, to_m : float
        Metres along the street's centreline.
    length_m : float
    points : tuple of (x, y)
    """

    street: int
    is_crossing: bool
    side: int
    from_m: float
    to_m: float
    length_m: float
    points: tuple[Point, ...]


class Ways:
    """The walks behind a matrix; each is read when it is asked for.

    Stops are numbered as in the matrix.
    """

    def __init__(self, pavements: Pavements, feet: Feet, matrix: Matrix) -> None:
        self._pavements, self._feet, self._matrix = pavements, feet, matrix
        self.steps = lru_cache(maxsize=4096)(self._steps)
        self._tree = lru_cache(maxsize=_KEPT_TREES)(self._grown)

    def _steps(self, i: int, j: int) -> tuple[Step, ...]:
        """Steps from stop i to stop j; none when there is no way or nothing to walk."""
        weight = float(self._matrix.weight[i, j])
        if i == j or not np.isfinite(weight):
            return ()
        is_one_block = self._feet.block[i] == self._feet.block[j]
        if is_one_block and self._block_weight(i, j) <= weight:
            return (self._spur(i, is_out=True), *self._along_block(i, j), self._spur(j, is_out=False))
        return (self._spur(i, is_out=True), *self._through(i, j), self._spur(j, is_out=False))

    def _block_weight(self, i: int, j: int) -> float:
        return float(along_blocks(self._pavements, self._feet.only(np.array([i, j])))[2][0])

    def _along_block(self, i: int, j: int) -> tuple[Step, ...]:
        feet = self._feet
        block, here, there = int(feet.block[i]), int(feet.side[i]), int(feet.side[j])
        if here == there:
            return self._along(block, here, int(feet.at_mm[i]), int(feet.at_mm[j]))
        at_i, at_j = self._crossing_place(i, j)
        return (
            *self._along(block, here, int(feet.at_mm[i]), at_i),
            self._cross(block, here, at_i, at_j),
            *self._along(block, there, at_j, int(feet.at_mm[j])),
        )

    def _crossing_place(self, i: int, j: int) -> tuple[int, int]:
        """Where a walk within one block crosses over: millimetres along the pavement of i and of j."""
        feet, run = self._feet, self._pavements.blocks.run_mm
        opposite = opposite_mm(self._pavements, feet, np.array([i, j]))
        places = [(int(feet.at_mm[i]), int(opposite[0])), (int(opposite[1]), int(feet.at_mm[j]))]
        low, high = sorted((int(feet.vertex[i]), int(feet.vertex[j])))
        places += [(int(run[feet.side[i], v]), int(run[feet.side[j], v])) for v in range(low + 1, high + 1)]
        return min(places, key=lambda at: abs(at[0] - int(feet.at_mm[i])) + abs(at[1] - int(feet.at_mm[j])))

    def _grown(self, i: int, is_whole: bool) -> tuple[Part, FloatArray, Int32Array]:
        part = self._matrix.whole if is_whole else self._matrix.part
        row, is_beyond = self._matrix.weight[i], self._matrix.is_beyond[i]
        reached = row[(is_beyond if is_whole else ~is_beyond) & np.isfinite(row)]
        return (part, *part.tree(i, float(reached.max(initial=0.0))))

    def _through(self, i: int, j: int) -> tuple[Step, ...]:
        doors = self._matrix.doors
        part, cost, before = self._tree(i, bool(self._matrix.is_beyond[i, j]))
        end = int(np.argmin(cost[part.entry[j]] + doors.weight[j]))
        path = [int(part.entry[j, end])]
        source = i + len(part.kept)
        while before[path[-1]] != source:
            path.append(int(before[path[-1]]))
        nodes = [int(part.kept[node]) for node in reversed(path)]
        first = int(np.flatnonzero(doors.node[i] == nodes[0])[0])
        return (
            *self._to_end(i, first, is_out=True),
            *itertools.chain.from_iterable(self._edge(a, b) for a, b in itertools.pairwise(nodes)),
            *self._to_end(j, end, is_out=False),
        )

    def _to_end(self, i: int, end: int, *, is_out: bool) -> tuple[Step, ...]:
        feet, blocks = self._feet, self._pavements.blocks
        block, side = int(feet.block[i]), int(feet.side[i])
        at, to = int(feet.at_mm[i]), int(blocks.run_mm[side, blocks.first[block + 1] - 1]) if end else 0
        return self._along(block, side, at, to) if is_out else self._along(block, side, to, at)

    def _edge(self, a: int, b: int) -> tuple[Step, ...]:
        p = self._pavements
        begin = int(p.indptr[a])
        entry = begin + int(np.searchsorted(p.indices[begin : p.indptr[a + 1]], b))
        points = (_point(p.node_xy[a]), _point(p.node_xy[b]))
        length = float(np.hypot(*(p.node_xy[b] - p.node_xy[a])))
        if p.along[entry] >= 0:
            block, side = divmod(int(p.along[entry]), 2)
            full = int(p.blocks.run_mm[side, p.blocks.first[block + 1] - 1])
            is_forward = p.blocks.node[block, side, 0] == a
            return self._along(block, side, 0, full) if is_forward else self._along(block, side, full, 0)
        street = int(p.crossed[entry])
        return (Step(street, street != NOWHERE, 0, 0.0, 0.0, length, points),)

    def _along(self, block: int, side: int, from_mm: int, to_mm: int) -> tuple[Step, ...]:
        """Along one pavement between two places of it; nothing when they are one."""
        if from_mm == to_mm:
            return ()
        blocks = self._pavements.blocks
        vertices = slice(int(blocks.first[block]), int(blocks.first[block + 1]))
        run, xy = blocks.run_mm[side, vertices], blocks.xy[side, vertices]
        low, high = sorted((from_mm, to_mm))
        marks = np.array([low, *run[(run > low) & (run < high)], high])[:: 1 if from_mm < to_mm else -1]
        points = zip(np.interp(marks, run, xy[:, 0]), np.interp(marks, run, xy[:, 1]), strict=True)
        ends = np.interp([from_mm, to_mm], run, blocks.chain[vertices])
        street = int(blocks.street[block])
        hand = 0 if self._pavements.is_path[street] else 1 - 2 * side
        drawn = tuple((float(x), float(y)) for x, y in points)
        return (Step(street, False, hand, float(ends[0]), float(ends[1]), (high - low) / MILLI, drawn),)

    def _cross(self, block: int, side: int, at_mm: int, to_mm: int) -> Step:
        blocks = self._pavements.blocks
        vertices = slice(int(blocks.first[block]), int(blocks.first[block + 1]))
        ends = []
        for hand, at in ((side, at_mm), (1 - side, to_mm)):
            run, xy = blocks.run_mm[hand, vertices], blocks.xy[hand, vertices]
            ends.append((float(np.interp(at, run, xy[:, 0])), float(np.interp(at, run, xy[:, 1]))))
        chain = float(np.interp(at_mm, blocks.run_mm[side, vertices], blocks.chain[vertices]))
        length = float(blocks.widest_mm[block]) / MILLI
        return Step(int(blocks.street[block]), True, 0, chain, chain, length, tuple(ends))

    def _spur(self, i: int, *, is_out: bool) -> Step:
        ends = (_point(self._feet.door[i]), _point(self._feet.xy[i]))
        length = float(self._feet.spur_mm[i]) / MILLI
        return Step(NOWHERE, False, 0, 0.0, 0.0, length, ends if is_out else ends[::-1])


def _point(xy: FloatArray) -> Point:
    return float(xy[0]), float(xy[1])
