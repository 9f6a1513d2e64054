"""Puts stops on pavements: the nearest street, the nearer side, the point on its pavement, and the spur to the door."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mapsvc.patrol.lines import NOWHERE, BoolArray, FloatArray, IntArray
from mapsvc.patrol.pavements import LEFT, MILLI, RIGHT, Pavements

SNAP_LIMIT_M = 120.0
NAMED_BEFORE_M = 40.0


@dataclass(frozen=True)
class Feet:
    """Where n stops lie on the network; street and block are -1 for those too far off it.

    Attributes
    ----------
    door : array of shape (n, 2)
        The stops themselves.
    street, block, side : int arrays of shape (n,)
        Side 0 is the left one.
    chain_m : array of shape (n,)
        Metres along the street's centreline.
    at_mm, spur_mm : int arrays of shape (n,)
        Millimetres along the block's pavement; from there to the door.
    vertex : int array of shape (n,)
        The pavement's vertex before the foot, counted over all blocks.
    xy : array of shape (n, 2)
        The foot on the pavement.
    """

    door: FloatArray
    street: IntArray
    block: IntArray
    side: IntArray
    chain_m: FloatArray
    at_mm: IntArray
    spur_mm: IntArray
    vertex: IntArray
    xy: FloatArray

    @property
    def is_on(self) -> BoolArray:
        """Which stops lie on the network."""
        return np.asarray(self.block >= 0)

    def only(self, rows: IntArray) -> "Feet":
        """The same for some of the stops."""
        return Feet(
            self.door[rows], self.street[rows], self.block[rows], self.side[rows], self.chain_m[rows],
            self.at_mm[rows], self.spur_mm[rows], self.vertex[rows], self.xy[rows],
        )  # fmt: skip


def snap(pavements: Pavements, stops: FloatArray, names: Sequence[str | None] = ()) -> Feet:
    """Put stops on the nearest street's nearer pavement; off it when no street is within 120 m.

    A corner house belongs to the street of its address: its name wins within 40 m.

    Parameters
    ----------
    stops : array of shape (n, 2)
        Metres.
    names : sequence of n str or None, optional
        The streets of their addresses.
    """
    stop, street, chain, is_left = _nearest(pavements, stops, names)
    out = _nowhere(stops)
    if not len(stop):
        return out
    out.street[stop], out.chain_m[stop] = street, chain
    out.block[stop] = _block_at(pavements, street, chain)
    out.side[stop] = np.where(is_left | pavements.is_path[street], LEFT, RIGHT)
    side = out.side[stop]
    vertex, share = _foot(pavements, stops[stop], out.block[stop], side)
    run, xy = pavements.blocks.run_mm, pavements.blocks.xy
    low, high = run[side, vertex], run[side, vertex + 1]
    out.at_mm[stop] = np.rint(low + share * (high - low)).astype(np.int64)
    out.xy[stop] = xy[side, vertex] + share[:, None] * (xy[side, vertex + 1] - xy[side, vertex])
    out.vertex[stop] = vertex
    out.spur_mm[stop] = np.ceil(np.hypot(*(out.xy[stop] - stops[stop]).T) * MILLI).astype(np.int64)
    return out


def _nowhere(stops: FloatArray) -> Feet:
    numbers = np.zeros((4, len(stops)), dtype=np.int64)
    street, block = np.full((2, len(stops)), NOWHERE)
    side, at_mm, spur_mm, vertex = numbers
    return Feet(stops, street, block, side, np.zeros(len(stops)), at_mm, spur_mm, vertex, stops.copy())


def _nearest(
    pavements: Pavements, stops: FloatArray, names: Sequence[str | None]
) -> tuple[IntArray, IntArray, FloatArray, BoolArray]:
    """For each stop near a street: its index, the street, metres along it, whether on its left."""
    import shapely

    lines = pavements.lines
    stop, stretch = lines.tree.query(shapely.points(stops), predicate="dwithin", distance=SNAP_LIMIT_M)
    off, chain, is_left = lines.feet(stops[stop], stretch)
    street = lines.street[stretch]
    rank = off - NAMED_BEFORE_M * _is_named(pavements, names, stop, street)
    order = np.lexsort((stretch, rank, stop))
    is_best = np.ones(len(order), dtype=bool)
    is_best[1:] = np.diff(stop[order]) != 0
    best = order[is_best]
    return stop[best], street[best], chain[best], is_left[best]


def _is_named(pavements: Pavements, names: Sequence[str | None], stop: IntArray, street: IntArray) -> BoolArray:
    if not any(names):
        return np.zeros(len(stop), dtype=bool)
    asked = np.array([pavements.name_numbers.get(name, NOWHERE) if name else NOWHERE for name in names])
    return np.asarray(asked[stop] == pavements.name_number[street])


def _block_at(pavements: Pavements, street: IntArray, chain: FloatArray) -> IntArray:
    cut = np.searchsorted(pavements.cut_axis, pavements.lines.base[street] + chain, side="right") - 1
    block = np.searchsorted(pavements.blocks.begin, cut, side="right") - 1
    # At the very end of a street the last block holds it.
    return np.asarray(np.clip(block, *_blocks_of(pavements, street)), dtype=np.int64)


def _blocks_of(pavements: Pavements, street: IntArray) -> tuple[IntArray, IntArray]:
    owner = pavements.blocks.street
    return np.searchsorted(owner, street, side="left"), np.searchsorted(owner, street, side="right") - 1


def _foot(pavements: Pavements, points: FloatArray, block: IntArray, side: IntArray) -> tuple[IntArray, FloatArray]:
    """The nearest place on one pavement per point: the vertex before it and the share of the way to the next."""
    blocks = pavements.blocks
    sizes = blocks.first[block + 1] - blocks.first[block] - 1
    starts = np.cumsum(sizes) - sizes
    row = np.repeat(np.arange(len(points)), sizes)
    vertex = np.arange(int(sizes.sum())) - starts[row] + blocks.first[block][row]
    p = blocks.xy[side[row], vertex]
    r = blocks.xy[side[row], vertex + 1] - p
    square = np.maximum(np.einsum("ij,ij->i", r, r), 1e-12)
    share = np.clip(np.einsum("ij,ij->i", points[row] - p, r) / square, 0.0, 1.0)
    off = np.hypot(*(points[row] - p - r * share[:, None]).T)
    order = np.lexsort((vertex, off, row))
    best = order[starts]
    return vertex[best], share[best]
