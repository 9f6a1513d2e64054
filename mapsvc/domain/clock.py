"""The clock of cases: natural time, working hours 9-17, working days; limits, pauses and what is left."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from mapsvc.domain.times import OFFICE_ZONE, office_day

WorkingDays = Callable[[date], bool]
"""Whether the office works on a day: the calendar comes in, the rules stay here."""

OPENS_H, CLOSES_H = 9, 17
DAY_MIN = (CLOSES_H - OPENS_H) * 60
NEAR_PART, NEAR_LEAST_MIN = 5, 30
_SEARCH_DAYS = 400


class LimitCalendar(StrEnum):
    """In which time a limit runs."""

    CLOCK = "clock"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"


@dataclass(frozen=True)
class Limit:
    """An allowed time.

    Attributes
    ----------
    calendar : LimitCalendar
    minutes : int or None
        Minutes of that calendar; a working day counts 480. None: no limit.
    """

    calendar: LimitCalendar = LimitCalendar.CLOCK
    minutes: int | None = None


@dataclass(frozen=True)
class Reading:
    """What the clock of a case says at one moment.

    `remaining_min` counts minutes of the case's own calendar, negative when overdue; None without a limit. `is_near`
    warns: of a running clock no more is left than a fifth of the limit (half an hour at least).
    """

    due_at: datetime | None
    remaining_min: int | None
    paused: bool
    overdue: bool
    text: str
    is_near: bool = False


def weekdays(day: date) -> bool:
    """Monday to Friday: what stands in for a calendar that does not know a year."""
    return day.weekday() < 5


def due_at(start: datetime, limit: Limit, paused_min: int, is_working: WorkingDays) -> datetime | None:
    """End of the allowed time that began at `start`, moved on by the minutes it was paused; None without a limit.

    One working day ends when the office closes on the next working day after `start`'s.
    """
    if limit.minutes is None:
        return None
    total_min = max(limit.minutes, 0) + max(paused_min, 0)
    if limit.calendar is LimitCalendar.CLOCK:
        return start + timedelta(minutes=total_min)
    if limit.calendar is LimitCalendar.WORKING_HOURS:
        return _advance(start, total_min, is_working)
    days = _days(total_min)
    return _closing(_nth_working_day(office_day(start), days, is_working)) if days else start


def shifted(
    due: datetime, limit: Limit, before_min: int, after_min: int, is_working: WorkingDays, *, is_late: bool = False
) -> datetime:
    """`due` moved on because the minutes of pause grew from `before_min` to `after_min`; never earlier than it was.

    `is_late`: the pause began after it, so that it stays as late as it was: no day is given for some minutes.
    What was due at the plain end of `limit` is so again with the longer pause; a deadline that somebody granted moves
    on by as much.
    """
    more = max(after_min - before_min, 0)
    if limit.calendar is LimitCalendar.CLOCK:
        return due + timedelta(minutes=more)
    if limit.calendar is LimitCalendar.WORKING_HOURS or is_late:
        return _advance(due, more, is_working)
    allowed = limit.minutes or 0
    days = _days(allowed + before_min + more) - _days(allowed + before_min)
    return _closing(_nth_working_day(office_day(due), days, is_working)) if days else due


def paused_minutes(start: datetime, end: datetime, calendar: LimitCalendar, is_working: WorkingDays) -> int:
    """Minutes of `calendar` that a pause took, the last one begun counting whole: no paused second is ever used up."""
    return math.ceil(_seconds(start, end, calendar, is_working) / 60)


def elapsed_min(start: datetime, end: datetime, calendar: LimitCalendar, is_working: WorkingDays) -> int:
    """Whole minutes of `calendar` between two times; 0 if they are reversed."""
    return int(_seconds(start, end, calendar, is_working) // 60)


def _seconds(start: datetime, end: datetime, calendar: LimitCalendar, is_working: WorkingDays) -> float:
    if end <= start:
        return 0.0
    if calendar is LimitCalendar.CLOCK:
        return (end - start).total_seconds()
    seconds, day, last = 0.0, office_day(start), office_day(end)
    while day <= last:
        if is_working(day):
            opens, closes = max(_opening(day), start), min(_closing(day), end)
            seconds += max((closes - opens).total_seconds(), 0)
        day += timedelta(days=1)
    return seconds


def read_clock(
    due: datetime | None,
    calendar: LimitCalendar,
    at: datetime,
    is_working: WorkingDays,
    *,
    paused_at: datetime | None = None,
    closed_at: datetime | None = None,
    limit_min: int | None = None,
) -> Reading:
    """What is left at `at`, or was when the clock was paused or the case closed."""
    if due is None:
        return Reading(None, None, paused_at is not None, False, "挂账" if paused_at else "")
    moment = closed_at or paused_at or at
    overdue = moment > due
    left = (
        -elapsed_min(due, moment, calendar, is_working) if overdue else elapsed_min(moment, due, calendar, is_working)
    )
    text = "" if closed_at else text_of(left, overdue, calendar)
    if paused_at and not closed_at:
        text = f"挂账 {text}"
    runs = paused_at is None and closed_at is None
    is_near = runs and not overdue and limit_min is not None and left <= max(limit_min // NEAR_PART, NEAR_LEAST_MIN)
    return Reading(due, left, paused_at is not None and closed_at is None, overdue, text, is_near)


def text_of(remaining_min: int, overdue: bool, calendar: LimitCalendar) -> str:
    """``剩2天``, ``剩13个工作日``, ``剩1:20``, ``超时1:20``, ``超时3天``."""
    word = "超时" if overdue else "剩"
    left = abs(remaining_min)
    day_min = 24 * 60 if calendar is LimitCalendar.CLOCK else DAY_MIN
    if left >= day_min:
        unit = "天" if calendar is LimitCalendar.CLOCK else "个工作日"
        return f"{word}{left // day_min}{unit}"
    return f"{word}{left // 60}:{left % 60:02d}"


def _days(minutes: int) -> int:
    return -(-minutes // DAY_MIN)


def _opening(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, OPENS_H, tzinfo=OFFICE_ZONE).astimezone(UTC)


def _closing(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, CLOSES_H, tzinfo=OFFICE_ZONE).astimezone(UTC)


def _nth_working_day(day: date, n: int, is_working: WorkingDays) -> date:
    idle = 0
    while n > 0:
        day += timedelta(days=1)
        if is_working(day):
            n, idle = n - 1, 0
        else:
            idle += 1
            _require_some_work(idle)
    return day


def _advance(start: datetime, minutes: int, is_working: WorkingDays) -> datetime:
    left, day, idle = timedelta(minutes=minutes), office_day(start), 0
    if not minutes:
        return start
    while True:
        if is_working(day):
            idle = 0
            begins = max(_opening(day), start)
            room = _closing(day) - begins
            if room >= left:
                return begins + left
            left -= max(room, timedelta())
        else:
            idle += 1
            _require_some_work(idle)
        day += timedelta(days=1)


def _require_some_work(idle_days: int) -> None:
    # A calendar without a single working day would count for ever.
    if idle_days > _SEARCH_DAYS:
        raise ValueError("the calendar has no working day within a year")
