"""Weekly counts of one kind: a week that stands out, a slow rise; few reports, short histories.

A week is compared with what the eight weeks before it let expect: a gamma-Poisson (negative binomial) predictive whose
variance carries the dispersion of the series and the uncertainty of so short a mean. A slow rise is looked for by an
exponentially weighted moving average (Roberts 1959, Technometrics 1:239) of the last weeks against a longer past that
ends before them; how far such means strayed in the past is the least of their variance.
Both p are put together as twice the lesser.

The dispersion is read from differences of neighbouring weeks (von Neumann 1941, Ann. Math. Stat. 12:367), which a level
that drifts over the seasons does not blow up, and leans on a usual one while the series is short.

From three years on the same weeks of earlier years say what is expected (`analysis.farrington`), of the week and of the
eight weeks in which a slow rise is looked for.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mapsvc.analysis.farrington import METHOD as SEASON_METHOD
from mapsvc.analysis.farrington import WEEKS_A_YEAR, farrington

METHOD = "weekly.negative_binomial_8+ewma"
BASE_WEEKS = 8
LEAST_WEEKS = 8
LEAST_COUNT = 3
"""Fewer reports in a week say nothing."""
LEAST_SLOW = 10
"""Fewer in eight weeks are no rise of a whole street."""
LONGEST_WEEKS = 52
_SMOOTH = 0.2
_USUAL_PHI, _PHI_WEEKS = 1.5, 8.0
_PRIOR = 0.5
_DRIFT = 2.0
_LEAST_YEARS, _MOST_YEARS, _HALF_WEEKS = 3, 5, 3
_LONG_WEEKS = 2.0
"""So many weeks of the whole past stand beside the last eight: a lull by chance makes no ordinary week a jump."""

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Week:
    """The last week of a series beside what was expected.

    Attributes
    ----------
    expected, low, high : float
        Of this week, with the interval that holds nine of ten weeks.
    p_week, p_slow, p : float
        One-sided: of the week, of the slow rise, of both together.
    slow, slow_expected : float
        The weighted mean of the last weeks and what it was before; equal where the past is too short.
    phi : float
        Dispersion, variance over mean.
    n, window : int
        Weeks and days it rests on.
    """

    method: str
    count: int
    expected: float
    low: float
    high: float
    p_week: float
    p_slow: float
    p: float
    slow: float
    slow_expected: float
    phi: float
    n: int
    window: int
    seed: int

    @property
    def is_slow(self) -> bool:
        """Whether the slow rise says more than the week alone."""
        return self.p_slow < self.p_week


def judge(counts: IntArray, *, seed: int = 1) -> Week | None:
    """As `judge_week`, from three years on beside the same weeks of earlier years."""
    years = min(_MOST_YEARS, (len(counts) - BASE_WEEKS - _HALF_WEEKS) // WEEKS_A_YEAR)
    return judge_week(counts, seed=seed) if years < _LEAST_YEARS else _judge_season(counts, years, seed)


def _judge_season(counts: IntArray, years: int, seed: int) -> Week:
    n = len(counts)
    season = farrington(counts, range(n - BASE_WEEKS, n), years=years, half_window=_HALF_WEEKS, least=(0, 1))
    now = season[-1]
    usual = np.array([week.expected for week in season])
    # Seven weeks of each of three years tell little of the dispersion, and weighing bouts down makes it smaller still.
    phi = max(now.phi, dispersion(np.asarray(counts[-LONGEST_WEEKS - 1 : -1], dtype=np.float64)))
    spread = phi * now.expected * (1 + 1 / (2 * years))
    p_week = negative_binomial_tail(now.count, now.expected, spread) if now.count >= LEAST_COUNT else 1.0
    weights = _weights(BASE_WEEKS)
    slow, expected = float(weights @ counts[-BASE_WEEKS:]), float(weights @ usual)
    variance = phi * (float(weights**2 @ usual) + expected / (2 * years))
    enough = counts[-BASE_WEEKS:].sum() >= LEAST_SLOW
    p_slow = _slow_tail(slow, expected, variance) if enough else 1.0
    low, high = negative_binomial_interval(now.expected, spread)
    return Week(
        SEASON_METHOD, now.count, now.expected, low, high, p_week, p_slow, min(1.0, 2 * min(p_week, p_slow)), slow,
        expected, phi, now.n, now.window * 7, seed,
    )  # fmt: skip


def judge_week(counts: IntArray, *, seed: int = 1) -> Week | None:
    """The last of `counts` (one per week, the oldest first) beside the weeks before; None while these are too few.

    Parameters
    ----------
    counts : int array of shape (n,)
    seed : int
        Echoed; nothing is drawn.
    """
    x = np.asarray(counts, dtype=np.float64)[-(LONGEST_WEEKS + BASE_WEEKS + 1) :]
    if len(x) < LEAST_WEEKS + 1:
        return None
    count, before = int(x[-1]), x[:-1]
    phi = dispersion(before)
    base = before[-BASE_WEEKS:]
    weeks = len(base) + _LONG_WEEKS
    expected = float((base.sum() + _LONG_WEEKS * before.mean() + _PRIOR) / weeks)
    spread = phi * expected * (1 + 1 / weeks)
    p_week = negative_binomial_tail(count, expected, spread) if count >= LEAST_COUNT else 1.0
    low, high = negative_binomial_interval(expected, spread)
    slow, slow_expected, p_slow = _slow(x, phi)
    p = min(1.0, 2 * min(p_week, p_slow))
    return Week(
        METHOD, count, expected, low, high, p_week, p_slow, p, slow, slow_expected, phi, len(before),
        7 * len(before), seed,
    )  # fmt: skip


def dispersion(counts: FloatArray) -> float:
    """Variance over mean, at least 1: from differences of neighbours, leaning on what is usual.

    Taken somewhat larger than measured, since it is known only roughly: by half its relative error.
    """
    if len(counts) < 2:
        return _USUAL_PHI
    mean = (counts.sum() + _PRIOR) / len(counts)
    seen = float((np.diff(counts) ** 2).sum() / 2 / mean)
    phi = (seen + _PHI_WEEKS * _USUAL_PHI) / (len(counts) - 1 + _PHI_WEEKS)
    return float(max(1.0, phi) * (1 + len(counts) ** -0.5))


def negative_binomial_tail(count: int, mean: float, variance: float) -> float:
    """Chance of at least `count` where mean and variance are these (variance above the mean)."""
    return _tail(count, mean, variance) if count > 0 else 1.0


def negative_binomial_interval(mean: float, variance: float) -> tuple[float, float]:
    """Between what nine of ten counts lie where mean and variance are these (variance above the mean)."""
    from scipy.stats import nbinom

    size = mean * mean / (variance - mean)
    low, high = nbinom.ppf((0.05, 0.95), size, mean / variance)
    return float(low), float(high)


def _weights(n: int) -> FloatArray:
    """Of the last `n` weeks, the oldest first; together one."""
    weights = (1 - _SMOOTH) ** np.arange(n - 1, -1, -1, dtype=np.float64)
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def _slow(x: FloatArray, phi: float) -> tuple[float, float, float]:
    """The weighted mean of the last eight weeks, what it was before, and the chance of as much without a rise."""
    recent, before = x[-BASE_WEEKS:], x[:-BASE_WEEKS]
    weights = _weights(len(recent))
    slow = float(weights @ recent)
    if len(before) < LEAST_WEEKS or recent.sum() < LEAST_SLOW:
        return slow, slow, 1.0
    mean = float((before.sum() + _PRIOR) / len(before))
    variance = phi * mean * (float((weights**2).sum()) + 1 / len(before))
    return slow, mean, _slow_tail(slow, mean, max(variance, _drift(before, weights, mean)))


def _drift(before: FloatArray, weights: FloatArray, mean: float) -> float:
    """How far such a weighted mean strayed from the mean in the past, squared: seasons and bouts make it wander.

    Few of them fit into a short past: their spread is taken larger by what is uncertain about it.
    """
    strayed = np.convolve(before, weights[::-1], mode="valid") - mean
    fitted = len(before) / len(weights)
    return float((strayed**2).mean() * (1 + _DRIFT / fitted))


def _slow_tail(slow: float, mean: float, variance: float) -> float:
    """Chance of a weighted mean of at least `slow`.

    A weighted sum of counts is about a count times one weight, the one that fits its variance (Fay & Feuer 1997, Stat
    Med 16:791): that count is negative binomial here.
    """
    unit = float((_weights(BASE_WEEKS) ** 2).sum())
    if slow <= mean:
        return 1.0
    return _tail(slow / unit, mean / unit, max(variance / unit**2, 1.0001 * mean / unit))


def _tail(count: float, mean: float, variance: float) -> float:
    from scipy.special import betainc

    size = mean * mean / (variance - mean)
    return float(betainc(count, size, 1 - mean / variance))
