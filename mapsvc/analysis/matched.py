"""What doors that were told asked afterwards, against comparable doors that were not: matched sets, exchanged.

Each door that was told is set beside up to three doors that were not: with just as many questions on the topic in the
weeks, in the half year and in the year before, of the same trade where there is one, and about as talkative. Doors are
often told *because* they had asked, lately or a year ago: they would ask less anyhow (regression to the mean), or more
when the season comes. Given equal counts before, both are the same for either door; where there is none with as many
the door is left out, and how many were is said. What is compared is by how much a door rose from the weeks before to
the weeks after, in the same weeks of the calendar, so that a season that raises all is no effect.

If telling changed nothing, any door of a set might as well have been the one that was told (Rosenbaum 2002,
Observational Studies, ch. 2 and 3). The interval holds every additive effect that this randomisation does not refuse.
The statistic is linear in the effect, so each random exchange gives in closed form the effect from which on it would
come out at least as high as what was seen; the interval's ends are quantiles of those (Garthwaite 1996, Biometrics
52:1387, searches for them). Questions are few, so the interval is wide, and mostly nothing is said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from mapsvc.domain.campaign_effects import AskedAfter

METHOD = "matched_sets.randomisation"
MOST_BESIDE = 3
LEVEL = 0.9
DRAWS = 1999
_YEAR, _WEEK = 365, 7

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Subject:
    """A door.

    Attributes
    ----------
    key : str
    trade : str
    asked : IntArray
        Days (numbers) on which it asked about the topic, ascending, a question each.
    asked_any : IntArray
        The same of any topic.
    since : int
        From which day on the same people run it.
    told : int or None
        Day on which it was told; None: it was not in the campaign.
    """

    key: str
    trade: str
    asked: IntArray
    asked_any: IntArray
    since: int = -(10**6)
    told: int | None = None


@dataclass(frozen=True)
class MatchedSet:
    """A door that was told and those beside it; (before, after) of each, the told one first."""

    counts: tuple[tuple[int, int], ...]

    @property
    def changes(self) -> FloatArray:
        """By how much each rose."""
        return np.array([after - before for before, after in self.counts], dtype=np.float64)


def compare(told: Sequence[Subject], others: Sequence[Subject], weeks: int, seed: int = 1) -> AskedAfter:
    """By how many questions per door the doors told rose more than comparable ones.

    Parameters
    ----------
    told : sequence of Subject
        With the day of telling; `weeks` of weeks after it have passed.
    others : sequence of Subject
        Doors that were not in the campaign.
    weeks : int
        Length of the windows before and after.
    """
    sets = matched(told, others, weeks)
    difference, low, high = exchanged([one.changes for one in sets], seed)
    firsts, rest = [one.counts[0] for one in sets], [pair for one in sets for pair in one.counts[1:]]
    return AskedAfter(
        len(sets), len(rest), sum(b for b, _ in firsts), sum(a for _, a in firsts), sum(b for b, _ in rest),
        sum(a for _, a in rest), weeks, difference, low, high, LEVEL, seed, METHOD, len(told) - len(sets),
    )  # fmt: skip


def matched(told: Sequence[Subject], others: Sequence[Subject], weeks: int) -> list[MatchedSet]:
    """Sets of comparable doors; no door stands in two. A door without anything comparable is left out."""
    ordered = sorted((one for one in told if one.told is not None), key=lambda one: (one.told, one.key))
    free = {one.key: one for one in others}
    beside: dict[str, list[Subject]] = {one.key: [] for one in ordered}
    # One each first, so that nobody is left alone for another's second.
    for _ in range(MOST_BESIDE):
        for one in ordered:
            if (found := _nearest(one, free, weeks)) is not None:
                beside[one.key].append(free.pop(found))
    return [
        MatchedSet(tuple(_counts(each, one.told or 0, weeks) for each in (one, *beside[one.key])))
        for one in ordered
        if beside[one.key]
    ]


def exchanged(changes: Sequence[FloatArray], seed: int, level: float = LEVEL) -> tuple[float, float, float]:
    """Mean difference between the first of each set and the mean of its others, with its randomisation interval.

    Parameters
    ----------
    changes : sequence of arrays
        A set each, two or more long, the one that was told first.

    Returns
    -------
    (difference, low, high)
    """
    if not changes:
        return 0.0, float("-inf"), float("inf")
    rng = np.random.default_rng(seed)
    observed = float(np.mean([one[0] - one[1:].mean() for one in changes]))
    at, slope = np.zeros(DRAWS), np.zeros(DRAWS)
    for one in changes:
        n = len(one)
        # If the k-th had been told: its rise less the mean of the rest; and by how much an effect assumed moves that.
        as_if = (one - (one.sum() - one) / (n - 1)) / len(changes)
        moved = np.full(n, -1 / (n - 1)) / len(changes)
        moved[0] = 1 / len(changes)
        drawn = rng.integers(n, size=DRAWS)
        at += as_if[drawn]
        slope += moved[drawn]
    differs = slope < 1 - 1e-9
    ends = (observed - at[differs]) / (1 - slope[differs])
    if not len(ends):
        return observed, float("-inf"), float("inf")
    error = (1 - level) / 2
    low = float(np.quantile(ends, error, method="lower"))
    return observed, low, float(np.quantile(ends, 1 - error, method="higher"))


def _nearest(one: Subject, free: Mapping[str, Subject], weeks: int) -> str | None:
    day = one.told or 0
    likeness = _likeness(one, day, weeks)
    alike = (
        other
        for other in free.values()
        if other.since <= day - weeks * _WEEK and _likeness(other, day, weeks) == likeness
    )
    talk = _within(one.asked_any, day - _YEAR, day)

    def far(other: Subject) -> tuple[bool, float, int, str]:
        talked = _within(other.asked_any, day - _YEAR, day)
        # Of equals the lot decides, the same in every run.
        return other.trade != one.trade, abs(float(np.log((talked + 1) / (talk + 1)))), _lot(one, other), other.key

    found = min(alike, key=far, default=None)
    return found.key if found else None


def _lot(one: Subject, other: Subject) -> int:
    return crc32(f"{one.key} {other.key}".encode())


def _likeness(one: Subject, day: int, weeks: int) -> tuple[int, ...]:
    """How often it asked about the topic in the weeks, in the half year and in the year before."""
    return tuple(_within(one.asked, day - length, day) for length in (weeks * _WEEK, _YEAR // 2, _YEAR))


def _counts(one: Subject, day: int, weeks: int) -> tuple[int, int]:
    length = weeks * _WEEK
    return _within(one.asked, day - length, day), _within(one.asked, day + 1, day + 1 + length)


def _within(days: IntArray, first: int, until: int) -> int:
    return int(np.searchsorted(days, until) - np.searchsorted(days, first))
