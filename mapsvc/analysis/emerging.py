"""Emerging hot spots by the published rules of ArcGIS Pro, to compare with: normal z, nine tenths of the periods."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mapsvc.analysis.gistar import false_discovery_q
from mapsvc.analysis.neighbours import Neighbours
from mapsvc.analysis.trend import Trends, mann_kendall_rows
from mapsvc.domain.changes import Emerging

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

METHOD = "emerging.space_time_gi_star.normal,fdr90;mann_kendall.normal"
LEVEL = 0.10
SHARE = 0.9


@dataclass(frozen=True)
class EmergingResult:
    """Arrays of shape (n_cells, n_periods), and what they were computed from.

    Attributes
    ----------
    method, window : str
    n : int
        Events in all periods.
    seed : int
        Echoed; nothing is drawn.
    z : array
        Gi* of each cell in each period over the whole cube of cells and periods.
    hot, cold : bool arrays
        Significant after the false discovery rate over all bins, two-sided, at `LEVEL`.
    trend : Trends
        Mann-Kendall of each row of `z`, by the normal approximation.
    types : tuple of Emerging or None, one per cell
    """

    method: str
    window: str
    n: int
    seed: int
    z: FloatArray
    hot: BoolArray
    cold: BoolArray
    trend: Trends
    types: tuple[Emerging | None, ...]


def emerging_hotspots(
    counts: IntArray, neighbours: Sequence[IntArray], *, window: str = "", seed: int = 1
) -> EmergingResult:
    """Classify cells as the tool "Emerging Hot Spot Analysis" does, with a time step of one for the neighbourhood.

    Parameters
    ----------
    counts : int array (n_cells, n_periods)
        Events, the earliest period first.
    neighbours : Neighbours, or n_cells index arrays
        Cells within reach, itself included.

    References
    ----------
    Esri, "How Emerging Hot Spot Analysis works", ArcGIS Pro 3.2 documentation: table of patterns. Each bin is compared
    with all bins of the cube; its neighbours are the cells within reach in its own and in the preceding period.
    """
    from scipy.special import erfc

    z = _space_time_gi_star(counts, Neighbours.of(neighbours))
    p = erfc(np.abs(z) / np.sqrt(2.0))
    q = false_discovery_q(p.ravel()).reshape(p.shape) if p.size else p
    hot, cold = (q <= LEVEL) & (z > 0), (q <= LEVEL) & (z < 0)
    trend = mann_kendall_rows(z, exact=False, window=window, seed=seed)
    turned = np.where(trend.p <= LEVEL, np.sign(trend.s), 0)
    types = tuple(pattern_of(hot[i], cold[i], int(turned[i])) for i in range(len(counts)))
    return EmergingResult(METHOD, window, int(counts.sum()), seed, z, hot, cold, trend, types)


def pattern_of(hot: BoolArray, cold: BoolArray, direction: int) -> Emerging | None:
    """The pattern of one cell.

    Parameters
    ----------
    hot, cold : bool arrays (n_periods,)
        Significant hot and cold spots, the earliest period first.
    direction : int
        1 or -1 for a significant trend, else 0.
    """
    share = float(hot.mean()) if len(hot) else 0.0
    if share == 0.0:
        return None
    if not hot[-1]:
        return Emerging.HISTORICAL if share >= SHARE else None
    run = int(np.argmin(hot[::-1])) if not hot.all() else len(hot)
    is_first_run = not hot[: len(hot) - run].any()
    if is_first_run and run == 1:
        return Emerging.NEW
    if is_first_run and share < SHARE:
        return Emerging.CONSECUTIVE
    if share >= SHARE:
        return {1: Emerging.INTENSIFYING, -1: Emerging.DIMINISHING}.get(direction, Emerging.PERSISTENT)
    return Emerging.OSCILLATING if cold.any() else Emerging.SPORADIC


def _space_time_gi_star(counts: IntArray, rows: Neighbours) -> FloatArray:
    """Ord and Getis (1995), eq. 14, over all bins of cells and periods."""
    n_cells, periods = counts.shape
    n = n_cells * periods
    if n < 2:
        return np.zeros(counts.shape)
    local = np.stack([rows.sums(counts[:, t]) for t in range(periods)], axis=1).astype(np.float64)
    before = np.concatenate([np.zeros((n_cells, 1)), local[:, :-1]], axis=1)
    k = rows.sizes[:, None] * np.where(np.arange(periods) > 0, 2.0, 1.0)[None, :]
    scale = counts.std() * np.sqrt(np.maximum(n * k - k * k, 0.0) / (n - 1))
    z: FloatArray = np.divide(local + before - counts.mean() * k, scale, out=np.zeros(counts.shape), where=scale > 0)
    return z
