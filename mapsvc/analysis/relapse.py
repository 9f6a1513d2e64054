"""Whether trouble is coming back to a place where it had been got rid of.

What counts is days on which an episode began. How quiet the place is now follows from its own days since it was treated
and from comparable places that nothing was done at: a gamma distribution of the daily rate, raised where these places
have more in the same weeks than they had since. Against it stands what was reported before the treatment. Each day adds
the logarithm of how much better "as before" explains it than "still quiet", never falling below nothing (the cumulated
sum of Page 1954, Biometrika 41:100; for counts Lucas 1985, Technometrics 27:129).

Its p takes the daily looking into account: it is the share of places just as quiet, drawn with a seed, whose sum rises
as high on any day of four weeks. Looking again tomorrow therefore needs no further correction.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

METHOD = "relapse.cusum.simulated"
RECENT_DAYS = 14
"""What is said to be new; the days before it since the treatment tell how quiet it was."""
LEAST_QUIET_DAYS = 21
LEAST_BEFORE = 3
"""With fewer report-days before the treatment there is nothing that could come back."""
LEAST_RECENT = 2
LONGEST_RETURN_DAYS = 42
"""What came back longer ago is no news: those days count as the place's present state."""
HORIZON_DAYS = 28
_STAGES = (199, 1999, 19_999)
_ENOUGH = 20
_SHAPE = 0.5
_LEAST_RATE, _LARGEST_RATE = 1 / 35, 1 / 3
_SHARE, _TIMES = 0.6, 3.0
_PAST_SHARE = 0.5
_MOST_ELSEWHERE = 5.0

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Treated:
    """A place as the test sees it, in days of the office (day numbers).

    Attributes
    ----------
    days : int array
        Different days, up to today, on which an episode began here.
    before_from, turned, quiet_from : int
        First day of the past that it is compared with, day of the treatment, first day after which it should be quiet.
    others_quiet, others_recent : int
        Report-days of the comparable places together, since `quiet_from` and in the last days.
    n_others : int
        How many they are.
    """

    days: IntArray
    before_from: int
    turned: int
    quiet_from: int
    others_quiet: int = 0
    others_recent: int = 0
    n_others: int = 0


@dataclass(frozen=True)
class Relapse:
    """What the last days at a place say.

    Attributes
    ----------
    count, expected : int, float
        Days with a new episode in the last `window` days, and how many a place as quiet has.
    low, high : float
        Interval that holds nine of ten places as quiet.
    before : float
        Days in a window of that length before the treatment.
    quiet_days : int
        From the beginning of quiet to the first episode of what came back.
    since : int
        Day number of that first episode.
    score, p : float
        The sum of evidence and the chance of it; p is 1 where it is not back.
    n : int
        Report-days it rests on.
    """

    method: str
    count: int
    expected: float
    low: float
    high: float
    before: float
    quiet_days: int
    since: int
    score: float
    p: float
    n: int
    n_others: int
    window: int
    draws: int
    seed: int


def relapse(place: Treated, until: int, *, recent: int = RECENT_DAYS, seed: int = 1) -> Relapse | None:
    """The evidence on the evening of `until` that trouble is back; None where this cannot be asked.

    It cannot where there was hardly anything before, where the quiet is too young, or where there never was any.
    """
    days = place.days[place.days <= until]
    past = days[(days >= place.before_from) & (days < place.turned)]
    now = days[days > until - recent]
    past_rate = len(past) / max(1, place.turned - place.before_from)
    if len(past) < LEAST_BEFORE:
        return None
    quiet_until = until - recent
    null = _quiet(place, days, quiet_until, recent, past_rate)
    if null is None:
        return None
    score, since = _sum(days, place.quiet_from, until, *_steps(null, past_rate))
    if until - LONGEST_RETURN_DAYS < since <= quiet_until:
        # What came back before these days is no part of the quiet.
        null = _quiet(place, days, since - 1, recent, past_rate) or null
        score, since = _sum(days, place.quiet_from, until, *_steps(null, past_rate))
    shape, rate = null
    low, high = _interval(shape, rate, recent)
    asks = len(now) >= LEAST_RECENT and score > 0
    p, draws = _chance(score, null, _steps(null, past_rate), seed) if asks else (1.0, 0)
    return Relapse(
        METHOD, len(now), shape / rate * recent, low, high, past_rate * recent, since - place.quiet_from, since, score,
        p, len(days), place.n_others, recent, draws, seed,
    )  # fmt: skip


def _steps(null: tuple[float, float], past_rate: float) -> tuple[float, float]:
    """What a day with an episode adds to the sum, and what every day takes off."""
    mean = null[0] / null[1]
    bad = min(max(_SHARE * past_rate, _TIMES * mean, _LEAST_RATE), _LARGEST_RATE)
    return float(np.log(max(bad / mean, 1.5))), max(bad - mean, mean / 2)


def _quiet(
    place: Treated, days: IntArray, quiet_until: int, recent: int, past_rate: float
) -> tuple[float, float] | None:
    """Shape and rate (days) of what a day at this place holds while it is quiet; None if it never was."""
    length = quiet_until - place.quiet_from + 1
    seen = int(((days >= place.quiet_from) & (days <= quiet_until)).sum())
    if length < LEAST_QUIET_DAYS or seen > _PAST_SHARE * past_rate * length:
        return None
    if not place.n_others:
        return _SHAPE + seen, _SHAPE / past_rate + length
    usual = (place.others_quiet + _SHAPE) / length
    # One day on both sides: a few days tell little of what is going on elsewhere.
    lately = (place.others_recent + 1) / (usual * recent + 1)
    more = min(max(1.0, lately), _MOST_ELSEWHERE)
    return _SHAPE + seen, (_SHAPE / min(usual / place.n_others, past_rate) + length) / more


def _sum(days: IntArray, first: int, until: int, gain: float, loss: float) -> tuple[float, int]:
    """The sum on the evening of `until`, and the day on which its present rise began."""
    score, since, at = 0.0, until, first
    for day in days[days >= first].tolist():
        score = max(0.0, score - loss * (day - at))
        if score == 0.0:
            since = day
        score, at = score + gain, day
    return max(0.0, score - loss * (until - at)), since


def _interval(shape: float, rate: float, days: int) -> tuple[float, float]:
    from scipy.stats import nbinom

    low, high = nbinom.ppf((0.05, 0.95), shape, rate / (rate + days))
    return float(low), float(high)


def _chance(score: float, null: tuple[float, float], steps: tuple[float, float], seed: int) -> tuple[float, int]:
    """Share of quiet places whose sum rises as high on any day of four weeks, in stages; and how many were drawn."""
    rng = np.random.default_rng(seed)
    reached = made = 0
    for stage in _STAGES:
        size = stage - made
        rates = np.minimum(rng.gamma(null[0], 1 / null[1], size), 1.0)
        highest = _highest(rng.random((size, HORIZON_DAYS)) < rates[:, None], *steps)
        reached, made = reached + int((highest >= score - 1e-9).sum()), stage
        if reached >= _ENOUGH:
            break
    return (1 + reached) / (1 + made), made


def _highest(seen: NDArray[np.bool_], gain: float, loss: float) -> FloatArray:
    """Highest sum of each row of days: the walk less its lowest point so far."""
    steps = np.where(seen, gain, 0.0) - loss
    walk = np.cumsum(steps, axis=1)
    lowest = np.minimum.accumulate(
        np.minimum(np.concatenate([np.zeros((len(walk), 1)), walk[:, :-1]], axis=1), 0.0), axis=1
    )
    return np.asarray((walk - lowest).max(axis=1), dtype=np.float64)


def comparable(before: int, others: Sequence[tuple[int, int, int]]) -> tuple[int, int, int]:
    """Of other places' (before, quiet, recent) report-days the sums over those that were about as bad; and how many.

    Returns
    -------
    (quiet, recent, n)
    """
    from mapsvc.analysis.effect import alike

    wanted = alike(before, [(was, i) for i, (was, _, _) in enumerate(others)])
    chosen = [others[i] for _, i in wanted]
    return sum(one[1] for one in chosen), sum(one[2] for one in chosen), len(chosen)
