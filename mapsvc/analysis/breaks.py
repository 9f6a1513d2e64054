"""Breaks with the past: whether the last periods hold more or fewer reports than the others let expect."""

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

_NO_BOUTS = 1e-6


def bout_correlation(counts: IntArray) -> FloatArray:
    """For each cell how alike reports are in their period in all others: intra-class correlation by moments, from 0.

    Parameters
    ----------
    counts : int array (n_cells, n_periods)

    Returns
    -------
    array (n_cells,)
        The cell itself is left out: what breaks out there must not excuse itself.

    References
    ----------
    Kleinman, J. C. (1973), Proportions with extraneous variance, J. Am. Statist. Assoc. 68:46; of a
    Dirichlet-multinomial the expected chi-square is that of the multinomial times 1 + (N - 1) rho.
    """
    total, periods = counts.sum(axis=1), counts.shape[1]
    if periods < 2:
        return np.zeros(len(counts))
    mean = np.maximum(total, 1)[:, None] / periods
    several = total > 1
    excess = np.where(several, ((counts - mean) ** 2 / mean).sum(axis=1) / (periods - 1) - 1, 0.0)
    weight = np.where(several, total - 1, 0)
    others = np.maximum(weight.sum() - weight, 1)
    found: FloatArray = np.clip((excess.sum() - excess) / others, 0.0, 0.99)
    return found


def p_of_last(counts: IntArray, last: int, bouts: float | FloatArray = 0.0) -> FloatArray:
    """Chance of as many in the last `last` periods, if each report had fallen into any period alike.

    Parameters
    ----------
    counts : int array (n_cells, n_periods) or (n_periods,)
    last : int
        How many of the periods, less than all.
    bouts : float or array (n_cells,)
        As `bout_correlation`: beta-binomial with that correlation; 0 is the binomial.

    Returns
    -------
    array (n_cells,) or scalar
    """
    late, total = counts[..., -last:].sum(axis=-1), counts.sum(axis=-1)
    return _between(late, total, total, last / counts.shape[-1], bouts)


def p_of_quiet(counts: IntArray, last: int, bouts: float | FloatArray = 0.0) -> FloatArray:
    """Chance of as few in the last `last` periods; as `p_of_last`."""
    late, total = counts[..., -last:].sum(axis=-1), counts.sum(axis=-1)
    return _between(np.zeros_like(late), late, total, last / counts.shape[-1], bouts)


def differs_p(before: int, after: int) -> float:
    """Two-sided exact chance of counts as unequal in two periods of one length, if nothing changed.

    References
    ----------
    Przyborowski, J. and Wilenski, H. (1940), Homogeneity of results in testing samples from Poisson series,
    Biometrika 31: given their sum each count is binomial with one half.
    """
    from scipy.special import bdtr

    total = before + after
    return min(1.0, 2 * float(bdtr(min(before, after), total, 0.5))) if total else 1.0


def _between(low: IntArray, high: IntArray, total: IntArray, share: float, bouts: float | FloatArray) -> FloatArray:
    """Chance that `low` to `high` of `total` reports fall into `share` of the time: beta-binomial."""
    from scipy.special import betaln

    weight = 1 / np.maximum(bouts, _NO_BOUTS) - 1
    a, b = np.expand_dims(weight * share, -1), np.expand_dims(weight * (1 - share), -1)
    n, k = np.expand_dims(total, -1), np.arange(int(np.max(total, initial=0)) + 1)
    rest = np.maximum(n - k, 0)
    chance = np.exp(betaln(k + a, rest + b) - betaln(a, b) - betaln(rest + 1, k + 1) - np.log(n + 1))
    counted = (np.expand_dims(low, -1) <= k) & (k <= np.expand_dims(high, -1))
    found: FloatArray = np.clip(np.where(counted, chance, 0.0).sum(axis=-1), 0.0, 1.0)
    return found
