"""Getis-Ord Gi and Gi* with binary weights, their exact permutation p and the false discovery rate."""

from collections.abc import Sequence
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mapsvc.analysis.neighbours import Neighbours

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

DRAWS = 99_999
# Additions the exact table may take (about a second) before draws stand in for it.
_MOST_EXACT = 1_000_000_000
# Up to here whole numbers are exact in a float, and so is the share of them.
_EXACT_WHOLE = 2**53


def gi_star(values: FloatArray | IntArray, neighbours: Sequence[IntArray]) -> FloatArray:
    """Standardised local sum of each cell and its neighbours.

    Parameters
    ----------
    values : array of shape (n,)
        One value per cell.
    neighbours : Neighbours, or n index arrays
        The cells within reach of each cell, itself included.

    Returns
    -------
    array of shape (n,)
        z scores; 0 where they are undefined (all values equal, or every cell a neighbour).

    References
    ----------
    Ord, J. K. and Getis, A. (1995), Local spatial autocorrelation statistics, Geographical Analysis 27(4), eq. 14.
    """
    x = np.asarray(values, dtype=np.float64)
    rows = Neighbours.of(neighbours)
    n = len(x)
    if n < 2:
        return np.zeros(n)
    k = rows.sizes.astype(np.float64)
    return _standardised(_sums(rows, x), k, n, np.full(n, x.mean()), np.full(n, x.std()))


def gi(values: FloatArray | IntArray, neighbours: Sequence[IntArray]) -> FloatArray:
    """As `gi_star` without the cell itself: neither in its sum nor in the mean and spread it is held against.

    References
    ----------
    Ord and Getis (1995), eq. 14 and table 1: Gi.
    """
    x = np.asarray(values, dtype=np.float64)
    rows = Neighbours.of(neighbours)
    n = len(x)
    if n < 3:
        return np.zeros(n)
    mean = (x.sum() - x) / (n - 1)
    spread = np.sqrt(np.maximum(((x * x).sum() - x * x) / (n - 1) - mean * mean, 0.0))
    return _standardised(_sums(rows, x) - x, rows.sizes - np.float64(1), n - 1, mean, spread)


def _sums(rows: Neighbours, x: FloatArray) -> FloatArray:
    return rows.sums(x).astype(np.float64)


def _standardised(sums: FloatArray, k: FloatArray, n: int, mean: FloatArray, spread: FloatArray) -> FloatArray:
    """Sums of k values out of n, in standard deviations of such a sum drawn without replacement."""
    scale = spread * np.sqrt(np.maximum(n * k - k * k, 0.0) / (n - 1))
    z: FloatArray = np.divide(sums - k * mean, scale, out=np.zeros(len(sums)), where=scale > 1e-12)
    return z


def sum_tables(counts: IntArray, k: int) -> tuple[FloatArray, FloatArray]:
    """Exact chance that `k` cells drawn without replacement hold at least s, and at most s, for every s.

    Parameters
    ----------
    counts : int array of shape (n,)
        Non-negative counts of all cells.
    k : int
        How many cells are drawn, 1 <= k <= n.

    Returns
    -------
    upper, lower : arrays of shape (s_max + 1,)
        Entry s is P(sum >= s), P(sum <= s); s_max is the sum of the k largest counts.

    Notes
    -----
    The permutation distribution itself, where a simulation of R draws could not tell apart anything below 1/R:
    ways[j, s] counts the choices of j cells with sum s, built up one distinct value after the other. Where the number
    of choices is no longer exact in a float, each value's share is weighted by a binomial chance, whose product over
    the values is the same distribution up to one factor.
    """
    n = len(counts)
    total = comb(n, k)
    s_max = int(np.sort(counts)[::-1][:k].sum())
    ways = np.zeros((k + 1, s_max + 1))
    ways[0, 0] = 1.0
    for value, copies in zip(*np.unique(counts, return_counts=True), strict=True):
        most = min(int(copies), k)
        weights = _choices(int(copies), most) if total < _EXACT_WHOLE else _binomial(int(copies), most, k / n)
        before, ways = ways, ways * weights[0]
        for taken in range(1, most + 1):
            shift = taken * int(value)
            if shift > s_max:
                break
            ways[taken:, shift:] += weights[taken] * before[: k + 1 - taken, : s_max + 1 - shift]
    upper, lower = np.cumsum(ways[k][::-1])[::-1], np.cumsum(ways[k])
    all_ways = total if total < _EXACT_WHOLE else upper[0]
    return np.minimum(upper / all_ways, 1.0), np.minimum(lower / all_ways, 1.0)


def _choices(copies: int, most: int) -> FloatArray:
    """In how many ways 0, 1, ... `most` of so many equal cells can be taken."""
    return np.array([comb(copies, taken) for taken in range(most + 1)], dtype=np.float64)


def _binomial(copies: int, most: int, share: float) -> FloatArray:
    """How likely 0, 1, ... `most` of so many equal cells are taken if each is taken with chance `share`."""
    from scipy.special import gammaln, xlog1py, xlogy

    taken = np.arange(most + 1)
    ways = gammaln(copies + 1) - gammaln(taken + 1) - gammaln(copies - taken + 1)
    chance: FloatArray = np.exp(ways + xlogy(taken, share) + xlog1py(copies - taken, -share))
    return chance


def permutation_tails(
    counts: IntArray | FloatArray,
    neighbours: Sequence[IntArray],
    *,
    draws: int | None = None,
    seed: int = 1,
) -> tuple[FloatArray, FloatArray]:
    """Chance of a local sum at least, and at most, as large when the values are dealt out to the cells at random.

    Parameters
    ----------
    counts : array of shape (n,)
    neighbours : Neighbours, or n index arrays
        Itself included, as for `gi_star`.
    draws : int, optional
        Look up each sum among this many drawn ones instead of the exact table. None draws (`DRAWS`) only where
        values are no whole numbers or so large that the table would take more than a second.
    seed : int
        For the draws.

    Returns
    -------
    upper, lower : arrays of shape (n,)

    Notes
    -----
    The sum of k cells dealt at random depends on k and the values alone, so one sorted table serves all cells with k
    neighbours. Whole numbers are compared with whole numbers, so ties count in full: a normal approximation cries wolf
    on sparse streets. With draws p is (1 + hits) / (1 + draws), never 0.
    """
    rows = Neighbours.of(neighbours)
    x, whole = _whole(counts)
    sums = rows.sums(x)
    upper, lower = np.ones(len(x)), np.ones(len(x))
    sizes = rows.sizes
    different = np.unique(sizes[sizes > 0])
    if not len(different):
        return upper, lower
    exact = draws is None and whole and sum(_additions(x, int(k)) for k in different) <= _MOST_EXACT
    table = None if exact else drawn_sums(x, different, draws or DRAWS, seed)
    for k in different:
        of_size = sizes == k
        if table is None:
            at_least, at_most = sum_tables(x.astype(np.int64), int(k))
            at = sums[of_size].astype(np.int64)
            upper[of_size], lower[of_size] = at_least[at], at_most[at]
        else:
            upper[of_size], lower[of_size] = _looked_up(table[int(k)], sums[of_size])
    return upper, lower


def _whole(values: IntArray | FloatArray) -> tuple[NDArray[Any], bool]:
    """The values as integers where they are non-negative whole numbers."""
    x = np.asarray(values)
    if np.issubdtype(x.dtype, np.floating):
        whole = bool((x >= 0).all() and (x == np.floor(x)).all() and (x < 2**31).all())
        return (x.astype(np.int64) if whole else x), whole
    return x.astype(np.int64), bool((x >= 0).all())


def _additions(counts: NDArray[Any], k: int) -> float:
    """How much work the exact table is."""
    copies = np.unique(counts, return_counts=True)[1]
    largest = float(np.sort(counts)[::-1][:k].sum())
    return float(np.minimum(copies, k).sum()) * (k + 1) * (largest + 1)


def drawn_sums(values: NDArray[Any], sizes: IntArray, draws: int, seed: int) -> dict[int, NDArray[Any]]:
    """Sorted sums of each of `sizes` cells drawn without replacement, `draws` of each size.

    All cells are shuffled and dealt out in hands as large as the largest size, again and again until there are enough;
    smaller sizes are the first cells of each hand.
    """
    rng = np.random.default_rng(seed)
    largest = int(sizes.max())
    per_deal = len(values) // largest
    cards = np.array(values)
    hands = []
    for _ in range(-(-draws // per_deal)):
        rng.shuffle(cards)
        hands.append(cards[: per_deal * largest].reshape(per_deal, largest).copy())
    dealt = np.concatenate(hands)[:draws]
    return {int(k): np.sort(dealt[:, : int(k)].sum(axis=1)) for k in sizes}


def _looked_up(table: NDArray[Any], sums: NDArray[Any]) -> tuple[FloatArray, FloatArray]:
    """Shares of the table at least, and at most, as large; floats are compared with a hair's breadth to spare."""
    hair = 0 if np.issubdtype(table.dtype, np.integer) else 1e-9 * max(float(np.abs(table).max()), 1e-300)
    below = np.searchsorted(table, sums - hair, side="left")
    up_to = np.searchsorted(table, sums + hair, side="right")
    r = len(table)
    upper, lower = (np.asarray((1.0 + hits) / (1.0 + r), dtype=np.float64) for hits in (r - below, up_to))
    return upper, lower


def two_sided(upper: FloatArray, lower: FloatArray, tests: int = 1) -> FloatArray:
    """Twice the smaller tail, times the number of `tests` the smallest tail was picked from; at most 1."""
    p: FloatArray = np.minimum(2.0 * tests * np.minimum(upper, lower), 1.0)
    return p


def false_discovery_q(p: FloatArray) -> FloatArray:
    """Adjusted p: the share of false finds among all cells at least as extreme.

    References
    ----------
    Benjamini, Y. and Hochberg, Y. (1995), Controlling the false discovery rate, J. R. Statist. Soc. B 57(1).
    """
    n = len(p)
    order = np.argsort(p, kind="stable")
    scaled = p[order] * n / np.arange(1, n + 1)
    q = np.empty(n)
    q[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return q
