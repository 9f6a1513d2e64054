"""Topics that have their weeks in the year: what was asked last year in the weeks ahead, beside the rest of that year.

One year of a small office says little of seasons, so nothing is fitted: the count of the same weeks of last year is
held against what the rest of the last 52 weeks lets expect of as many weeks, with the spread that sums of so many weeks
had there (negative binomial; what one topic has too little of to say is borrowed from the median of all).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mapsvc.analysis.weekly import negative_binomial_interval, negative_binomial_tail

METHOD = "topic_seasons.negative_binomial_52"
YEAR_WEEKS = 52
LEAST_COUNT = 3
_PRIOR, _USUAL_PHI, _PHI_COUNTS, _SAYS_COUNTS, _LEAST_TOPICS, _ROUGH = 0.5, 1.5, 8.0, 8.0, 5, 0.4

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Season:
    """The weeks ahead as they were last year.

    Attributes
    ----------
    count, expected, low, high : int, float
        Asked in those weeks; what the rest of that year lets expect of as many, with the interval for nine of ten.
    p : float
        One-sided.
    n, window : int
        All asked in the 52 weeks, and their days.
    """

    method: str
    count: int
    expected: float
    low: float
    high: float
    p: float
    n: int
    window: int
    seed: int


def seasons(counts: IntArray, ahead: int, *, seed: int = 1) -> tuple[Season, ...]:
    """Of each topic, the `ahead` weeks after the last as they were a year before.

    Parameters
    ----------
    counts : int array of shape (topics, weeks)
        The oldest week first; 52 weeks at least.

    Raises
    ------
    ValueError
        Less than a year.
    """
    if counts.shape[1] < YEAR_WEEKS:
        raise ValueError("less than a year")
    year = np.asarray(counts[:, -YEAR_WEEKS:], dtype=np.float64)
    then, rest = year[:, :ahead].sum(axis=1), year[:, ahead:]
    expected = (rest.sum(axis=1) + _PRIOR) * ahead / rest.shape[1]
    phi = _dispersion(rest, expected, ahead)
    found = []
    for k, count in enumerate(then.astype(int).tolist()):
        usual, spread = float(expected[k]), float(expected[k] * phi[k])
        p = negative_binomial_tail(count, usual, spread) if count >= LEAST_COUNT else 1.0
        low, high = negative_binomial_interval(usual, spread)
        found.append(Season(METHOD, count, usual, low, high, p, int(year[k].sum()), 7 * YEAR_WEEKS, seed))
    return tuple(found)


def _dispersion(rest: NDArray[np.float64], expected: NDArray[np.float64], ahead: int) -> NDArray[np.float64]:
    """Variance over mean of sums of `ahead` weeks, with the error of the mean; at least that of a Poisson count."""
    whole = rest.shape[1] // ahead * ahead
    sums = rest[:, -whole:].reshape(len(rest), -1, ahead).sum(axis=2)
    blocks = sums.shape[1]
    squares, total = ((sums - expected[:, None]) ** 2).sum(axis=1), expected * blocks
    says = total >= _SAYS_COUNTS
    ratio = squares[says] / total[says]
    common = float(np.median(ratio)) if len(ratio) >= _LEAST_TOPICS else _USUAL_PHI
    own = (squares + _PHI_COUNTS * common) / (total + _PHI_COUNTS)
    # The error of the mean, and of a dispersion known from so few sums.
    error = (1 + 1 / blocks) * (1 + _ROUGH * blocks**-0.5)
    return np.asarray(np.maximum(own, 1.0) * error, dtype=np.float64)
