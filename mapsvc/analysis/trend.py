"""Mann-Kendall: whether a series of disjoint periods goes up or down, with an exact chance for short ones."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import erfc, factorial, sqrt

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

METHOD_EXACT = "mann_kendall.exact_permutation"
METHOD_NORMAL = "mann_kendall.normal"
LONGEST_EXACT = 40
"""Series up to this long get the exact chance, longer ones the normal approximation."""


@dataclass(frozen=True)
class Trend:
    """Whether a series rises or falls.

    Attributes
    ----------
    method : str
        How `p` came about.
    n : int
        Periods.
    s : int
        Pairs that rise less pairs that fall.
    variance : float
        Of `s` if the order were chance, with ties.
    z : float
        Normal score with continuity correction; 0 where nothing varies.
    p : float
        Two-sided chance of an |S| as large in a shuffled series; one whose values are all equal has 1.
    window : str
        What the values are: the caller's words.
    seed : int
        Echoed; nothing is drawn.
    """

    method: str
    n: int
    s: int
    variance: float
    z: float
    p: float
    window: str = ""
    seed: int = 1

    @property
    def direction(self) -> int:
        """1 up, -1 down, 0 neither."""
        return (self.s > 0) - (self.s < 0)


@dataclass(frozen=True)
class Trends:
    """As `Trend`, for many series of one length: arrays of shape (m,)."""

    method: str
    n: int
    s: IntArray
    z: FloatArray
    p: FloatArray
    window: str = ""
    seed: int = 1


def mann_kendall(values: Sequence[float] | FloatArray | IntArray, *, window: str = "", seed: int = 1) -> Trend:
    """Test one series for a trend.

    Parameters
    ----------
    values : sequence of length n
        One value per period, the earliest first. The periods must not overlap: neighbours that share reports are
        alike by construction, and the test then cries wolf (on windows of eight weeks every four weeks a third of
        steady series are rejected at a nominal tenth).
    window : str
        Echoed.

    Returns
    -------
    Trend

    References
    ----------
    Mann, H. B. (1945), Nonparametric tests against trend, Econometrica 13(3). Kendall, M. G. (1975), Rank Correlation
    Methods, 4th ed., Griffin: variance with ties. The exact chance counts the arrangements of the values by their
    inversions, whose generating function is the Gaussian multinomial coefficient (MacMahon 1916, Combinatory
    Analysis II, §§ 104-105).
    """
    found = mann_kendall_rows(np.asarray(values, dtype=np.float64)[None, :], window=window, seed=seed)
    x = np.asarray(values, dtype=np.float64)
    ties = _ties(x)
    return Trend(
        found.method, found.n, int(found.s[0]), _variance(found.n, ties), float(found.z[0]), float(found.p[0]), window,
        seed,
    )  # fmt: skip


def mann_kendall_rows(
    values: FloatArray | IntArray, *, exact: bool | None = None, window: str = "", seed: int = 1
) -> Trends:
    """Test many series of one length, one per row.

    Parameters
    ----------
    values : array of shape (m, n)
        Rows are series over disjoint periods, the earliest first.
    exact : bool, optional
        Whether p is exact or normal; None: exact up to `LONGEST_EXACT` periods.

    Returns
    -------
    Trends
    """
    x = np.asarray(values, dtype=np.float64)
    m, n = x.shape
    is_exact = n <= LONGEST_EXACT if exact is None else exact
    s = np.zeros(m, dtype=np.int64)
    for i in range(n - 1):
        s += np.sign(x[:, i + 1 :] - x[:, i : i + 1]).sum(axis=1).astype(np.int64)
    ties = [_ties(row) for row in x]
    variance = np.array([_variance(n, t) for t in ties], dtype=np.float64)
    z = np.divide(s - np.sign(s), np.sqrt(variance), out=np.zeros(m), where=variance > 0)
    if is_exact:
        p = np.array([_exact_p(t, abs(int(v))) for t, v in zip(ties, s, strict=True)], dtype=np.float64)
    else:
        p = np.array([erfc(abs(float(v)) / sqrt(2)) for v in z], dtype=np.float64)
    return Trends(METHOD_EXACT if is_exact else METHOD_NORMAL, n, s, z, p, window, seed)


def _ties(row: FloatArray) -> tuple[int, ...]:
    """How often each value occurs, rising: all that the chance of S depends on."""
    return tuple(sorted(Counter(row.tolist()).values()))


def _variance(n: int, ties: tuple[int, ...]) -> float:
    return (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18


@lru_cache(maxsize=4096)
def _exact_p(ties: tuple[int, ...], s: int) -> float:
    """Chance of |S| >= s over all arrangements of values that occur so often; s >= 0."""
    ways = _inversions(ties)
    pairs = len(ways) - 1
    # S is the number of unequal pairs less twice the inversions.
    found = sum(count for inversions, count in enumerate(ways) if abs(pairs - 2 * inversions) >= s)
    return found / sum(ways)


@lru_cache(maxsize=512)
def _inversions(ties: tuple[int, ...]) -> tuple[int, ...]:
    """Entry k: arrangements with k inversions; the product of q-factorials, exactly divided."""
    top = [1]
    for j in range(2, sum(ties) + 1):
        top = _times_run(top, j)
    for t in ties:
        for j in range(2, t + 1):
            top = _over_run(top, j)
    n = sum(ties)
    assert sum(top) == factorial(n) // _product(ties)
    return tuple(top)


def _times_run(ways: list[int], j: int) -> list[int]:
    """Times 1 + q + … + q^(j-1)."""
    out = [0] * (len(ways) + j - 1)
    for k, w in enumerate(ways):
        for step in range(j):
            out[k + step] += w
    return out


def _over_run(ways: list[int], j: int) -> list[int]:
    """Over 1 + q + … + q^(j-1), which divides it."""
    out: list[int] = []
    for k in range(len(ways) - j + 1):
        out.append(ways[k] - sum(out[max(0, k - j + 1) : k]))
    return out


def _product(ties: tuple[int, ...]) -> int:
    made = 1
    for t in ties:
        made *= factorial(t)
    return made
