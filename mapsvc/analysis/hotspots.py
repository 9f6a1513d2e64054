"""Hot spots: reports in, per cell numbers with what is usual there, Gi* and a verdict out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mapsvc.analysis.cells import Cells
from mapsvc.analysis.episodes import merge_episodes
from mapsvc.analysis.gistar import false_discovery_q, gi_star, permutation_p
from mapsvc.domain.hotspots import LEAST_EPISODES, WINDOW_WEEKS, Verdict, band_of, judge

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

METHOD = "gi_star.exact_permutation+usual.negative_binomial,bh"
HALF_LIFE_DAYS = 60.0
_HISTORY_DAYS = 728
# Half a window of the area's mean stands before every cell's own history: no cell is expected to hold nothing at all.
_AREA_WEIGHT = 0.5
# Of the earlier windows with a report here: from half on it is an old trouble.
_CHRONIC_SHARE = 0.5


@dataclass(frozen=True)
class Reports:
    """Reports as columns of equal length n.

    Attributes
    ----------
    points : array of shape (n, 2)
        Metres, the same plane system as the cells.
    day : int array of shape (n,)
        Office day of each report, as a day number (`date.toordinal`).
    kind : int array of shape (n,)
        Kinds as numbers.
    cell : int array of shape (n,)
        Index of the cell that holds it, -1 for outside.
    """

    points: FloatArray
    day: IntArray
    kind: IntArray
    cell: IntArray

    def take(self, rows: NDArray[np.bool_]) -> "Reports":
        """Only the reports where `rows` is true."""
        return Reports(self.points[rows], self.day[rows], self.kind[rows], self.cell[rows])


@dataclass(frozen=True)
class HotspotResult:
    """Numbers per cell (arrays of shape (n_cells,)), and what they were computed from.

    Attributes
    ----------
    method : str
        Name of the method, changes with it.
    days, until : int
        Length of the window and its last day (day number, included).
    n : int
        Episodes in the window.
    seed : int
        Echoed; the method here draws nothing.
    speaks : bool
        Whether the window holds enough to say anything.
    history_windows : float
        How many earlier windows the usual number rests on.
    z, p : arrays
        Gi* of the episodes and its exact one-sided permutation p.
    p_usual : array
        Chance of at least as many episodes here if nothing had changed.
    q, band : arrays
        Both p as one (twice the lesser), adjusted for the number of cells; the level at which it holds.
    """

    method: str
    days: int
    until: int
    n: int
    seed: int
    speaks: bool
    history_windows: float
    count: IntArray
    report_days: IntArray
    episodes: IntArray
    expected: FloatArray
    verdict: tuple[Verdict, ...]
    z: FloatArray
    p: FloatArray
    p_usual: FloatArray
    q: FloatArray
    band: IntArray
    enough: NDArray[np.bool_]
    kind_of_spot: tuple[str, ...]
    priority: IntArray


def find_hotspots(
    cells: Cells, reports: Reports, until: int, *, days: int | None = None, seed: int = 1
) -> HotspotResult:
    """Compare each cell with what is usual there, and its neighbourhood with all others.

    Parameters
    ----------
    cells : Cells
    reports : Reports
        The whole history; what lies outside the cells is dropped.
    until : int
        Last day of the window (day number, included).
    days : int, optional
        Length of the window; None takes the shortest of 8, 12, 26, 52 weeks that can speak.
    seed : int
        Part of the interface; a method that draws would use it.

    Returns
    -------
    HotspotResult
    """
    inside = reports.take((reports.cell >= 0) & (reports.day <= until))
    first = merge_episodes(inside.points, inside.day, inside.kind, span=3) == np.arange(len(inside.day))
    length = days or choose_window(inside.day[first], until)
    now = inside.day > until - length
    n_cells = len(cells.ids)
    count = np.bincount(inside.cell[now], minlength=n_cells)
    episodes = np.bincount(inside.cell[now & first], minlength=n_cells)
    expected, windows, share = _usual(inside, until - length, length, n_cells, count)
    neighbours = cells.neighbours()
    p = permutation_p(episodes, neighbours) if n_cells else np.zeros(0)
    p_usual = _p_usual(inside.take(first), until - length, length, n_cells, episodes)
    q = false_discovery_q(np.minimum(2 * np.minimum(p, p_usual), 1.0)) if n_cells else p
    band = np.array([band_of(v) for v in q], dtype=np.int64)
    speaks = int(episodes.sum()) >= LEAST_EPISODES
    verdict = tuple(judge(int(c), float(e), int(b), speaks) for c, e, b in zip(count, expected, band, strict=True))
    return HotspotResult(
        METHOD, length, until, int(episodes.sum()), seed, speaks, windows,
        count, _distinct_days(inside.take(now), n_cells), episodes, expected, verdict,
        gi_star(episodes, neighbours), p, p_usual, q, band,
        np.array([v is not Verdict.UNSURE for v in verdict], dtype=bool),
        tuple(_spot_kind(int(c), float(s), windows) for c, s in zip(count, share, strict=True)),
        _priority(inside, until, n_cells),
    )  # fmt: skip


def choose_window(day: IntArray, until: int) -> int:
    """Days of the shortest of the fixed windows that holds `LEAST_EPISODES`; the longest if none does."""
    for weeks in WINDOW_WEEKS:
        if int(((day > until - weeks * 7) & (day <= until)).sum()) >= LEAST_EPISODES:
            return weeks * 7
    return WINDOW_WEEKS[-1] * 7


def _usual(
    reports: Reports, before: int, length: int, n_cells: int, count: IntArray
) -> tuple[FloatArray, float, FloatArray]:
    """Reports per window of `length` up to day `before`, leaning on the area's mean where history is short.

    Returns expected (n_cells,), how many windows it rests on, and the share of disjoint windows with a report.
    """
    if not n_cells:
        return np.zeros(0), 0.0, np.zeros(0)
    span = _history_days(reports, before)
    if span < length:
        return np.full(n_cells, count.mean()), 0.0, np.zeros(n_cells)
    old = reports.take((reports.day <= before) & (reports.day > before - span))
    windows = span / length
    seen = np.bincount(old.cell, minlength=n_cells)
    expected = (seen + _AREA_WEIGHT * seen.mean() / windows) / (windows + _AREA_WEIGHT)
    whole = int(windows)
    period = (before - old.day) // length
    pairs = np.unique(np.stack([old.cell, period])[:, period < whole], axis=1)
    return expected, windows, np.bincount(pairs[0], minlength=n_cells) / whole


def _history_days(reports: Reports, before: int) -> int:
    """How many days up to `before` the records reach back, at most two years."""
    return min(before - int(reports.day.min()) + 1, _HISTORY_DAYS) if len(reports.day) else 0


def _p_usual(reports: Reports, before: int, length: int, n_cells: int, episodes: IntArray) -> FloatArray:
    """Chance of at least `episodes` in a window if the rate is what it was: predictive of a gamma-Poisson model.

    A lone busy cell can never stand out among its neighbours by permutation (its p is their number over all
    cells, whatever its count); against its own past it can. Short histories lean on the area's mean and stay vague.
    """
    from scipy.special import betainc

    span = _history_days(reports, before)
    if span < length or not n_cells:
        return np.ones(n_cells)
    old = reports.take((reports.day <= before) & (reports.day > before - span))
    seen = np.bincount(old.cell, minlength=n_cells)
    windows = span / length
    mean = max(float(seen.mean()) / windows, 1e-9)
    shape, rate = _AREA_WEIGHT + seen, _AREA_WEIGHT / mean + windows
    return np.where(episodes > 0, betainc(np.maximum(episodes, 1), shape, 1 / (rate + 1)), 1.0)


def _distinct_days(reports: Reports, n_cells: int) -> IntArray:
    pairs = np.unique(np.stack([reports.cell, reports.day]), axis=1)
    return np.bincount(pairs[0], minlength=n_cells)


def _spot_kind(count: int, share: float, windows: float) -> str:
    if not count or windows < 2:
        return ""
    return "chronic" if share >= _CHRONIC_SHARE else "new" if share == 0 else ""


def _priority(reports: Reports, until: int, n_cells: int) -> IntArray:
    """Rank by count decayed with a half-life: the order that predicted best in rolling tests on city complaints."""
    weight = 0.5 ** ((until - reports.day) / HALF_LIFE_DAYS)
    score = np.bincount(reports.cell, weights=weight, minlength=n_cells)
    rank = np.empty(n_cells, dtype=np.int64)
    rank[np.lexsort((np.arange(n_cells), -score))] = np.arange(1, n_cells + 1)
    return np.where(score > 0, rank, 0)
