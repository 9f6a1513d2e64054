"""How each cell changes over disjoint periods: which of the seven words its pattern of hot periods is.

Two questions are kept apart. Whether a cell stands out at all is answered once for each cell, over all periods at once:
how many reports it and its neighbours hold against cells dealt anew in every period (exact, by convolution), or how
many of its own fall into the last one to three periods (beta-binomial, so that bouts of reports are no alarm); the
false discovery rate is held over all cells.
Only a cell that passes is given a word, and the word then describes its pattern of hot periods. A period is hot by its
own exact permutation p, unadjusted: one period alone holds too little for more, and nothing hangs on one period.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil

import numpy as np
from numpy.typing import NDArray

from mapsvc.analysis.breaks import bout_correlation, p_of_last, p_of_quiet
from mapsvc.analysis.gistar import false_discovery_q, sum_tables
from mapsvc.analysis.neighbours import Neighbours
from mapsvc.analysis.trend import Trends, mann_kendall_rows
from mapsvc.domain.changes import LEAST_PERIODS, MOST_PERIODS, Change
from mapsvc.domain.hotspots import LEAST_EPISODES

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

METHOD = "periods.exact_permutation+beta_binomial,bh;mann_kendall.exact"
METHOD_OF_FEW = "periods.own_past.beta_binomial,bh;mann_kendall.exact"
FEW_CELLS = 20
"""With fewer cells the busiest of them is no rarer than `HOT_LEVEL` by chance: each is held against its own past."""
LEVEL = 0.05
"""Of the false discovery rate, of a trend and of a break with the past."""
HOT_LEVEL = 0.10
"""Of one period's own p."""
CHRONIC_SHARE = 0.5
"""Hot in this share of the periods is chronic; nine tenths never happen where a street has few reports."""
PRESENT_SHARE = 0.6
"""Something in this share of the periods is chronic too, where it stands out in sum."""
_LEAST_REPORTS = 3
_SHOULDER = 0.5
_LATE = (1, 2, 3)
_LONG = 2


@dataclass(frozen=True)
class ChangeResult:
    """Arrays of shape (n_cells, n_periods) or (n_cells,), and what they were computed from.

    Attributes
    ----------
    method : str
        Name of the method, changes with it.
    window : str
        Length and number of the periods.
    n : int
        Episodes in all periods.
    seed : int
        Echoed; nothing is drawn.
    speaks : bool
        Whether there are periods and episodes enough to say anything.
    counts : int array (n_cells, n_periods)
        Episodes, the earliest period first.
    p : array (n_cells, n_periods)
        Exact permutation p of each period: the lesser of the cell's own and its neighbourhood's, doubled; of few cells
        against the cell's other periods.
    hot : bool array (n_cells, n_periods)
    bouts : array (n_cells,)
        How alike the reports of a cell are in their period, as all other cells tell: 0 where they come one by one.
    q : array (n_cells,)
        Of standing out at all, after the false discovery rate.
    trend : Trends
        Mann-Kendall of each row of `counts`.
    types : tuple of Change or None
    """

    method: str
    window: str
    n: int
    seed: int
    speaks: bool
    counts: IntArray
    p: FloatArray
    hot: BoolArray
    bouts: FloatArray
    q: FloatArray
    trend: Trends
    types: tuple[Change | None, ...]


def periods_in(first_day: int, until: int, days: int) -> int:
    """How many whole periods of `days` lie between the first report and `until` (day numbers, both included)."""
    return min(max(until - first_day + 1, 0) // days, MOST_PERIODS)


def counts_by_period(cell: IntArray, day: IntArray, until: int, days: int, periods: int, n_cells: int) -> IntArray:
    """Events of each cell in each of the disjoint periods that end with `until`.

    Parameters
    ----------
    cell : int array (n,)
        Cell of each event, -1 for none.
    day : int array (n,)
        Day number of each event.
    until : int
        Last day of the last period.
    days, periods : int
        Length of a period, and how many.

    Returns
    -------
    int array (n_cells, periods)
        The earliest period first.
    """
    back = (until - day) // days
    inside = (cell >= 0) & (day <= until) & (back < periods)
    flat = cell[inside] * periods + (periods - 1 - back[inside])
    return np.bincount(flat, minlength=n_cells * periods).astype(np.int64).reshape(n_cells, periods)


def find_changes(counts: IntArray, neighbours: Sequence[IntArray], *, window: str = "", seed: int = 1) -> ChangeResult:
    """Give each cell that stands out the word of its pattern over the periods.

    Parameters
    ----------
    counts : int array (n_cells, n_periods)
        Episodes in disjoint periods, the earliest first.
    neighbours : Neighbours, or n_cells index arrays
        Cells within reach, itself included.
    window : str
        Echoed: length of the periods.

    Returns
    -------
    ChangeResult
    """
    n_cells, periods = counts.shape
    n = int(counts.sum())
    speaks = periods >= LEAST_PERIODS and n >= LEAST_EPISODES
    trend = mann_kendall_rows(counts, window=window, seed=seed)
    rows, bouts = Neighbours.of(neighbours), bout_correlation(counts)
    few = n_cells < FEW_CELLS
    p, least = _against_itself(counts, bouts) if few else _against_others(counts, rows, bouts)
    hot = (p <= HOT_LEVEL) & _is_a_peak(counts, rows) & (_local(counts, rows) > 1)
    q = false_discovery_q(least) if n_cells else np.zeros(0)
    named = (q <= LEVEL) & _is_a_spot(counts, rows) & speaks
    types = tuple(
        type_of(counts[i], hot[i], _direction(trend, i), float(bouts[i])) if named[i] else None for i in range(n_cells)
    )
    if few:
        # Of a few unequal areas one always holds most: nothing is said of standing out, only of change.
        types = tuple(None if word is Change.PERSISTENT else word for word in types)
    method = METHOD_OF_FEW if few else METHOD
    return ChangeResult(method, window, n, seed, speaks, counts, p, hot, bouts, q, trend, types)


def _against_others(counts: IntArray, rows: Neighbours, bouts: FloatArray) -> tuple[FloatArray, FloatArray]:
    """p of each cell in each period, and of standing out at all."""
    alone = Neighbours(np.arange(len(counts) + 1), np.arange(len(counts)))
    p_local, all_local = _permutations(counts, rows)
    p_own, all_own = _permutations(counts, alone)
    least = np.minimum.reduce([all_local, all_own, *_lately(counts, bouts)])
    ways = 2 + len(_LATE)
    return np.minimum(2 * np.minimum(p_local, p_own), 1.0), np.minimum(ways * least, 1.0)


def _against_itself(counts: IntArray, bouts: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The same where the cells are too few to be dealt: against the other periods of the cell alone."""
    periods = counts.shape[1]
    if periods < 2:
        return np.ones(counts.shape), np.ones(len(counts))
    each = [p_of_last(np.roll(counts, -t - 1, axis=1), 1, bouts) for t in range(periods)]
    least = np.minimum.reduce([np.ones(len(counts)), *_lately(counts, bouts)])
    return np.stack(each, axis=1), np.minimum(len(_LATE) * least, 1.0)


def _lately(counts: IntArray, bouts: FloatArray) -> list[FloatArray]:
    return [p_of_last(counts, last, bouts) for last in _LATE if last < counts.shape[1]]


def type_of(counts: IntArray, hot: BoolArray, direction: int, bouts: float = 0.0) -> Change | None:
    """The word for one cell that stands out; None where its pattern is none of them.

    Parameters
    ----------
    counts, hot : arrays (n_periods,)
        Its episodes, and whether the period was hot; the earliest first.
    direction : int
        1 or -1 for a proven trend, else 0.
    bouts : float
        As `bout_correlation`.

    Notes
    -----
    1. Hot at last and hardly before, and more than its past explains: new (one period) or consecutive (several).
    2. Not hot for two periods or more, and fewer than its past explains: historical.
    3. A proven trend: intensifying while it is hot; diminishing, or historical where it has long been quiet.
    4. Hot in half of the periods, or something in three of five: persistent.
    5. Hot in several runs, the last of them not long ago: recurring.
    """
    if not hot.any():
        return _steady(counts)
    since = int(np.argmax(hot[::-1]))
    runs = _runs(hot)
    if since == 0 and _is_young(counts, hot, runs[-1]) and p_of_last(counts, runs[-1], bouts) <= LEVEL:
        return Change.NEW if runs[-1] == 1 else Change.CONSECUTIVE
    if since >= _LONG and len(hot) > since and hot.sum() > 1 and p_of_quiet(counts, since, bouts) <= LEVEL:
        return Change.HISTORICAL
    if direction > 0 and since == 0:
        return Change.INTENSIFYING
    if direction < 0:
        return Change.DIMINISHING if since < _LONG else Change.HISTORICAL
    if float(hot.mean()) >= CHRONIC_SHARE or _steady(counts):
        return Change.PERSISTENT
    return Change.RECURRING if len(runs) > 1 and since <= ceil(len(hot) / 4) else None


def _is_young(counts: IntArray, hot: BoolArray, run: int) -> bool:
    """Whether the last run of hot periods is the first that counts: one slight one long ago is chance."""
    if float(hot.mean()) >= CHRONIC_SHARE:
        return False
    earlier = counts[:-run][hot[:-run]]
    return len(earlier) == 0 or (len(earlier) == 1 and 2 * int(earlier[0]) <= float(counts[-run:].mean()))


def _steady(counts: IntArray) -> Change | None:
    """Never much at once, but something in most periods: in sum it stands out all the same."""
    return Change.PERSISTENT if float((counts > 0).mean()) >= PRESENT_SHARE else None


def _runs(hot: BoolArray) -> list[int]:
    """Lengths of the uninterrupted runs of hot periods, the earliest first."""
    return [len(list(run)) for is_hot, run in groupby(hot.tolist()) if is_hot]


def _direction(trend: Trends, i: int) -> int:
    return int(np.sign(trend.s[i])) if trend.p[i] <= LEVEL else 0


def _local(counts: IntArray, rows: Neighbours) -> IntArray:
    sums = [rows.sums(period) for period in counts.T]
    return np.stack(sums, axis=1).astype(np.int64) if sums else np.zeros(counts.shape, dtype=np.int64)


def _permutations(counts: IntArray, rows: Neighbours) -> tuple[FloatArray, FloatArray]:
    """Exact p of each local sum in its period (n_cells, n_periods), and of its total over all periods (n_cells,).

    Under the null the counts of a period are dealt to the cells at random, anew in every period. The chance of a
    period's sum comes from `sum_tables`; that of the total is the convolution of the periods' distributions.
    """
    sums, sizes = _local(counts, rows), rows.sizes
    p, p_all = np.ones(counts.shape), np.ones(len(counts))
    for k in np.unique(sizes).tolist():
        of_size = sizes == k
        whole = np.ones(1)
        for t in range(counts.shape[1]):
            upper, _ = sum_tables(counts[:, t], k)
            p[of_size, t] = upper[sums[of_size, t]]
            whole = np.convolve(whole, upper - np.append(upper[1:], 0.0))
        above = np.clip(np.cumsum(whole[::-1])[::-1], 0.0, 1.0)
        p_all[of_size] = above[sums[of_size].sum(axis=1)]
    return p, p_all


def _is_a_spot(counts: IntArray, rows: Neighbours) -> BoolArray:
    """Cells that hold a few reports themselves and are no shoulder of a busier one beside them."""
    total = counts.sum(axis=1)
    spots: BoolArray = (total >= _LEAST_REPORTS) & _is_a_peak(total, rows)
    return spots


def _is_a_peak(counts: IntArray, rows: Neighbours) -> BoolArray:
    """Cells with at least half of what the busiest within reach holds, per column; none without a report."""
    peak = np.maximum.reduceat(counts[rows.cells], rows.start[:-1], axis=0) if len(counts) else counts
    found: BoolArray = (counts > 0) & (counts >= _SHOULDER * peak)
    return found
