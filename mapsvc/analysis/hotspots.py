"""Hot spots: reports in, per cell numbers with what is usual there, Gi* and a verdict out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mapsvc.analysis.cells import Cells
from mapsvc.analysis.events import CleanEvents, clean
from mapsvc.analysis.gistar import false_discovery_q, gi_star, permutation_tails, two_sided
from mapsvc.analysis.neighbours import Neighbours
from mapsvc.analysis.usual import AREA_WEIGHT, Tails, against_others, against_past
from mapsvc.domain.hotspots import LEAST_EPISODES, WINDOW_WEEKS, Verdict, band_of, judge

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

METHOD = "gi_star.exact_permutation+usual.negative_binomial,two_sided,bh"
METHOD_OWN = "counts.rates+usual.negative_binomial,two_sided,bh"
PATCHES = "patches"
HALF_LIFE_DAYS = 60.0
_HISTORY_DAYS = 728
# Of the earlier windows with a report here: from half on it is an old trouble.
_CHRONIC_SHARE = 0.5
# Fewer earlier windows say little of how restless a cell is.
_WINDOWS_TELL = 4
# One-sided: at most this likely if all were as it was here.
_LEANS = 0.10


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
    is_patrol : bool array of shape (n,), optional
        Found by a patrol; nothing is if left out.
    clean : CleanEvents, optional
        Placeholders and episodes, if already worked out of these very reports.
    """

    points: FloatArray
    day: IntArray
    kind: IntArray
    cell: IntArray
    is_patrol: BoolArray | None = None
    clean: CleanEvents | None = None


@dataclass(frozen=True)
class Evidence:
    """What speaks for and against each cell; arrays of shape (n,).

    Attributes
    ----------
    z : array
        Gi* of the counts.
    p, p_usual, p_others : arrays
        Two-sided: of the neighbourhood among all others by exact permutation; of the cell against its own past, or
        against the other cells where there is no past; of the cell against the others beside a short past, where
        that leans the same way. 1 where it was not asked.
    q : array
        The smallest of those asked, times their number, adjusted for the number of cells.
    is_more : bool array
        The stronger evidence is for more, not for fewer.
    band : int array
        99, 95, 90 or 0: the level at which q holds.
    asked : int
        How many p there are of each cell: 1 for patches, else 2, or 3 where the past is short.
    """

    z: FloatArray
    p: FloatArray
    p_usual: FloatArray
    p_others: FloatArray
    q: FloatArray
    is_more: BoolArray
    band: IntArray
    asked: int


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
        Episodes in the window, of those that were tested.
    seed : int
        For the draws where the exact table would be too large; else echoed.
    speaks : bool
        Whether the window holds enough to say anything.
    history_windows : float
        How many earlier windows the usual number rests on.
    voiced : bool
        Tested were episodes that somebody other than a patrol spoke of; False: there are too few of those, tested
        were all.
    placeholders : int
        Reports of the window set aside.
    count, patrol, report_days, episodes, tested : int arrays
        Reports, those of patrols among them, distinct days with a report, episodes, and those of them that were tested.
    expected : array
        Reports usual here in a window of this length.
    """

    method: str
    days: int
    until: int
    n: int
    seed: int
    speaks: bool
    history_windows: float
    voiced: bool
    placeholders: int
    count: IntArray
    patrol: IntArray
    report_days: IntArray
    episodes: IntArray
    tested: IntArray
    expected: FloatArray
    verdict: tuple[Verdict, ...]
    z: FloatArray
    p: FloatArray
    p_usual: FloatArray
    p_others: FloatArray
    q: FloatArray
    band: IntArray
    asked: int
    enough: BoolArray
    kind_of_spot: tuple[str, ...]
    priority: IntArray


def find_hotspots(
    cells: Cells, reports: Reports, until: int, *, days: int | None = None, seed: int = 1
) -> HotspotResult:
    """Compare each cell with what is usual there, and its neighbourhood with all others.

    Parameters
    ----------
    cells : Cells
        Patches are too few to ask which of them stand out together: each is compared with its own past alone.
    reports : Reports
        The whole history; what lies outside the cells or on placeholders is dropped.
    until : int
        Last day of the window (day number, included).
    days : int, optional
        Length of the window; None takes the shortest of 8, 12, 26, 52 weeks that can speak.
    seed : int
        For the draws where the exact table would be too large.

    Returns
    -------
    HotspotResult
    """
    events = reports.clean or clean(reports.points, reports.day, reports.kind, reports.is_patrol)
    counted = (reports.cell >= 0) & (reports.day <= until) & ~events.placeholder
    length, voiced = _window(reports.day, events.voiced & counted, events.opener & counted, until, days)
    openers = (events.voiced if voiced else events.opener) & counted
    per_cell = _PerCell(reports, until, length, len(cells))
    past = per_cell.history(counted)
    now = per_cell.now(openers)
    weighed = weigh(now, past.windows(openers), None if cells.kind == PATCHES else cells.neighbours(), seed=seed)
    count = per_cell.now(counted)
    expected, share = past.usual(counted, count)
    n = int(now.sum())
    # A cell whose reports all belong to troubles counted next door has nothing of its own that is more.
    own_band = np.where((now > 0) | ~weighed.is_more, weighed.band, 0)
    asked = zip(count.tolist(), expected.tolist(), own_band.tolist(), weighed.is_more.tolist(), strict=True)
    verdict = tuple(judge(c, e, b, n >= LEAST_EPISODES, m) for c, e, b, m in asked)
    patrols = np.zeros(len(counted), dtype=bool) if reports.is_patrol is None else reports.is_patrol
    ranked = counted & ~patrols if voiced else counted
    method = METHOD_OWN if cells.kind == PATCHES else METHOD
    set_aside = int((events.placeholder & per_cell.in_window).sum())
    return HotspotResult(
        method, length, until, n, seed, n >= LEAST_EPISODES, past.length, voiced, set_aside,
        count, per_cell.now(counted & patrols), per_cell.distinct_days(counted), per_cell.now(events.opener & counted),
        now, expected, verdict, weighed.z, weighed.p, weighed.p_usual, weighed.p_others, weighed.q, weighed.band,
        weighed.asked,
        np.array([v is not Verdict.UNSURE for v in verdict], dtype=bool),
        tuple(_spot_kind(int(c), float(s), past.length) for c, s in zip(count, share, strict=True)),
        _priority(reports.cell[ranked], until - reports.day[ranked], len(cells)),
    )  # fmt: skip


def weigh(now: IntArray, past: IntArray, neighbours: Sequence[IntArray] | None, *, seed: int = 1) -> Evidence:
    """Put what speaks for each cell into one adjusted p.

    Parameters
    ----------
    now : int array of shape (n,)
        Episodes per cell in the window.
    past : int array of shape (n, w)
        The same in w earlier windows, the latest first; w = 0 where there is no past.
    neighbours : Neighbours, n index arrays, or None
        None: neighbourhoods are not compared.
    seed : int
        For the draws where the exact table would be too large.

    Returns
    -------
    Evidence

    Notes
    -----
    By permutation alone a lone busy cell could never stand out (its p is never below the share of cells that are its
    neighbours, whatever its count); so each is held against its own past, or the others, too. A past of one to three
    windows in which anything was restless says little of any cell; then a cell that towers above all the others now,
    and whose past leans the same way, is found beside them.
    """
    n = len(now)
    if not n:
        none = np.zeros(0)
        return Evidence(none, none, none, none, none, none.astype(bool), none.astype(np.int64), 0)
    has_past = bool(past.size and past.any())
    asked = [against_past(now, past) if has_past else against_others(now)]
    z, p, p_others = np.zeros(n), np.ones(n), np.ones(n)
    if neighbours is not None:
        rows = Neighbours.of(neighbours)
        asked.append(permutation_tails(now, rows, seed=seed))
        z, p = gi_star(now, rows), two_sided(*asked[1])
        if has_past and past.shape[1] < _WINDOWS_TELL:
            asked.append(_leaning(asked[0], against_others(now)))
            p_others = two_sided(*asked[2])
    upper, lower = (np.minimum.reduce(tails) for tails in zip(*asked, strict=True))
    q = false_discovery_q(two_sided(upper, lower, len(asked)))
    return Evidence(z, p, two_sided(*asked[0]), p_others, q, upper <= lower, _bands(q), len(asked))


def _leaning(own: Tails, others: Tails) -> Tails:
    """What the others say where a cell's own past leans the same way: what is always busy is no more than usual."""
    return np.where(own[0] <= _LEANS, others[0], 1.0), np.where(own[1] <= _LEANS, others[1], 1.0)


def _bands(q: FloatArray) -> IntArray:
    return np.array([band_of(one) for one in q.tolist()], dtype=np.int64)


def choose_window(day: IntArray, until: int) -> int | None:
    """Days of the shortest of the fixed windows that holds `LEAST_EPISODES`; None if none does."""
    for weeks in WINDOW_WEEKS:
        if int(((day > until - weeks * 7) & (day <= until)).sum()) >= LEAST_EPISODES:
            return weeks * 7
    return None


def _window(day: IntArray, voiced: BoolArray, openers: BoolArray, until: int, days: int | None) -> tuple[int, bool]:
    """Length of the window, and whether what people other than patrols spoke of is enough to test."""
    if days is not None:
        return days, int((voiced & (day > until - days)).sum()) >= LEAST_EPISODES
    if (length := choose_window(day[voiced], until)) is not None:
        return length, True
    return choose_window(day[openers], until) or WINDOW_WEEKS[-1] * 7, False


class _PerCell:
    """Counts of reports per cell, in the window and before it."""

    def __init__(self, reports: Reports, until: int, length: int, n_cells: int) -> None:
        self.reports, self.before, self.days, self.n_cells = reports, until - length, length, n_cells
        self.in_window = (reports.day > self.before) & (reports.day <= until)

    def now(self, rows: BoolArray) -> IntArray:
        """How many of `rows` each cell holds in the window."""
        return np.bincount(self.reports.cell[rows & self.in_window], minlength=self.n_cells)

    def distinct_days(self, rows: BoolArray) -> IntArray:
        """On how many days of the window each cell has any of `rows`."""
        held = rows & self.in_window
        pairs = np.unique(np.stack([self.reports.cell[held], self.reports.day[held]]), axis=1)
        return np.bincount(pairs[0], minlength=self.n_cells)

    def history(self, rows: BoolArray) -> "_History":
        """What there is before the window, at most two years; `rows` are all that count."""
        day = self.reports.day[rows]
        span = min(self.before - int(day.min()) + 1, _HISTORY_DAYS) if len(day) else 0
        return _History(self, max(span, 0))


class _History:
    """The days before the window, as windows of its length counted backwards."""

    def __init__(self, per_cell: _PerCell, span: int) -> None:
        self.of, self.span = per_cell, span
        self.whole = span // per_cell.days
        self.length = span / per_cell.days if self.whole else 0.0
        reports = per_cell.reports
        self.period = (per_cell.before - reports.day) // per_cell.days
        self.rows = (reports.day <= per_cell.before) & (reports.day > per_cell.before - span)

    def windows(self, rows: BoolArray) -> IntArray:
        """Counts per cell and whole window, shape (n_cells, w), the latest first."""
        held = rows & self.rows & (self.period < self.whole)
        at = self.of.reports.cell[held] * self.whole + self.period[held]
        return np.bincount(at, minlength=self.of.n_cells * self.whole).reshape(self.of.n_cells, self.whole)

    def usual(self, rows: BoolArray, count: IntArray) -> tuple[FloatArray, FloatArray]:
        """Reports per window, leaning on the area's mean where history is short; share of whole windows with any."""
        n_cells = self.of.n_cells
        if not self.whole or not n_cells:
            return np.full(n_cells, count.mean() if n_cells else 0.0), np.zeros(n_cells)
        seen = np.bincount(self.of.reports.cell[rows & self.rows], minlength=n_cells)
        expected = (seen + AREA_WEIGHT * seen.mean() / self.length) / (self.length + AREA_WEIGHT)
        return expected, (self.windows(rows) > 0).mean(axis=1)


def _spot_kind(count: int, share: float, windows: float) -> str:
    if not count or windows < 2:
        return ""
    return "chronic" if share >= _CHRONIC_SHARE else "new" if share == 0 else ""


def _priority(cell: IntArray, days_ago: IntArray, n_cells: int) -> IntArray:
    """Rank by count decayed with a half-life: the order that predicted best in rolling tests on city complaints."""
    score = np.bincount(cell, weights=0.5 ** (days_ago / HALF_LIFE_DAYS), minlength=n_cells)
    rank = np.empty(n_cells, dtype=np.int64)
    rank[np.lexsort((np.arange(n_cells), -score))] = np.arange(1, n_cells + 1)
    return np.where(score > 0, rank, 0)
