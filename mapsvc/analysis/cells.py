"""Cells to count in: squares, hexagons, or shapes such as street segments; where they lie and what they hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from mapsvc.analysis.neighbours import Neighbours

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

_HALF = ((0, 1), (1, -1), (1, 0), (1, 1))


@dataclass(frozen=True)
class Cells:
    """A division of the study area; coordinates in metres of one plane system.

    Attributes
    ----------
    ids : sequence of str, length n
        Stable names, e.g. ``square:75:12:-3``.
    centres : array of shape (n, 2)
        x, y in metres.
    reach_m : float
        Centres at most this far apart are neighbours.
    kind : str
        square | street | hex | patches.
    areas_m2 : array of shape (n,), optional
        Area of each cell.
    exposure : array of shape (n,), optional
        What can hold a report: frontages or shops.
    """

    ids: Sequence[str]
    centres: FloatArray
    reach_m: float
    kind: str
    areas_m2: FloatArray | None = None
    exposure: FloatArray | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def neighbours(self) -> Neighbours:
        """The cells within reach of each cell, itself included, ascending."""
        if isinstance(self.ids, GridNames) and self.ids.kind == "square":
            return self.ids.queen()
        return Neighbours.within(self.centres, self.reach_m)


@dataclass(frozen=True)
class GridNames(Sequence[str]):
    """Names of the cells of a grid by column and row, written out only where somebody asks.

    Attributes
    ----------
    kind : str
        square | hex.
    size_m : float
    steps : int array of shape (n, 2)
        Column and row, ascending by column, then by row.
    """

    kind: str
    size_m: float
    steps: IntArray

    def queen(self) -> Neighbours:
        """Each square with the up to eight that touch it."""
        n = len(self.steps)
        if not n:
            return Neighbours(np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int64))
        column, row = (self.steps - self.steps.min(axis=0)).T
        height = int(row.max()) + 3
        key = column * height + row + 1
        ones, others = [], []
        for dx, dy in _HALF:
            wanted = key + dx * height + dy
            at = np.minimum(np.searchsorted(key, wanted), n - 1)
            one = np.flatnonzero(key[at] == wanted)
            ones.append(one)
            others.append(at[one])
        return Neighbours.from_pairs(n, np.concatenate(ones), np.concatenate(others))

    def __len__(self) -> int:
        return len(self.steps)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[str, ...]: ...
    def __getitem__(self, at: int | slice) -> str | tuple[str, ...]:
        if isinstance(at, slice):
            return tuple(self._name(i, j) for i, j in self.steps[at].tolist())
        return self._name(*self.steps[at].tolist())

    def _name(self, i: int, j: int) -> str:
        return f"{self.kind}:{self.size_m:g}:{i}:{j}"


def square_cells(points: FloatArray, size_m: float) -> tuple[Cells, IntArray]:
    """Squares of `size_m`, only those that hold any of `points`.

    Parameters
    ----------
    points : array of shape (m, 2)
        Everything that can hold a report (shops, places, all earlier reports), metres.
    size_m : float
        Side of a square.

    Returns
    -------
    Cells, and for each point the index of its cell, shape (m,)
    """
    xy = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    steps, index = _occupied(np.floor(xy[:, 0] / size_m), np.floor(xy[:, 1] / size_m))
    centres = np.asarray((steps + 0.5) * size_m, dtype=np.float64)
    areas = np.full(len(steps), size_m * size_m)
    return Cells(GridNames("square", size_m, steps), centres, size_m * 1.5, "square", areas), index


def _occupied(column: FloatArray, row: FloatArray) -> tuple[IntArray, IntArray]:
    """Columns and rows that hold anything, shape (n, 2), ascending, and for each point the index of its own."""
    if not len(column):
        return np.zeros((0, 2), dtype=np.int64), np.zeros(0, dtype=np.int64)
    first_column, first_row = int(column.min()), int(row.min())
    height = int(row.max()) - first_row + 1
    key = (column - first_column).astype(np.int64) * height + (row - first_row).astype(np.int64)
    most = (int(column.max()) - first_column + 1) * height
    if most <= 8 * len(key):
        # As many squares as points or not many more: marked in a table, no sort.
        held = np.zeros(most, dtype=bool)
        held[key] = True
        unique = np.flatnonzero(held)
        number = np.empty(most, dtype=np.int64)
        number[unique] = np.arange(len(unique))
        index = number[key]
    else:
        unique, index = np.unique(key, return_inverse=True)
    steps = np.stack([unique // height + first_column, unique % height + first_row], axis=1)
    return steps, index.reshape(-1).astype(np.int64)


def hexagon_cells(points: FloatArray, width_m: float) -> tuple[Cells, IntArray]:
    """As `square_cells`, with hexagons standing on a corner, `width_m` from side to side."""
    xy = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    row_m = width_m * np.sqrt(3) / 2
    # Each of the two shifted lattices of rectangles offers a nearest centre; the nearer of both is the hexagon's.
    offers = []
    for odd in (0, 1):
        j = 2 * np.round((xy[:, 1] / row_m - odd) / 2) + odd
        i = np.round(xy[:, 0] / width_m - odd / 2)
        offers.append(np.stack([(i + odd / 2) * width_m, j * row_m, 2 * i + odd, j], axis=1))
    nearer = np.hypot(*(offers[1][:, :2] - xy).T) < np.hypot(*(offers[0][:, :2] - xy).T)
    chosen = np.where(nearer[:, None], offers[1], offers[0])
    steps, index = _occupied(chosen[:, 2], chosen[:, 3])
    centres = np.stack([steps[:, 0] * width_m / 2, steps[:, 1] * row_m], axis=1)
    areas = np.full(len(steps), width_m * row_m)
    return Cells(GridNames("hex", width_m, steps), centres.reshape(-1, 2), width_m * 1.2, "hex", areas), index


def assign_to_polygons(points: FloatArray, polygons: list[object], tolerance_m: float = 5.0) -> IntArray:
    """For each point the polygon that holds it, else the nearest within `tolerance_m`, else -1.

    Parameters
    ----------
    points : array of shape (m, 2)
        Metres.
    polygons : list of shapely polygons
        Same system.
    tolerance_m : float
        A pin may stand a little behind the shops or off the end of a street.
    """
    import shapely

    result = np.full(len(points), -1, dtype=np.int64)
    if not len(points) or not polygons:
        return result
    tree = shapely.STRtree(polygons)
    where, which = tree.query_nearest(shapely.points(points), max_distance=tolerance_m, all_matches=True)
    for point, polygon in sorted(zip(where.tolist(), which.tolist(), strict=True), reverse=True):
        result[point] = polygon
    return result
