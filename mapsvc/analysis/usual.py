"""How surprising a cell's count is: against its own past, or where there is none against all other cells."""

from math import ceil

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
Tails = tuple[FloatArray, FloatArray]

# For the number that is said: half a window of the area's mean stands before every cell's own past, so that no cell is
# expected to hold nothing at all.
AREA_WEIGHT = 0.5
# How far the spread is taken above its estimate, in standard errors: too small a spread would cry wolf.
_ERRORS = 1.0
_TINY = 1e-12
# Cells are never taken for all alike, nor for having nothing in common.
_LEAST_VARIETY, _MOST_VARIETY = 0.05, 4.0
_WINDOWS_ENOUGH, _RESTLESS = 8, 0.01
# Below this excess windows differ by Poisson alone; below this chance a difference from one says nothing.
_HARDLY_ANY, _LEAST_P = 1e-6, 1e-15


def against_past(now: IntArray, past: IntArray) -> Tails:
    """Chance of at least, and at most, as many in a window if the rate here is what it was.

    Parameters
    ----------
    now : int array of shape (n,)
        Episodes per cell in the window.
    past : int array of shape (n, w)
        The same in w earlier windows of equal length, w >= 1; not all of them 0.

    Returns
    -------
    upper, lower : arrays of shape (n,)

    Notes
    -----
    Windows of a cell are negative binomial around the cell's own mean, and the cells' means vary about the area's:
    both by moments over all cells (empirical Bayes), so that a short past leans on the area as much as cells are
    alike. The predictive distribution of the conjugate prior is a beta-negative-binomial (Johnson, Kemp and Kotz,
    Univariate Discrete Distributions, 3rd ed. 2005, section 6.2.3), and a gamma-Poisson where windows differ no more
    than by Poisson. With a single past window all differences between cells are taken for either, which is more
    rather than less.
    """
    windows = past.shape[1]
    seen = past.sum(axis=1).astype(np.float64)
    area = float(seen.mean()) / windows
    if windows > 1:
        excess, variety = _excess_in_time(past), _variety(past)
    else:
        excess = variety = float(np.mean(_excess_between(past[:, 0])[1]))
    variety = min(max(variety, _LEAST_VARIETY), _MOST_VARIETY)
    if excess < _HARDLY_ANY:
        known = 1.0 / variety + seen
        return _negative_binomial(now, known / (1.0 / (variety * area) + windows), known)
    size = 1.0 / excess
    beta = 2.0 + (1.0 + size / area) / variety
    return _beta_negative_binomial(now, size, (beta - 1.0) * area / size + seen, beta + size * windows)


def against_others(now: IntArray) -> Tails:
    """Chance of at least, and at most, as many in a cell that is like all the others.

    Mean and spread of each cell's distribution (a negative binomial by moments) are those of the other cells, so that
    one terrible corner does not hide itself.

    Parameters
    ----------
    now : int array of shape (n,)

    Returns
    -------
    upper, lower : arrays of shape (n,)
    """
    if len(now) < 3 or not now.sum():
        return np.ones(len(now)), np.ones(len(now))
    mean, excess = _excess_between(now)
    return _negative_binomial(now, np.maximum(mean, _TINY), 1.0 / np.maximum(excess, _TINY))


def _excess_in_time(past: IntArray) -> float:
    """1/size of the negative binomial that windows of one cell follow, one standard error above its estimate.

    Where there are windows enough, the most restless hundredth of the cells is left out: outbreaks of the past are not
    what is usual (as in Farrington et al. 1996, section 3.6, who weigh them down).
    """
    windows = past.shape[1]
    mean, variance = past.mean(axis=1), past.var(axis=1, ddof=1)
    if windows >= _WINDOWS_ENOUGH:
        last = len(past) - ceil(len(past) * _RESTLESS) - 1
        calm = variance - mean <= np.partition(variance - mean, max(last, 0))[max(last, 0)]
        mean, variance = mean[calm], variance[calm]
    if not mean.any():
        return 0.0
    error = np.sqrt((2.0 * mean * mean / (windows - 1) + mean / windows).sum())
    squares = max(float((mean * mean - variance / windows).sum()), len(mean) * float(mean.mean()) ** 2)
    return max(float((variance - mean).sum()) + _ERRORS * float(error), 0.0) / squares


def _variety(past: IntArray) -> float:
    """Variance of the cells' means beyond what their windows explain, in squares of the area's mean."""
    mean, variance = past.mean(axis=1), past.var(axis=1, ddof=1)
    if len(mean) < 2:
        return _MOST_VARIETY
    between = float(mean.var(ddof=1)) - float(variance.mean()) / past.shape[1]
    variety: float = between / float(mean.mean()) ** 2
    return variety


def _excess_between(now: IntArray) -> tuple[FloatArray, FloatArray]:
    """Mean of the others and 1/size of their negative binomial, one standard error above its estimate, per cell."""
    x = now.astype(np.float64)
    others = len(x) - 1
    mean = (x.sum() - x) / others
    variance = ((x * x).sum() - x * x - others * mean * mean) / max(others - 1, 1)
    ratio = variance / np.maximum(mean, _TINY)
    ratio += _ERRORS * np.sqrt(2.0 / others) * np.maximum(ratio, 1.0)
    return mean, np.maximum(ratio - 1.0, 0.0) / np.maximum(mean, _TINY)


def _negative_binomial(x: IntArray, mean: FloatArray, size: FloatArray) -> Tails:
    """P(X >= x) and P(X <= x) of a negative binomial with this mean and size (variance mean + mean²/size)."""
    from scipy.special import betainc

    share = mean / (mean + size)
    upper = np.where(x > 0, betainc(np.maximum(x, 1), size, share), 1.0)
    lower = 1.0 - betainc(x + 1.0, size, share)
    return upper, lower


def _beta_negative_binomial(x: IntArray, size: float, alpha: FloatArray, beta: float) -> Tails:
    """P(X >= x) and P(X <= x) of a negative binomial of `size` whose odds are beta-prime, alpha by cell."""
    from scipy.special import betaln, gammaln

    # One row per cell and number up to its own: as many as there are events, and a zero for each cell.
    cell = np.repeat(np.arange(len(x)), x + 1)
    number = np.arange(len(cell)) - np.repeat(np.cumsum(x + 1) - (x + 1), x + 1)
    a, b = alpha[cell], beta
    log_chance = gammaln(number + size) - gammaln(size) - gammaln(number + 1.0)
    chance = np.exp(log_chance + betaln(a + number, b + size) - betaln(a, b))
    lower = np.minimum(np.bincount(cell, weights=chance, minlength=len(x)), 1.0)
    own = chance[np.cumsum(x + 1) - 1]
    return np.clip(1.0 - lower + own, _LEAST_P, 1.0), lower
