"""A slow clock that walks minute by minute through two years with the State Council's holidays, for comparison."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import accumulate

from chinese_calendar import is_workday

from mapsvc.domain.clock import DAY_MIN, Limit, LimitCalendar
from mapsvc.domain.times import OFFICE_ZONE

FIRST, LAST = date(2025, 1, 1), date(2026, 12, 31)
BEGIN = datetime(2025, 1, 1, tzinfo=OFFICE_ZONE).astimezone(UTC)


@cache
def works(day: date) -> bool:
    """Whether the office works on a day; beyond the years that are known from Monday to Friday, as it counts them."""
    return bool(is_workday(day)) if day.year <= LAST.year else day.weekday() < 5


def minutes_of(day: date) -> Iterator[bool]:
    """Every minute of a day: whether the office works in it."""
    open_day = works(day)
    for minute in range(24 * 60):
        yield open_day and 9 * 60 <= minute < 17 * 60


@cache
def passed() -> list[int]:
    """Working minutes that have passed at every minute since the beginning, one added after the other."""
    days = (FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 401))
    return list(accumulate((works_now for day in days for works_now in minutes_of(day)), initial=0))


def minute_of(at: datetime) -> int:
    """Which minute since the beginning `at` lies in."""
    return int((at - BEGIN).total_seconds()) // 60


def at_minute(minute: int) -> datetime:
    """When that minute begins."""
    return BEGIN + timedelta(minutes=minute)


def slow_elapsed(start: int, end: int, calendar: LimitCalendar) -> int:
    """Minutes of the calendar from one minute to another; 0 if they are reversed."""
    if calendar is LimitCalendar.CLOCK:
        return max(end - start, 0)
    return max(passed()[end] - passed()[start], 0)


def slow_due(start: int, limit: Limit, paused: int) -> int:
    """The minute in which the limit and the minutes of pause after `start` are used up."""
    total = (limit.minutes or 0) + paused
    if limit.calendar is LimitCalendar.CLOCK:
        return start + total
    if limit.calendar is LimitCalendar.WORKING_HOURS:
        return bisect_left(passed(), passed()[start] + total) if total else start
    day, left = FIRST + timedelta(days=start // 1440), -(-total // DAY_MIN)
    if not left:
        return start
    while left:
        day += timedelta(days=1)
        left -= any(minutes_of(day)) if works(day) else 0
    return (day - FIRST).days * 1440 + 17 * 60
