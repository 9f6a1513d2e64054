"""Whether it helped: report-days at a place before and after, against comparable places, with an interval.

The count is the number of days on which anybody reported (a report-day): ten calls in one night are one day. Given how
many report-days a place had in both windows together, how many of them fall into the later one is binomial, and its
odds are the ratio of the two rates times the ratio of the lengths (Przyborowski & Wilenski 1940, Biometrika 31:313).
What would have come without any measure is read from comparable places in the same weeks: their pooled change, with its
own uncertainty and with the spread from place to place. That spread is estimated by moments (Kleinman 1973, JASA 68:46)
and carried over to the place in question as in the prediction interval of a random-effects meta-analysis (Higgins,
Thompson & Spiegelhalter 2009, JRSS A 172:137): Student's t with K-2 degrees of freedom. Mixing the binomial over that
prediction gives the chance of any split; the interval holds all effects whose mid-p (Lancaster 1961, JASA 56:223) is at
least half the error on each side. Reports come in bouts, so places swing more than chance alone says: the spread from
place to place takes that in, and is never taken to be below `LEAST_SPREAD`.

A place is often chosen because it had just been bad, and would have got better anyhow (regression to the mean). The
caller therefore compares with places that were about as bad before: `alike`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, isfinite, lgamma, log, pi

import numpy as np
from numpy.typing import NDArray

from mapsvc.domain.effects import Measured

METHOD = "report_days.binomial_mixture.mid_p"
LEAST_REPORT_DAYS = 5
"""With fewer report-days in both windows together nothing is said."""
LEAST_COMPARABLE = 4
"""With fewer comparable places the usual swing is assumed instead of measured."""
LEAST_SPREAD = 0.25
"""Standard deviation of the logarithm of a place's own change, at least: places differ, even if it does not show."""
USUAL_SPREAD = 0.8
"""The same where there is nothing to measure it by."""
_MOST_ALIKE = 30
_NODES, _REACH = 121, 14.0
_LARGEST_LOG = 12.0
_STEPS = 40

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Usual:
    """What is expected of one place from one window to the other: a Student t on the logarithm of the rate's ratio.

    `freedom` infinite is the normal.
    """

    centre: float
    spread: float
    freedom: float = float("inf")


def report_days(day: NDArray[np.int64], first: int, until: int) -> int:
    """How many different days from `first` to before `until` occur in `day` (numbers of days)."""
    inside = day[(day >= first) & (day < until)]
    return int(np.unique(inside).size)


def alike(before: int, others: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Of other places' (before, after) those that were about as bad: half to twice as many report-days before.

    If these are too few, the ones nearest in number; places without a report in the earlier window tell nothing.
    """
    ordered = sorted((pair for pair in others if pair[0] > 0), key=lambda pair: (_far(before, pair[0]), pair))
    near = [pair for pair in ordered if _far(before, pair[0]) <= log(2) + 1e-9]
    return (near if len(near) >= LEAST_COMPARABLE else ordered[:LEAST_COMPARABLE])[:_MOST_ALIKE]


def _far(before: int, other: int) -> float:
    return abs(log((before or 1) / other))


def usual_change(others: Sequence[tuple[int, int]], days_before: int, days_after: int) -> Usual:
    """What comparable places' own changes let expect of one more place.

    Parameters
    ----------
    others : sequence of (before, after)
        Report-days of each place in the two windows.
    days_before, days_after : int
        Lengths of the windows.
    """
    pairs = np.array([pair for pair in others if sum(pair) > 0], dtype=np.float64).reshape(-1, 2)
    if len(pairs) < LEAST_COMPARABLE:
        return Usual(0.0, USUAL_SPREAD)
    totals, (sum_before, sum_after) = pairs.sum(axis=1), pairs.sum(axis=0)
    # Half a day each keeps an empty window from saying "never".
    centre = log((sum_after + 0.5) / (sum_before + 0.5)) - log(days_after / days_before)
    share = (sum_after + 0.5) / (totals.sum() + 1)
    noise = share * (1 - share)
    chi2 = float(((pairs[:, 1] - totals * share) ** 2 / (totals * noise)).sum())
    weight = totals.sum() - (totals**2).sum() / totals.sum()
    spread2 = max(LEAST_SPREAD**2, (chi2 - (len(pairs) - 1)) / (noise * weight)) if weight > 0 else USUAL_SPREAD**2
    pooled2 = 1 / (sum_before + 0.5) + 1 / (sum_after + 0.5) + spread2 * (totals**2).sum() / totals.sum() ** 2
    return Usual(centre, float(np.sqrt(spread2 + pooled2)), float(len(pairs) - 2))


def measure(
    before: int,
    after: int,
    days_before: int,
    days_after: int,
    others: Sequence[tuple[int, int]] = (),
    level: float = 0.9,
) -> Measured:
    """The effect at one place.

    Parameters
    ----------
    before, after : int
        Its report-days in the window before and after.
    days_before, days_after : int
        Lengths of the windows, the same for all places.
    others : sequence of (before, after)
        Comparable places in the same windows.
    level : float
        Of the two-sided interval.
    """
    usual = usual_change(others, days_before, days_after)
    n = len([pair for pair in others if sum(pair) > 0])
    total, lengths = before + after, log(days_after / days_before)
    error = (1 - level) / 2

    def ratio_where(mid_p: float) -> float:
        return _ratio_where(mid_p, after, total, lengths, usual)

    low = 0.0 if after == 0 else ratio_where(1 - error)
    high = float("inf") if before == 0 else ratio_where(error)
    middle = 0.0 if after == 0 else float("inf") if before == 0 else ratio_where(0.5)
    return Measured(
        before, after, days_before, days_after, n, sum(p[0] for p in others), sum(p[1] for p in others),
        exp(usual.centre), usual.spread, middle, low, high, level, total >= LEAST_REPORT_DAYS,
        n >= LEAST_COMPARABLE, METHOD,
    )  # fmt: skip


def mid_p(after: int, total: int, log_ratio: float, lengths: float, usual: Usual) -> float:
    """Chance of fewer than `after` of `total` report-days in the later window, plus half that of just so many.

    Parameters
    ----------
    log_ratio : float
        The effect assumed, as logarithm of what the rate was multiplied by.
    lengths : float
        Logarithm of the ratio of the windows' lengths, later to earlier.
    """
    nodes, weights = _nodes(usual)
    share = 1 / (1 + np.exp(-(nodes + log_ratio + lengths)))
    chances = _binomial(total, share, after + 1)
    return float(weights @ (chances[:, :after].sum(axis=1) + chances[:, after] / 2))


def _ratio_where(wanted: float, after: int, total: int, lengths: float, usual: Usual) -> float:
    """The effect at which mid-p is `wanted`, by halving: mid-p falls as the effect grows."""
    low, high = -_LARGEST_LOG, _LARGEST_LOG
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if mid_p(after, total, middle, lengths, usual) > wanted:
            low = middle
        else:
            high = middle
    return exp((low + high) / 2)


@lru_cache(maxsize=64)
def _nodes(usual: Usual) -> tuple[FloatArray, FloatArray]:
    """Points of the expectation and how likely each is."""
    if usual.spread == 0:
        return np.array([usual.centre]), np.ones(1)
    # Even steps in the sinh's argument: dense in the middle, far out in the tails.
    z = np.sinh(np.linspace(-np.arcsinh(_REACH), np.arcsinh(_REACH), _NODES))
    v = usual.freedom
    if isfinite(v):
        density = exp(lgamma((v + 1) / 2) - lgamma(v / 2)) / np.sqrt(v * pi) * (1 + z**2 / v) ** (-(v + 1) / 2)
    else:
        density = np.exp(-(z**2) / 2) / np.sqrt(2 * pi)
    weights = density * np.gradient(z)
    return usual.centre + usual.spread * z, weights / weights.sum()


def _binomial(total: int, share: FloatArray, n: int) -> FloatArray:
    """Chances of the first `n` of 0..total for each share, shape (len(share), n)."""
    k = np.arange(n)
    p = np.clip(share, 1e-300, 1 - 1e-16)[:, None]
    return np.asarray(np.exp(_ways(total)[:n] + k * np.log(p) + (total - k) * np.log1p(-p)), dtype=np.float64)


@lru_cache(maxsize=256)
def _ways(total: int) -> FloatArray:
    """Logarithm of how many ways there are to choose 0..total of `total`."""
    return np.array([lgamma(total + 1) - lgamma(i + 1) - lgamma(total - i + 1) for i in range(total + 1)])
