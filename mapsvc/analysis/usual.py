"""How surprising a cell's count is: against its own past, or where there is none against all other cells."""

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
Tails = tuple[FloatArray, FloatArray]

# Half a window of the area's mean stands before every cell's own past: no cell is expected to hold nothing at all.
AREA_WEIGHT = 0.5
# How far the spread is taken above its estimate, in standard errors: too small a spread would cry wolf.
_ERRORS = 1.0
_TINY = 1e-12


def against_past(now: IntArray, past: IntArray) -> Tails:
    """Chance of at least, and at most, as many in a window if the rate here is what it was.

    Parameters
    ----------
    now : int array of shape (n,)
        Episodes per cell in the window.
    past : int array of shape (n, w)
        The same in w earlier windows of equal length, w >= 1.

    Returns
    -------
    upper, lower : arrays of shape (n,)

    Notes
    -----
    The predictive distribution of a gamma-Poisson model (Gelman et al., Bayesian Data Analysis, 3rd ed. 2013, section
    2.6): a negative binomial, whose mean leans on the area's for `AREA_WEIGHT` of a window. What windows differ by
    beyond Poisson, pooled over all cells by moments, is added to its spread; with a single past window the difference
    between cells stands for it, which is more rather than less.
    """
    windows = past.shape[1]
    seen = past.sum(axis=1).astype(np.float64)
    area = max(float(seen.mean()) / windows, _TINY)
    mean = (AREA_WEIGHT + seen) / (AREA_WEIGHT / area + windows)
    excess = _excess_in_time(past) if windows > 1 else float(np.mean(_excess_between(now)[1]))
    known = AREA_WEIGHT + seen / (1.0 + excess * mean)
    return _negative_binomial(now, mean, 1.0 / np.maximum(excess + 1.0 / known + excess / known, _TINY))


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
    """1/size of the negative binomial that windows of one cell follow, one standard error above its estimate."""
    windows = past.shape[1]
    mean, variance = past.mean(axis=1), past.var(axis=1, ddof=1)
    error = np.sqrt((2.0 * mean * mean / (windows - 1) + mean / windows).sum())
    squares = max(float((mean * mean - variance / windows).sum()), len(past) * float(mean.mean()) ** 2)
    return max(float((variance - mean).sum()) + _ERRORS * float(error), 0.0) / max(squares, _TINY)


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
