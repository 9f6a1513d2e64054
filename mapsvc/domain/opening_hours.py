"""Usual open hours of a door from past calls, and what to say when it was shut again; nobody who called is in it."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from mapsvc.domain.times import OFFICE_ZONE

K = TypeVar("K", bound=Hashable)
_WEEKDAYS = "一二三四五六日"
_NUMERALS = {2: "两"}
_FEWEST_CALLS = 4
_OFTEN_SHUT, _OFTEN_OPEN = 0.5, 0.75
LOOKS_BACK, MOST_CALLS = timedelta(days=365), 60
"""What calls say anything: those of a year, the last sixty."""
RUN = 2
"""After so many closed calls in a row the next one is the third: then another time is suggested."""


class Part(StrEnum):
    """Parts of the office's day."""

    MORNING = "morning"
    NOON = "noon"
    AFTERNOON = "afternoon"
    EVENING = "evening"


PART_NAMES = {Part.MORNING: "上午", Part.NOON: "中午", Part.AFTERNOON: "下午", Part.EVENING: "晚上"}
PART_HOURS = {Part.MORNING: (9, 12), Part.NOON: (12, 14), Part.AFTERNOON: (14, 18), Part.EVENING: (18, 20)}
_ALL_HOURS = {Part.MORNING: (0, 12), Part.NOON: (12, 14), Part.AFTERNOON: (14, 18), Part.EVENING: (18, 24)}
_PARTS = tuple(Part)


@dataclass(frozen=True)
class Call:
    """A call on the door: when, and whether it was open."""

    at: datetime
    is_open: bool


@dataclass(frozen=True)
class Suggestion:
    """What to say when the door is shut again, and where to move it: hours of the day, or None for another day."""

    in_a_row: int
    text: str
    from_hour: int | None = None
    until_hour: int | None = None


def part_of(at: datetime) -> Part:
    """The part of the office's day in which `at` falls."""
    hour = at.astimezone(OFFICE_ZONE).hour
    return Part.MORNING if hour < 12 else Part.NOON if hour < 14 else Part.AFTERNOON if hour < 18 else Part.EVENING


def has_time(at: datetime) -> bool:
    """Whether the hour is known: a ledger's day without a time says nothing of it."""
    here = at.astimezone(OFFICE_ZONE)
    return (here.hour, here.minute) != (0, 0)


def usual_hours(calls: Iterable[Call]) -> str | None:
    """When it is usually open, e.g. ``上午常没开，14点后在``; None when too few calls say anything."""
    tallies = _tallies(calls, part_of)
    if sum(map(sum, tallies.values())) < _FEWEST_CALLS:
        return None
    shut = [p for p in _PARTS if _is_often_shut(*tallies.get(p, (0, 0)))]
    open_ = [p for p in _PARTS if _is_often_open(*tallies.get(p, (0, 0)))]
    there = _there(shut, open_)
    if not shut:
        return f"{there}都常在" if len(open_) > 1 else f"{there}常在" if open_ else None
    absent = f"{'、'.join(PART_NAMES[p] for p in shut)}常没开"
    return f"{absent}，{there}在" if open_ else absent


def closed_parts(calls: Iterable[Call]) -> tuple[tuple[int, int], ...]:
    """Minutes of the day in which it is usually shut, as `usual_hours` says it; empty when the calls do not say enough.

    Where it was open only later than it was shut, all before that is shut. A door that was never found open is not
    shut to anybody: nothing would tell when else to come.
    """
    tallies = _tallies(calls, part_of)
    if sum(map(sum, tallies.values())) < _FEWEST_CALLS:
        return ()
    shut = [p for p in _PARTS if _is_often_shut(*tallies.get(p, (0, 0)))]
    open_ = [p for p in _PARTS if _is_often_open(*tallies.get(p, (0, 0)))]
    if not shut or not open_:
        return ()
    if max(map(_PARTS.index, shut)) < min(map(_PARTS.index, open_)):
        return ((0, 60 * PART_HOURS[open_[0]][0]),)
    return tuple((60 * a, 60 * b) for a, b in (_ALL_HOURS[p] for p in shut))


def if_closed(calls: Sequence[Call]) -> Suggestion | None:
    """What to say when the door is found shut a third time; None unless the last two calls in a row were closed.

    Suggested is the part of the day in which it was open most often, never one in which it was never open, nor the
    one in which it has just been shut; else a day of the week; else nothing is made up.
    """
    ordered = sorted(calls, key=lambda c: c.at)
    run = 0
    while run < len(ordered) and not ordered[-1 - run].is_open:
        run += 1
    if run < RUN:
        return None
    shut = ordered[-run:]
    tried = {part_of(c.at) for c in shut}
    said = f"上{_NUMERALS.get(run, run)}次{PART_NAMES[part_of(shut[0].at)] if len(tried) == 1 else ''}没开"
    parts = {p: t for p, t in _tallies(ordered, part_of).items() if t[0] and p not in tried}
    if parts:
        best = max(parts, key=lambda p: (_share(*parts[p]), parts[p][0], -_PARTS.index(p)))
        return Suggestion(run, f"{said}，{PART_NAMES[best]}开过{parts[best][0]}次", *PART_HOURS[best])
    return Suggestion(run, f"{said}，{_other_day(ordered, shut)}")


def _other_day(ordered: Sequence[Call], shut: Sequence[Call]) -> str:
    tried = {_weekday(c.at) for c in shut}
    days = {d: t for d, t in _tallies(ordered, _weekday).items() if t[0] and d not in tried}
    if days:
        best = max(days, key=lambda d: (_share(*days[d]), days[d][0], -d))
        return f"周{_WEEKDAYS[best]}开过{days[best][0]}次，换那天再来"
    if any(c.is_open for c in ordered):
        return "还看不出几时在，换一天再来"
    return "还没遇到过开门，先问问隔壁几时在"


def _weekday(at: datetime) -> int:
    return at.astimezone(OFFICE_ZONE).weekday()


def _tallies(calls: Iterable[Call], key: Callable[[datetime], K]) -> dict[K, tuple[int, int]]:
    """How often it was (open, shut), by what `key` makes of the time."""
    found: dict[K, tuple[int, int]] = {}
    for call in calls:
        open_, shut = found.get(key(call.at), (0, 0))
        found[key(call.at)] = (open_ + call.is_open, shut + (not call.is_open))
    return found


def _share(open_: int, shut: int) -> float:
    # One call of one is less sure than five of six.
    return (open_ + 1) / (open_ + shut + 2)


def _is_often_shut(open_: int, shut: int) -> bool:
    return shut >= 2 and shut / (open_ + shut) >= _OFTEN_SHUT


def _is_often_open(open_: int, shut: int) -> bool:
    return open_ >= 2 and open_ / (open_ + shut) >= _OFTEN_OPEN


def _there(shut: Sequence[Part], open_: Sequence[Part]) -> str:
    if shut and open_ and max(map(_PARTS.index, shut)) < min(map(_PARTS.index, open_)):
        return f"{PART_HOURS[open_[0]][0]}点后"
    return "、".join(PART_NAMES[p] for p in open_)
