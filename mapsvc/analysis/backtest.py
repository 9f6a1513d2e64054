"""Honest backtest: rank the cells on what was known on a morning, then look at what came in the four weeks after it.

The tests follow one another without overlap; all that is chosen (by the ranking at each origin, by the baselines once)
is chosen on windows before the tests. Per share of the area:

hit rate  n / N, reports in the chosen cells among all reports, with the exact interval of Clopper & Pearson (1934,
          Biometrika 26:404);
PAI       (n / N) / (a / A), times better than chance (Chainey, Tompson & Uhlig 2008, Security Journal 21:4);
PEI*      n / n*, of the most that any choice of as many cells could have held (Hunt 2016).

Where cells tie at the edge of the chosen area, the tied hits count by share: the mean over all orders of the tied.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mapsvc.analysis.baselines import Baseline, Score
from mapsvc.analysis.priority import HORIZON_DAYS, METHOD, Fitter, Past, count

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

SHARES = (0.01, 0.02, 0.05)
MAIN_SHARE = 0.02
OURS, PERFECT = "priority", "perfect"
LEVEL = 0.95
DRAWS = 2000
WARM_UP_DAYS, CHOOSING, TESTS = 120, 2, 6
LEAST_PERIODS = 4


@dataclass(frozen=True)
class Origins:
    """Mornings (day numbers) on which the future is asked for.

    Attributes
    ----------
    choosing : tuple of int
        Baselines choose their parameter on these.
    tests : tuple of int
    """

    choosing: tuple[int, ...]
    tests: tuple[int, ...]


@dataclass(frozen=True)
class Area:
    """One method on one share of the area, all tests together.

    Attributes
    ----------
    share : float
        Of the area, as asked; `cells` is what that comes to.
    hits, reports : float
        Reports in the chosen cells, and all of them.
    hit_rate, hit_low, hit_high : float
        With the exact interval.
    pai, pai_low, pai_high : float
        With the interval of the cluster bootstrap.
    pei : float
        PEI*, 0 to 1.
    """

    share: float
    cells: int
    hits: float
    reports: int
    hit_rate: float
    hit_low: float
    hit_high: float
    pai: float
    pai_low: float
    pai_high: float
    pei: float


@dataclass(frozen=True)
class Method:
    """A method with its figures per share of `SHARES`.

    Attributes
    ----------
    parameter : str
        What was chosen for it before the tests.
    behind : tuple of (low, high) or None
        Interval of the PAI of the ranking minus that of this method, per share: above 0, the ranking is better. None
        for the ranking itself.
    """

    name: str
    parameter: str
    areas: tuple[Area, ...]
    behind: tuple[tuple[float, float], ...] | None


@dataclass(frozen=True)
class Backtest:
    """All methods on the same tests.

    Attributes
    ----------
    window : int
        Days of one test.
    n : int
        Reports in all tests.
    """

    method: str
    window: int
    n: int
    seed: int
    n_cells: int
    origins: Origins
    methods: tuple[Method, ...]
    weights: Mapping[str, float]


def origins_of(first: int, last: int, *, since: int | None = None) -> Origins | None:
    """The last six whole windows of the record, and the two before them to choose on.

    Windows follow one another from 120 days after the first day on; a record too short for six tests has fewer, and a
    shorter beginning. None if not even one test is possible.

    Parameters
    ----------
    first, last : int
        First and last day of the record (day numbers, both included).
    since : int, optional
        First day of the first test, if it is not to be chosen.
    """
    days = last - first + 1
    if since is not None:
        tests = [since + HORIZON_DAYS * i for i in range(TESTS)]
        tests = [t for t in tests if t + HORIZON_DAYS - 1 <= last and t > first]
        choosing = [since - HORIZON_DAYS * i for i in range(CHOOSING, 0, -1)]
        return Origins(tuple(c for c in choosing if c > first), tuple(tests)) if tests else None
    periods = (days - WARM_UP_DAYS) // HORIZON_DAYS
    if periods >= CHOOSING + TESTS:
        end = first + WARM_UP_DAYS + periods * HORIZON_DAYS
    else:
        periods, end = days // HORIZON_DAYS - 1, last + 1
    if periods + 1 < LEAST_PERIODS:
        return None
    n_tests = min(TESTS, periods - CHOOSING)
    starts = [end - HORIZON_DAYS * i for i in range(n_tests + CHOOSING, 0, -1)]
    return Origins(tuple(starts[:CHOOSING]), tuple(starts[CHOOSING:]))


def chosen_cells(score: FloatArray, n_chosen: int) -> FloatArray:
    """How much of each cell is among the first `n_chosen` by score: 1, 0, or the share of a tie at the edge.

    Returns
    -------
    array of shape (n_cells,), its sum is `n_chosen`
    """
    edge = np.partition(score, len(score) - n_chosen)[len(score) - n_chosen]
    above = score > edge
    tied = score == edge
    return np.where(above, 1.0, np.where(tied, (n_chosen - above.sum()) / tied.sum(), 0.0))


def exact_interval(hits: float, of: int, level: float = LEVEL) -> tuple[float, float]:
    """Clopper-Pearson interval of a share."""
    from scipy.special import betaincinv

    if of <= 0:
        return 0.0, 1.0
    error = (1 - level) / 2
    low = 0.0 if hits <= 0 else float(betaincinv(hits, of - hits + 1, error))
    high = 1.0 if hits >= of else float(betaincinv(hits + 1, of - hits, 1 - error))
    return low, high


def run(
    past: Past, methods: Sequence[Baseline], origins: Origins, cluster: IntArray, *, seed: int = 1, draws: int = DRAWS
) -> Backtest:
    """Try the ranking and the baselines on the same tests.

    Parameters
    ----------
    past : Past
        The whole record; each method sees of it only what lies before each origin.
    methods : sequence of Baseline
    origins : Origins
    cluster : int array of shape (n_cells,)
        Which cells are drawn together in the bootstrap: neighbours swing together, and a cell is the same in all tests.
    seed, draws : int
        Of the bootstrap.
    """
    fitter = Fitter(past)
    fits = {day: fitter.fit(day) for day in origins.tests}
    scores: dict[str, tuple[str, Score]] = {
        OURS: ("refit at each origin", lambda day: fitter.expected(day, fits[day].weights))
    }
    for baseline in methods:
        parameter = _choose(past, baseline, origins.choosing)
        scores[baseline.name] = (parameter, baseline.scores[parameter])
    scores[PERFECT] = ("hindsight", lambda day: count(past, day, day + HORIZON_DAYS))
    sums = _Sums(past, origins.tests, cluster)
    weigh = _resamples(len(sums.reports), seed, draws)
    held = {name: [sums.hits(score, share) for share in SHARES] for name, (_, score) in scores.items()}
    best = held[PERFECT]
    ours = [_pai(sums, hits, share, weigh) for hits, share in zip(held[OURS], SHARES, strict=True)]
    found = []
    for name, (parameter, _) in scores.items():
        pais = [_pai(sums, hits, share, weigh) for hits, share in zip(held[name], SHARES, strict=True)]
        areas = tuple(_area(sums, s, h, b, p) for s, h, b, p in zip(SHARES, held[name], best, pais, strict=True))
        gaps = tuple(_interval(o - p) for o, p in zip(ours, pais, strict=True))
        found.append(Method(name, parameter, areas, None if name == OURS else gaps))
    last = fits[origins.tests[-1]].weights
    weights = {name: round(float(w), 4) for name, w in zip(past.names, last, strict=True)}
    n = int(sums.reports.sum())
    return Backtest(METHOD, HORIZON_DAYS, n, seed, past.n_cells, origins, tuple(found), weights)


def n_of_share(n_cells: int, share: float) -> int:
    """Cells that make up a share of the area, at least one."""
    return max(1, min(n_cells, round(n_cells * share)))


def _choose(past: Past, baseline: Baseline, choosing: Sequence[int]) -> str:
    """The parameter that holds most reports on the windows before the tests; the first of equals."""
    n_chosen = n_of_share(past.n_cells, MAIN_SHARE)

    def held(parameter: str) -> float:
        score = baseline.scores[parameter]
        return sum(float(chosen_cells(score(day), n_chosen) @ count(past, day, day + HORIZON_DAYS)) for day in choosing)

    return max(baseline.scores, key=held) if len(baseline.scores) > 1 else next(iter(baseline.scores))


class _Sums:
    """Reports and hits per cluster, all tests together."""

    def __init__(self, past: Past, tests: Sequence[int], cluster: IntArray) -> None:
        self.n_cells, self.tests = past.n_cells, tests
        self._came = [count(past, day, day + HORIZON_DAYS) for day in tests]
        self._cluster = np.unique(cluster, return_inverse=True)[1].reshape(-1)
        self.reports = self._by_cluster(np.sum(self._came, axis=0))

    def _by_cluster(self, values: FloatArray) -> FloatArray:
        return np.bincount(self._cluster, weights=values).astype(np.float64)

    def hits(self, score: Score, share: float) -> FloatArray:
        """Reports in the cells that come first, by cluster."""
        n_chosen = n_of_share(self.n_cells, share)
        pairs = zip(self.tests, self._came, strict=True)
        return self._by_cluster(np.sum([chosen_cells(score(day), n_chosen) * came for day, came in pairs], axis=0))


def _resamples(n_clusters: int, seed: int, draws: int) -> IntArray:
    """How often each cluster is drawn, shape (draws, n_clusters)."""
    rng = np.random.default_rng(seed)
    times: IntArray = rng.multinomial(n_clusters, np.full(n_clusters, 1 / n_clusters), size=draws)
    return times


def _pai(sums: _Sums, hits: FloatArray, share: float, weigh: IntArray) -> FloatArray:
    """PAI of each resample, shape (draws,)."""
    area = n_of_share(sums.n_cells, share) / sums.n_cells
    reports = weigh @ sums.reports
    return np.divide(weigh @ hits, reports, out=np.zeros(len(weigh)), where=reports > 0) / area


def _interval(values: FloatArray) -> tuple[float, float]:
    error = (1 - LEVEL) / 2
    low, high = np.quantile(values, [error, 1 - error])
    return float(low), float(high)


def _area(sums: _Sums, share: float, hits: FloatArray, best: FloatArray, pais: FloatArray) -> Area:
    n_chosen, held, reports = n_of_share(sums.n_cells, share), float(hits.sum()), int(sums.reports.sum())
    rate = held / reports if reports else 0.0
    most = float(best.sum())
    return Area(
        share, n_chosen, round(held, 3), reports, rate, *exact_interval(held, reports),
        rate / (n_chosen / sums.n_cells), *_interval(pais), min(held / most, 1.0) if most else 0.0,
    )  # fmt: skip
