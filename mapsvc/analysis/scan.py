"""Where and when suddenly more than usual: the space-time permutation scan (Kulldorff et al. 2005, PLoS Med 2:e59).

Every circle around a report and every stretch of days up to today is a cylinder. What it should hold follows from how
many reports lie in the circle at any time and how many came anywhere on those days, so that neither a place that always
has many nor a week in which everybody reports stands out. How far the fullest cylinder is beyond chance is read from
the same data with the days dealt out anew among the reports. Only recent reports enter a cylinder's count: each
permutation places these alone.

Permutations stop early where nothing is found and go on where none was reached (Besag & Clifford 1991, Biometrika
78:301); beyond that a Gumbel distribution fitted to the permuted maxima tells smaller p (Abrams, Kleinman & Kulldorff
2010, Int J Health Geogr 9:61).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

METHOD = "space_time_permutation"
RADII_M = (25.0, 50.0, 75.0, 100.0, 150.0)
LONGEST_DAYS = 28
LEAST_COUNT = 3
"""A cylinder with fewer reports is no outbreak, however unlikely."""
_STAGES = (99, 999, 9999)
_HOPELESS = 20
_BLOCK = 2_000_000
_EULER = 0.5772156649015329

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Cluster:
    """The cylinder that stands out most.

    Attributes
    ----------
    members : int array
        Indices of the reports in it, ascending.
    centre : (float, float)
        Metres.
    radius_m : float
    days : int
        Its last days, today included.
    count, expected : int, float
    score : float
        Logarithm of the likelihood ratio.
    """

    members: IntArray
    centre: tuple[float, float]
    radius_m: float
    days: int
    count: int
    expected: float
    score: float


@dataclass(frozen=True)
class Scan:
    """What was found; p is 1 and there is no cluster where no cylinder holds enough.

    Attributes
    ----------
    p : float
        Monte Carlo, (1 + as extreme) / (1 + draws).
    p_gumbel : float or None
        From the fitted tail; None where too few permutations reached anything.
    n, window : int
        Reports, and over how many days they were taken.
    """

    method: str
    cluster: Cluster | None
    p: float
    p_gumbel: float | None
    n: int
    window: int
    draws: int
    seed: int


@dataclass(frozen=True)
class _Zones:
    """Circles: which reports each holds (n_zones, n), their centres and radii."""

    holds: BoolArray
    centre: FloatArray
    radius_m: FloatArray


def scan(
    points: FloatArray,
    day: IntArray,
    until: int,
    *,
    window: int = 365,
    longest: int = LONGEST_DAYS,
    radii_m: tuple[float, ...] = RADII_M,
    least: int = LEAST_COUNT,
    draws: int = 9999,
    seed: int = 1,
) -> Scan:
    """The cylinder ending at `until` that stands out most among the reports of one kind.

    Parameters
    ----------
    points : array of shape (n, 2)
        Metres.
    day : int array of shape (n,)
        Day numbers; only the last `window` days up to `until` count.
    longest : int
        Longest cylinder in days.
    draws : int
        Permutations at most.
    """
    inside = np.flatnonzero((day <= until) & (day > until - window))
    age = until - day[inside]
    recent = np.flatnonzero(age < longest)
    recent = recent[np.argsort(age[recent], kind="stable")]
    nothing = Scan(METHOD, None, 1.0, None, len(inside), window, 0, seed)
    if len(recent) < least or len(inside) <= len(recent):
        return nothing
    zones = _zones(points[inside], radii_m)
    ends, lengths = _ends(age[recent])
    usual = zones.holds.sum(axis=1)[:, None] * ends[None, :] / len(inside)
    counts = _counts(zones.holds, recent[None, :], ends)[0]
    scores = _scores(counts, usual, len(inside), least)
    best = int(scores.argmax())
    if scores.flat[best] <= 0:
        return nothing
    zone, stretch = divmod(best, len(ends))
    chosen = recent[: ends[stretch]]
    members = np.sort(inside[chosen[zones.holds[zone, chosen]]])
    cluster = Cluster(
        members, (float(zones.centre[zone, 0]), float(zones.centre[zone, 1])), float(zones.radius_m[zone]),
        int(lengths[stretch]), int(counts.flat[best]), float(usual.flat[best]), float(scores.flat[best]),
    )  # fmt: skip
    maxima = _permuted(zones.holds, len(recent), ends, usual, least, draws, cluster.score, seed)
    p = (1 + int((maxima >= cluster.score - 1e-9).sum())) / (1 + len(maxima))
    return Scan(METHOD, cluster, p, gumbel_p(cluster.score, maxima), len(inside), window, len(maxima), seed)


def gumbel_p(score: float, maxima: FloatArray) -> float | None:
    """Chance of at least `score` by a Gumbel distribution with mean and variance of the permuted maxima.

    None if fewer than half of them found any cylinder: then they are no continuous quantity.
    """
    if len(maxima) < _STAGES[1] or np.mean(maxima > 0) < 0.5:
        return None
    scale = float(maxima.std(ddof=1) * np.sqrt(6) / np.pi)
    if scale <= 0:
        return None
    return float(-np.expm1(-np.exp(-(score - (maxima.mean() - _EULER * scale)) / scale)))


def _zones(points: FloatArray, radii_m: tuple[float, ...]) -> _Zones:
    """Circles around every place with a report; of those that hold the same reports the smallest."""
    places, home = np.unique(points, axis=0, return_inverse=True)
    apart = np.hypot(places[:, None, 0] - places[None, :, 0], places[:, None, 1] - places[None, :, 1])
    near = np.concatenate([apart <= radius + 1e-9 for radius in radii_m])
    # Packed to bits, equal rows are equal bytes.
    packed = np.ascontiguousarray(np.packbits(near, axis=1))
    _, first = np.unique(packed.view(f"V{packed.shape[1]}").reshape(-1), return_index=True)
    first = np.sort(first)
    radius, centre = np.divmod(first, len(places))
    return _Zones(near[first][:, home.reshape(-1)], places[centre], np.asarray(radii_m)[radius])


def _ends(age: IntArray) -> tuple[IntArray, IntArray]:
    """Of recent reports by age: how many each stretch of days holds (only stretches that begin with a report)."""
    lengths = np.unique(age)
    return np.searchsorted(age, lengths, side="right"), lengths + 1


def _counts(holds: BoolArray, placed: IntArray, ends: IntArray) -> NDArray[np.int32]:
    """Counts of all cylinders, shape (permutations, zones, stretches); `placed` (permutations, recent)."""
    inside = holds[:, placed].transpose(1, 0, 2)
    return inside.cumsum(axis=2, dtype=np.int32)[:, :, ends - 1]


def _scores(counts: NDArray[np.int32], usual: FloatArray, n: int, least: int) -> FloatArray:
    """Logarithm of the likelihood ratio of each cylinder that holds more than usual; 0 elsewhere."""
    scores = np.zeros(counts.shape)
    where = np.nonzero((counts >= least) & (counts > usual))
    c = counts[where].astype(np.float64)
    mu = np.broadcast_to(usual, counts.shape)[where]
    rest = n - c
    scores[where] = c * np.log(c / mu) + rest * np.log(np.where(rest > 0, rest, 1.0) / (n - mu))
    return scores


def _permuted(
    holds: BoolArray, n_recent: int, ends: IntArray, usual: FloatArray, least: int, draws: int, score: float, seed: int
) -> FloatArray:
    """Largest score of each permutation, in stages: no more than are needed to see what p is."""
    rng = np.random.default_rng(seed)
    n = holds.shape[1]
    block = max(1, _BLOCK // (holds.shape[0] * n_recent))
    maxima: list[FloatArray] = []
    made = 0
    for stage in (*[s for s in _STAGES if s < draws], draws):
        while made < stage:
            size = min(block, stage - made)
            placed = rng.random((size, n)).argpartition(n_recent - 1, axis=1)[:, :n_recent]
            # Which of the chosen is how old is drawn as well.
            placed = rng.permuted(placed, axis=1)
            found = _scores(_counts(holds, placed, ends), usual[None], n, least)
            maxima.append(found.max(axis=(1, 2)))
            made += size
        reached = sum(int((m >= score - 1e-9).sum()) for m in maxima)
        if reached >= (_HOPELESS if stage < _STAGES[1] else 1):
            break
    return np.concatenate(maxima)
