"""Cells to count in: squares, or polygons such as street segments; and which lie within reach of which."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Cells:
    """A division of the study area; coordinates in metres of one plane system.

    Attributes
    ----------
    ids : tuple of str, length n
        Stable names, e.g. ``square:75:12:-3``.
    centres : array of shape (n, 2)
        x, y in metres.
    reach_m : float
        Centres at most this far apart are neighbours.
    kind : str
        square | street | hex | patches.
    """

    ids: tuple[str, ...]
    centres: FloatArray
    reach_m: float
    kind: str

    def neighbours(self) -> list[IntArray]:
        """Indices within reach of each cell, itself included, ascending."""
        from scipy.spatial import cKDTree

        if not len(self.ids):
            return []
        found = cKDTree(self.centres).query_ball_point(self.centres, self.reach_m + 1e-6)
        return [np.array(sorted(js), dtype=np.int64) for js in found]


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
    steps = np.floor(np.asarray(points, dtype=np.float64).reshape(-1, 2) / size_m).astype(np.int64)
    unique, index = np.unique(steps, axis=0, return_inverse=True)
    ids = tuple(f"square:{size_m:g}:{i}:{j}" for i, j in unique)
    return Cells(ids, np.asarray((unique + 0.5) * size_m, dtype=np.float64), size_m * 1.5, "square"), index.reshape(
        -1
    ).astype(np.int64)


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
    steps = np.where(nearer[:, None], offers[1], offers[0])[:, 2:].astype(np.int64)
    unique, index = np.unique(steps, axis=0, return_inverse=True)
    centres = np.stack([unique[:, 0] * width_m / 2, unique[:, 1] * row_m], axis=1)
    ids = tuple(f"hex:{width_m:g}:{i}:{j}" for i, j in unique)
    return Cells(ids, centres.reshape(-1, 2), width_m * 1.2, "hex"), index.reshape(-1).astype(np.int64)


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
