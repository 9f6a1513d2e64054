"""Kernels: how the weight of a report is dealt out to the cells around it, on the plane and along a street."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

# Beyond so many bandwidths a normal kernel holds 0.3 % and is cut off.
_REACH = 3.0
# Reports are gathered on a raster of half a bandwidth before they are dealt out: the number of entries then
# depends on the cells, not on the reports or the bandwidth.
_RASTER = 0.5
OWN = "own"
_LEAST_KEPT = 0.2
"""A report by the water: what falls beside the cells comes back to them, at most so often over."""


@dataclass(frozen=True)
class Spread:
    """One kernel: `deal` turns weights of reports into one number per cell.

    Attributes
    ----------
    name : str
        E.g. ``100m``; `OWN` deals a report to its own cell alone.
    matrix : sparse array of shape (n_cells, n_spots)
        Share of each spot's weight that each cell gets.
    spot : int array of shape (n_reports,)
        The spot of each report; -1 where it reaches no cell.
    """

    name: str
    matrix: Any
    spot: IntArray

    def deal(self, rows: IntArray, weights: FloatArray) -> FloatArray:
        """Weights of the reports `rows`, dealt out to the cells, shape (n_cells,)."""
        spot = self.spot[rows]
        kept = spot >= 0
        sums = np.bincount(spot[kept], weights=weights[kept], minlength=self.matrix.shape[1])
        dealt: FloatArray = np.asarray(self.matrix @ sums, dtype=np.float64)
        return dealt


def own_cell(cell: IntArray, n_cells: int) -> Spread:
    """Each report counts for the cell that holds it alone.

    Parameters
    ----------
    cell : int array of shape (n_reports,)
        Index of the cell, -1 for outside.
    n_cells : int
    """
    from scipy.sparse import identity

    return Spread(OWN, identity(n_cells, format="csr"), cell)


def on_squares(points: FloatArray, centres: FloatArray, size_m: float, bandwidth_m: float) -> Spread:
    """A normal kernel around each report, integrated over square cells.

    Parameters
    ----------
    points : array of shape (n_reports, 2)
        Metres.
    centres : array of shape (n_cells, 2)
        Metres, the same plane system.
    size_m, bandwidth_m : float
        Side of a cell; standard deviation of the kernel.

    Notes
    -----
    Integrated over the cell, not taken at its centre: a report at a cell's edge counts for both sides. What would fall
    beside all cells (water, parks) is dealt to those within reach.
    """
    from scipy.sparse import csr_array
    from scipy.spatial import cKDTree
    from scipy.special import ndtr

    step = bandwidth_m * _RASTER
    # The raster hangs on the cells, so that the same map moved elsewhere gives the same numbers.
    corner = centres.min(axis=0) - size_m / 2 if len(centres) else np.zeros(2)
    steps, spot = np.unique(np.floor((points - corner) / step).astype(np.int64), axis=0, return_inverse=True)
    spots = (steps + 0.5) * step + corner
    reach = _REACH * bandwidth_m + size_m * 0.75
    pairs = cKDTree(centres).sparse_distance_matrix(cKDTree(spots), reach, output_type="coo_matrix")
    apart = centres[pairs.row] - spots[pairs.col]
    shares = ndtr((apart + size_m / 2) / bandwidth_m) - ndtr((apart - size_m / 2) / bandwidth_m)
    matrix = csr_array((shares.prod(axis=1), (pairs.row, pairs.col)), shape=(len(centres), len(spots)))
    return Spread(f"{bandwidth_m:g}m", _kept_inside(matrix), spot.reshape(-1).astype(np.int64))


def along_lines(
    line: IntArray,
    chainage_m: FloatArray,
    cell_line: IntArray,
    from_m: FloatArray,
    to_m: FloatArray,
    bandwidth_m: float,
) -> Spread:
    """A normal kernel along the line on which a report lies, integrated over the pieces of that line.

    Parameters
    ----------
    line, chainage_m : arrays of shape (n_reports,)
        Number of the line (a side of a street), -1 for none; metres from its beginning.
    cell_line, from_m, to_m : arrays of shape (n_cells,)
        The cells: pieces of lines.
    """
    from scipy.sparse import csr_array
    from scipy.special import ndtr

    step = max(bandwidth_m * _RASTER, 1.0)
    keys = np.stack([line, np.floor(chainage_m / step).astype(np.int64)], axis=1)
    unique, spot = np.unique(keys, axis=0, return_inverse=True)
    middle = (unique[:, 1] + 0.5) * step
    rows, columns, shares = [], [], []
    for number in np.unique(unique[:, 0]).tolist():
        spots, cells = np.flatnonzero(unique[:, 0] == number), np.flatnonzero(cell_line == number)
        if number < 0 or not len(cells):
            continue
        ends = [(edge[cells][:, None] - middle[spots]) / bandwidth_m for edge in (to_m, from_m)]
        share = ndtr(ends[0]) - ndtr(ends[1])
        near = np.nonzero(share > ndtr(-_REACH) * 0.1)
        rows.append(cells[near[0]])
        columns.append(spots[near[1]])
        shares.append(share[near])
    none = np.zeros(0, dtype=np.int64)
    entries = (np.concatenate([*shares, none.astype(np.float64)]), (np.r_[(*rows, none)], np.r_[(*columns, none)]))
    matrix = csr_array(entries, shape=(len(cell_line), len(unique)))
    spot = np.where(line >= 0, spot.reshape(-1), -1).astype(np.int64)
    return Spread(f"{bandwidth_m:g}m", _kept_inside(matrix), spot)


def _kept_inside(matrix: Any) -> Any:
    from scipy.sparse import diags_array

    kept = np.asarray(matrix.sum(axis=0)).reshape(-1)
    return (matrix @ diags_array(1 / np.clip(kept, _LEAST_KEPT, 1.0))).tocsr()


def squares_spreads(
    points: FloatArray, cell: IntArray, centres: FloatArray, size_m: float, bandwidths_m: Sequence[float]
) -> tuple[Spread, ...]:
    """The own cell and one kernel for each bandwidth."""
    return own_cell(cell, len(centres)), *(on_squares(points, centres, size_m, h) for h in bandwidths_m)
