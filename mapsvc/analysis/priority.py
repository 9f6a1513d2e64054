"""Which cells come first (巡查优先级): the reports expected in each, from a mixture of decayed counts and kernels.

The share of the next reports that falls to cell c is taken as

    share(c) = sum over j of w_j * f_j(c),    w_j >= 0, sum w_j = 1,

where each f_j deals out the past reports by one half-life and one kernel (the own cell alone, and normal kernels of
growing bandwidth), scaled to sum to one. This is the decayed rate of a cell drawn towards a kernel estimate, as
strongly as the area's own past asks for: the w_j are the most probable ones given which cells the reports of earlier
windows fell to (EM of a mixture with known parts, Dempster, Laird & Rubin 1977, JRSS B 39:1), with a belief in equal
weights that is worth `PRIOR` reports. They are then averaged with the equal weights, which alone beat any single
half-life and kernel: fitted on n reports they weigh n / (n + `TRUST`). And the own cell counts a quarter more: when the
weights are used the record is longer, and a cell's own count tells more, than in the windows they were fitted on. With
too little past only the equal weights stand. A mixture of kernels in space and time is the non-parametric form of a
self-exciting process (Mohler et al. 2011, JASA 106:100; Marsan & Lengline 2008, Science 319:1076).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mapsvc.analysis.kernel import OWN, Spread

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

METHOD = "mixture.half_lives_x_kernels.map_em"
HALF_LIVES = (7.0, 20.0, 60.0, 180.0, float("inf"))
"""Days."""
HORIZON_DAYS = 28
PRIOR = 10.0
TRUST, OWN_TIMES = 200.0, 1.25
ROUNDS = 50
_ORIGINS, _STEP_DAYS, _LEAST_PAST_DAYS = 4, 14, 21
_RATE_HALF_LIFE = 60.0


@dataclass(frozen=True)
class Past:
    """Reports as columns of equal length m, and the kernels over n cells.

    Attributes
    ----------
    day : int array of shape (m,)
        Day number of each report.
    cell : int array of shape (m,)
        Index of its cell, -1 for outside.
    spreads : tuple of Spread
    n_cells : int
    known : int array of shape (n,), optional
        Day of the first report of any kind in each cell, where only cells count that had one: at an origin of the fit,
        cells that were yet to have one are left out, as they are left out of the tests. None: all always counted.
    """

    day: IntArray
    cell: IntArray
    spreads: tuple[Spread, ...]
    n_cells: int
    known: IntArray | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """One name per part of the mixture, e.g. ``60d.100m``."""
        lives = ["all" if np.isinf(h) else f"{h:g}d" for h in HALF_LIVES]
        return tuple(f"{life}.{spread.name}" for life in lives for spread in self.spreads)

    @property
    def usual(self) -> FloatArray:
        """Weights where nothing is fitted, shape (n_parts,)."""
        return self.settled(np.ones(len(self.names)), 0)

    def settled(self, fitted: FloatArray, n: int) -> FloatArray:
        """Weights to rank by: those fitted on `n` reports averaged with equal ones, the own cell raised."""
        trust = n / (n + TRUST)
        mixed = trust * fitted + (1 - trust) / max(len(self.names), 1)
        own = np.tile([spread.name == OWN for spread in self.spreads], len(HALF_LIVES))
        weights = np.where(own, OWN_TIMES * mixed, mixed)
        return np.asarray(weights / max(float(weights.sum()), 1e-300), dtype=np.float64)


@dataclass(frozen=True)
class Fit:
    """Weights of the mixture, and what they were fitted on.

    Attributes
    ----------
    weights : array of shape (n_parts,)
        Sum to one, in the order of `Past.names`.
    n : int
        Reports they were fitted on; 0: the usual weights.
    origins : tuple of int
        First days of the windows those reports fell into.
    """

    weights: FloatArray
    n: int
    origins: tuple[int, ...]


@dataclass(frozen=True)
class Ranking:
    """Arrays of shape (n_cells,), and what they rest on.

    Attributes
    ----------
    expected : array
        Reports expected in the next `HORIZON_DAYS`.
    rank : int array
        1 = first; 0 where nothing is expected.
    window : int
        Days of past they rest on.
    n : int
        Reports in it.
    """

    method: str
    window: int
    n: int
    seed: int
    expected: FloatArray
    rank: IntArray


def parts(past: Past, rows: IntArray, until: int) -> FloatArray:
    """The parts of the mixture as of the morning of day `until`, shape (n_cells, n_parts), each summing to one.

    Parameters
    ----------
    past : Past
    rows : int array
        Which reports count; those of day `until` and later must not be among them.
    until : int
        Day number.

    Notes
    -----
    A part that no report reaches is the flat one: all cells alike.
    """
    columns = []
    for half_life in HALF_LIVES:
        weights = 0.5 ** ((until - 1 - past.day[rows]) / half_life)
        columns += [spread.deal(rows, weights) for spread in past.spreads]
    table = np.stack(columns, axis=1)
    sums = table.sum(axis=0)
    empty = sums <= 0
    table[:, empty] = 1.0
    scaled: FloatArray = table / np.where(empty, max(past.n_cells, 1), sums)
    return scaled


def fit_weights(
    table: FloatArray, counts: FloatArray, prior: float = PRIOR, rounds: int = ROUNDS, belief: FloatArray | None = None
) -> FloatArray:
    """Most probable weights of a mixture of known parts.

    Parameters
    ----------
    table : array of shape (n, n_parts)
        What each part says of each cell.
    counts : array of shape (n,)
        Reports that fell to it.
    prior : float
        How many reports the belief is worth.
    rounds : int
        Of EM.
    belief : array of shape (n_parts,), optional
        Weights believed in before anything is seen; equal ones if left out.

    Returns
    -------
    array of shape (n_parts,)
        Non-negative, sum to one.
    """
    n_parts = table.shape[1]
    equal = np.full(n_parts, 1 / n_parts) if belief is None else belief
    hit = counts > 0
    seen, times = table[hit], counts[hit].astype(np.float64)
    weights, total = equal, float(times.sum())
    if total + prior <= 0:
        return equal
    for _ in range(rounds):
        share = seen * weights
        whole = share.sum(axis=1, keepdims=True)
        owed = np.divide(share, whole, out=np.tile(equal, (len(share), 1)), where=whole > 0)
        weights = (times @ owed + prior * equal) / (total + prior)
    scaled: FloatArray = weights / weights.sum()
    return scaled


class Fitter:
    """Fits the weights anew at each origin, on windows before it alone; keeps what origins share."""

    def __init__(self, past: Past, first: int | None = None) -> None:
        self.past = past
        self._first = first if first is not None else int(past.day.min()) if len(past.day) else 0
        self._kept: dict[int, FloatArray] = {}

    def parts(self, until: int) -> FloatArray:
        """`parts` of all reports before day `until`."""
        if until not in self._kept:
            self._kept[until] = parts(self.past, np.flatnonzero(self.past.day < until), until)
        return self._kept[until]

    def fit(self, until: int, belief: FloatArray | None = None) -> Fit:
        """Weights as of the morning of day `until`: nothing of that day or later is looked at."""
        origins = [until - HORIZON_DAYS - _STEP_DAYS * i for i in range(_ORIGINS)]
        origins = [origin for origin in origins if origin - self._first >= _LEAST_PAST_DAYS]
        if not origins:
            return Fit(self.past.usual, 0, ())
        cells = [self._cells(origin) for origin in origins]
        table = np.concatenate([self.parts(origin)[some] for origin, some in zip(origins, cells, strict=True)])
        came = [count(self.past, origin, origin + HORIZON_DAYS) for origin in origins]
        counts = np.concatenate([counted[some] for counted, some in zip(came, cells, strict=True)])
        fitted = fit_weights(table, counts, belief=belief)
        n = int(counts.sum())
        return Fit(self.past.settled(fitted, n), n, tuple(origins))

    def _cells(self, origin: int) -> NDArray[np.bool_]:
        """The cells that count at an origin of the fit."""
        if self.past.known is None:
            return np.ones(self.past.n_cells, dtype=bool)
        return np.asarray(self.past.known < origin)

    def expected(self, until: int, weights: FloatArray | None = None) -> FloatArray:
        """Share of the next reports per cell as of the morning of day `until`, shape (n_cells,)."""
        return self.parts(until) @ (self.fit(until).weights if weights is None else weights)


def count(past: Past, since: int, until: int) -> FloatArray:
    """Reports per cell from day `since` to before day `until`."""
    inside = (past.day >= since) & (past.day < until) & (past.cell >= 0)
    return np.bincount(past.cell[inside], minlength=past.n_cells).astype(np.float64)


def rank(
    past: Past, until: int, kind: IntArray, importance: Mapping[int, float], weights: Mapping[int, Sequence[float]],
    seed: int = 1,
) -> Ranking:  # fmt: skip
    """Rank the cells as of the morning of day `until`, over kinds.

    Parameters
    ----------
    past : Past
        Reports of all kinds; of patrols none, for patrols make reports.
    until : int
        Day number.
    kind : int array of shape (m,)
        Code of each report's kind.
    importance : mapping of int to float
        How much a report of a kind counts beside others; a kind that is missing counts 1.
    weights : mapping of int to sequence of float
        Fitted weights of the mixture by kind; the usual ones where none stand.
    seed : int
        Echoed; nothing is drawn.
    """
    before = past.day < until
    expected = np.zeros(past.n_cells)
    for code in np.unique(kind[before]).tolist():
        rows = np.flatnonzero(before & (kind == code))
        table = parts(past, rows, until)
        given = weights.get(code)
        fitted = past.usual if given is None else np.asarray(given, dtype=np.float64)
        expected += importance.get(code, 1.0) * _next(past.day[rows], until) * (table @ fitted)
    n = int(before.sum())
    window = until - int(past.day[before].min()) if n else 0
    return Ranking(METHOD, window, n, seed, expected, ranks(expected))


def ranks(score: FloatArray) -> IntArray:
    """1 for the highest, ties in the order of the cells; 0 where the score is nothing."""
    place = np.empty(len(score), dtype=np.int64)
    place[np.lexsort((np.arange(len(score)), -score))] = np.arange(1, len(score) + 1)
    return np.where(score > 0, place, 0)


def _next(day: IntArray, until: int) -> float:
    """Reports to be expected in the next window: the decayed rate of the whole area."""
    if not len(day):
        return 0.0
    decay = np.log(2) / _RATE_HALF_LIFE
    span = until - int(day.min())
    weight = float((0.5 ** ((until - 1 - day) / _RATE_HALF_LIFE)).sum())
    return float(HORIZON_DAYS * weight * decay / (1 - np.exp(-decay * max(span, HORIZON_DAYS))))
