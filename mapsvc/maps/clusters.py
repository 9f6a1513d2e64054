"""Clusters by zoom: points in Morton order fall into grid cells at every zoom without sorting again.

A cell is 64 px square on a grid fixed to the world, so a cluster stays where it is while the map is panned.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mapsvc.maps.mercator import WORLD_BITS, Ints

CELL_PX = 64
MAX_ZOOM = 22
# At zoom z the world is 256 * 2^z px, so a 64 px cell is 2^(31 - 8 - z + 6) world units wide.
_CELL_BITS_AT_0 = WORLD_BITS - 8 + 6
# Half a cluster's mark and a gap: centres of neighbours stay at least this far from their common edge.
_MARGIN_PX = 16
_REMEMBER_CELLS = 20_000
_SPREAD = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)


def cell_bits(zoom: int) -> int:
    """Bits of a world coordinate inside one cell of that zoom."""
    return _CELL_BITS_AT_0 - zoom


def morton(x: Ints, y: Ints) -> Ints:
    """Interleave 31-bit coordinates, so that cells of every zoom are runs of the sorted codes (Morton 1966)."""
    return _spread(x) | (_spread(y) << 1)


def _spread(value: Ints) -> Ints:
    out = value.astype(np.int64)
    for shift, mask in _SPREAD:
        out = (out | (out << shift)) & mask
    return out


@dataclass(frozen=True)
class CellRange:
    """The cells of one zoom that a view touches, ends included; a view is always whole cells.

    Attributes
    ----------
    zoom : int
    west, north, east, south : int
        Cell columns and rows, counted from the north-west.
    """

    zoom: int
    west: int
    north: int
    east: int
    south: int

    @classmethod
    def around(cls, x_range: tuple[int, int], y_range: tuple[int, int], zoom: int) -> "CellRange":
        """The cells that hold the world units from `x_range` and `y_range` (least, most)."""
        bits = cell_bits(zoom)
        return cls(zoom, x_range[0] >> bits, y_range[0] >> bits, x_range[1] >> bits, y_range[1] >> bits)


@dataclass(frozen=True)
class Cells:
    """Occupied cells of one zoom, as runs of points in Morton order.

    Attributes
    ----------
    zoom : int
    column, row : arrays of int64, shape (n_cells,)
    start, count : arrays of int64, shape (n_cells,)
        Points start .. start + count - 1 lie in the cell.
    expand_zoom : array of int64, shape (n_cells,)
        The first zoom at which the cell's points part; MAX_ZOOM if they never do.
    """

    zoom: int
    column: Ints
    row: Ints
    start: Ints
    count: Ints
    expand_zoom: Ints

    def within(self, view: CellRange) -> NDArray[np.intp]:
        """Indices of the occupied cells in a view of the same zoom."""
        inside = (self.column >= view.west) & (self.column <= view.east)
        inside &= (self.row >= view.north) & (self.row <= view.south)
        return np.flatnonzero(inside)


@dataclass(frozen=True)
class Clusters:
    """What is drawn for some cells: one mark per cell.

    Attributes
    ----------
    x, y : arrays of int64, shape (n,)
        Mean position in world units, kept half a mark's width off the cell's edges so that marks do not overlap.
    count, expand_zoom : arrays of int64, shape (n,)
    kinds : array of int64, shape (n, n_kinds)
        How many points of each kind.
    """

    x: Ints
    y: Ints
    count: Ints
    expand_zoom: Ints
    kinds: Ints

    def take(self, chosen: NDArray[np.intp]) -> "Clusters":
        """Only these clusters, in this order."""
        return Clusters(*(part[chosen] for part in (self.x, self.y, self.count, self.expand_zoom, self.kinds)))


@dataclass(frozen=True)
class PointSet:
    """Points in Morton order.

    Attributes
    ----------
    x, y : arrays of int64, shape (n,)
        World units.
    code : array of int64, shape (n,)
        Their Morton codes, ascending.
    kind : array of int64, shape (n,)
        In [0, n_kinds).
    n_kinds : int
    """

    x: Ints
    y: Ints
    code: Ints
    kind: Ints
    n_kinds: int

    def __len__(self) -> int:
        return len(self.code)

    @cached_property
    def _cells(self) -> dict[int, Cells]:
        return {}

    @cached_property
    def _clusters(self) -> dict[int, Clusters]:
        return {}

    def cells(self, zoom: int) -> Cells:
        """Occupied cells at `zoom`; O(n), no sorting, remembered."""
        if zoom not in self._cells:
            self._cells[zoom] = self._make_cells(zoom)
        return self._cells[zoom]

    def clusters(self, zoom: int, chosen: NDArray[np.intp]) -> Clusters:
        """The clusters of these cells of `zoom`; where cells are few, all are summed up once and remembered."""
        cells = self.cells(zoom)
        if len(cells.count) > _REMEMBER_CELLS:
            return _sum_up(self, cells, chosen)
        if zoom not in self._clusters:
            self._clusters[zoom] = _sum_up_all(self, cells)
        return self._clusters[zoom].take(chosen)

    def _make_cells(self, zoom: int) -> Cells:
        bits = cell_bits(zoom)
        key = self.code >> (2 * bits)
        start = np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1]))) if len(key) else np.zeros(0, np.int64)
        end = np.append(start[1:], len(key))[: len(start)]
        column, row = self.x[start] >> bits, self.y[start] >> bits
        return Cells(zoom, column, row, start, end - start, _parting_zoom(self.code[start], self.code[end - 1]))


def _parting_zoom(first: Ints, last: Ints) -> Ints:
    """First zoom at which two codes lie in different cells: their highest differing bit says it."""
    differing = first ^ last
    bit_length = np.zeros(len(differing), np.int64)
    for step in (32, 16, 8, 4, 2, 1):
        high = (differing >> (bit_length + step - 1)) > 0
        bit_length += np.where(high, step, 0)
    zoom = _CELL_BITS_AT_0 - (bit_length - 1) // 2
    return np.where(differing == 0, MAX_ZOOM, np.minimum(zoom, MAX_ZOOM))


def _sum_up_all(points: PointSet, cells: Cells) -> Clusters:
    """As `_sum_up` for every cell: their points follow each other without a gap, which saves looking each one up."""
    bits, wide, n = cell_bits(cells.zoom), points.n_kinds, len(cells.count)
    kinds = np.bincount(np.repeat(np.arange(n) * wide, cells.count) + points.kind, minlength=n * wide)
    return Clusters(
        x=_inside(_sums(points.x, cells), cells.count, cells.column, bits),
        y=_inside(_sums(points.y, cells), cells.count, cells.row, bits),
        count=cells.count,
        expand_zoom=cells.expand_zoom,
        kinds=kinds.reshape(n, wide),
    )


def _sums(values: Ints, cells: Cells) -> Ints:
    sums: Ints = np.add.reduceat(values, cells.start) if len(values) else np.zeros(0, np.int64)
    return sums


def _sum_up(points: PointSet, cells: Cells, chosen: NDArray[np.intp]) -> Clusters:
    count = cells.count[chosen]
    member = members(cells, chosen)
    owner = np.repeat(np.arange(len(chosen)), count)
    bits, wide = cell_bits(cells.zoom), points.n_kinds
    kinds = np.bincount(owner * wide + points.kind[member], minlength=len(chosen) * wide).reshape(len(chosen), wide)
    return Clusters(
        x=_inside(_sums_of(points.x[member], owner, count), count, cells.column[chosen], bits),
        y=_inside(_sums_of(points.y[member], owner, count), count, cells.row[chosen], bits),
        count=count,
        expand_zoom=cells.expand_zoom[chosen],
        kinds=kinds,
    )


def members(cells: Cells, chosen: NDArray[np.intp]) -> NDArray[np.int64]:
    """Indices of the points in the chosen cells, cell after cell."""
    count = cells.count[chosen]
    if not len(count):
        return np.zeros(0, np.int64)
    ends = np.cumsum(count)
    found: Ints = np.arange(ends[-1]) + np.repeat(cells.start[chosen] - (ends - count), count)
    return found


def _sums_of(values: Ints, owner: NDArray[np.intp], count: Ints) -> Ints:
    # Coordinates are below 2^31, so sums of millions of them are exact in float64.
    return np.bincount(owner, weights=values.astype(np.float64), minlength=len(count)).astype(np.int64)


def _inside(sums: Ints, count: Ints, cell: Ints, bits: int) -> Ints:
    """The mean, moved off the edges of its cell."""
    margin = (1 << bits) * _MARGIN_PX // CELL_PX
    corner = cell << bits
    moved: Ints = corner + np.clip(sums // count - corner, margin, (1 << bits) - margin)
    return moved
