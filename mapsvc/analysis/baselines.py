"""What the ranking is held against: last period, all history, decayed counts, kernel densities, Gi*.

Each is given what it needs to do well: its one parameter is chosen on the same windows as everything else, before the
tests.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mapsvc.analysis.kernel import Spread
from mapsvc.analysis.priority import HORIZON_DAYS, Past, count

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

HALF_LIVES_DAYS = (15.0, 30.0, 60.0, 90.0, 120.0, 180.0)
GI_WINDOWS_DAYS = (28, 56, 84, 100_000)
Score = Callable[[int], FloatArray]


@dataclass(frozen=True)
class Baseline:
    """A way to rank cells; `scores` maps each value of its parameter to scores as of the morning of a day.

    Attributes
    ----------
    name : str
        last_period | all_history | decay | kde | decay_kde | gi_star.
    scores : dict of str to function of a day number
        Each gives an array of shape (n_cells,), higher comes first.
    """

    name: str
    scores: dict[str, Score]


def baselines(past: Past, kernels: Sequence[Spread], neighbours: object) -> tuple[Baseline, ...]:
    """All of them, over the reports and cells of `past`.

    Parameters
    ----------
    past : Past
    kernels : sequence of Spread
        The bandwidths that the kernel density may choose from.
    neighbours : sparse array of shape (n_cells, n_cells)
        1 where a cell lies within reach of another, itself included.
    """
    return (
        Baseline("last_period", {"28d": lambda day: count(past, day - HORIZON_DAYS, day)}),
        Baseline("all_history", {"all": lambda day: _decayed(past, day, float("inf"))}),
        Baseline("decay", {f"{h:g}d": _decay(past, h) for h in HALF_LIVES_DAYS}),
        Baseline("kde", {spread.name: _density(past, spread, float("inf")) for spread in kernels}),
        Baseline("decay_kde", {f"{h:g}d.{s.name}": _both(past, s, h) for h in (60.0, 90.0) for s in kernels}),
        Baseline("gi_star", {f"{days}d": _gi_star(past, neighbours, days) for days in GI_WINDOWS_DAYS}),
    )


def within_reach(centres: FloatArray, reach_m: float) -> object:
    """1 where the centres of two cells are at most `reach_m` apart, themselves included; sparse (n_cells, n_cells)."""
    from scipy.sparse import csr_array
    from scipy.spatial import cKDTree

    tree = cKDTree(centres)
    pairs = tree.query_pairs(reach_m + 1e-6, output_type="ndarray")
    own = np.arange(len(centres))
    rows, columns = np.r_[own, pairs[:, 0], pairs[:, 1]], np.r_[own, pairs[:, 1], pairs[:, 0]]
    return csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(centres), len(centres)))


def _decayed(past: Past, day: int, half_life: float) -> FloatArray:
    rows = np.flatnonzero((past.day < day) & (past.cell >= 0))
    weights = 0.5 ** ((day - 1 - past.day[rows]) / half_life)
    return np.bincount(past.cell[rows], weights=weights, minlength=past.n_cells).astype(np.float64)


def _decay(past: Past, half_life: float) -> Score:
    return lambda day: _decayed(past, day, half_life)


def _density(past: Past, spread: Spread, half_life: float) -> Score:
    def score(day: int) -> FloatArray:
        rows = np.flatnonzero(past.day < day)
        return spread.deal(rows, 0.5 ** ((day - 1 - past.day[rows]) / half_life))

    return score


def _both(past: Past, spread: Spread, half_life: float) -> Score:
    """The decayed count, drawn towards the density where the cell holds little: one report's worth of it."""
    density = _density(past, spread, half_life)

    def score(day: int) -> FloatArray:
        own, around = _decayed(past, day, half_life), density(day)
        return own + around / max(float(around.mean()), 1e-12) * float(own.mean())

    return score


def _gi_star(past: Past, neighbours: object, days: int) -> Score:
    """z of Getis-Ord Gi* with binary weights (Ord & Getis 1995, Geographical Analysis 27:286, eq. 14)."""
    k = np.asarray(neighbours.sum(axis=1), dtype=np.float64).reshape(-1)  # type: ignore[attr-defined]

    def score(day: int) -> FloatArray:
        x, n = count(past, day - days, day), past.n_cells
        spread = x.std() * np.sqrt(np.maximum(n * k - k * k, 0.0) / max(n - 1, 1))
        above = np.asarray(neighbours @ x).reshape(-1) - x.mean() * k  # type: ignore[operator]
        z: FloatArray = np.divide(above, spread, out=np.zeros(n), where=spread > 0)
        return z

    return score
