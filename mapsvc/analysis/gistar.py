"""Getis-Ord Gi* with binary weights, its exact permutation p and the false discovery rate."""

from math import comb

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


def gi_star(values: FloatArray | IntArray, neighbours: list[IntArray]) -> FloatArray:
    """Standardised local sum of each cell and its neighbours.

    Parameters
    ----------
    values : array of shape (n,)
        One value per cell.
    neighbours : list of n index arrays
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
    n = len(x)
    if n < 2:
        return np.zeros(n)
    k = np.array([len(js) for js in neighbours], dtype=np.float64)
    sums = np.array([x[js].sum() for js in neighbours])
    spread = x.std() * np.sqrt(np.maximum(n * k - k * k, 0.0) / (n - 1))
    z: FloatArray = np.divide(sums - x.mean() * k, spread, out=np.zeros(n), where=spread > 0)
    return z


def tail_table(counts: IntArray, k: int) -> FloatArray:
    """Exact chance that `k` cells drawn without replacement hold at least s, for every s.

    Parameters
    ----------
    counts : int array of shape (n,)
        Non-negative counts of all cells.
    k : int
        How many cells are drawn, 1 <= k <= n.

    Returns
    -------
    array of shape (s_max + 2,)
        Entry s is P(sum >= s); the last entry is 0.

    Notes
    -----
    The permutation distribution itself, where a simulation of R draws could not tell apart anything below 1/R:
    ways[j, s] counts the choices of j cells with sum s, built up one distinct value after the other.
    """
    n = len(counts)
    largest = np.sort(counts)[::-1][:k]
    s_max = int(largest.sum())
    ways = np.zeros((k + 1, s_max + 1))
    ways[0, 0] = 1.0
    for value, copies in zip(*np.unique(counts, return_counts=True), strict=True):
        before = ways.copy()
        for taken in range(1, min(int(copies), k) + 1):
            shift = taken * int(value)
            if shift > s_max:
                break
            ways[taken:, shift:] += comb(int(copies), taken) * before[: k + 1 - taken, : s_max + 1 - shift]
    chance = ways[k] / comb(n, k)
    tail = np.cumsum(chance[::-1])[::-1]
    return np.append(np.minimum(tail, 1.0), 0.0)


def permutation_p(counts: IntArray, neighbours: list[IntArray]) -> FloatArray:
    """One-sided p of each cell's local sum when the counts are dealt out to the cells at random.

    Integers are compared with integers, so ties count in full; a normal approximation cries wolf on sparse streets.
    """
    x = np.asarray(counts, dtype=np.int64)
    sizes = np.array([len(js) for js in neighbours], dtype=np.int64)
    sums = np.array([x[js].sum() for js in neighbours], dtype=np.int64)
    p = np.ones(len(x))
    for k in np.unique(sizes):
        rows = sizes == k
        p[rows] = tail_table(x, int(k))[sums[rows]]
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
