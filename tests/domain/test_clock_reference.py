"""The clock against a slow one that walks minute by minute through two years with the State Council's holidays."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import accumulate

import pytest
from chinese_calendar import is_workday

from mapsvc.domain.clock import DAY_MIN, Limit, LimitCalendar, due_at, elapsed_min, paused_minutes, shifted
from mapsvc.domain.times import OFFICE_ZONE

FIRST, LAST = date(2025, 1, 1), date(2026, 12, 31)
BEGIN = datetime(2025, 1, 1, tzinfo=OFFICE_ZONE).astimezone(UTC)
SPANS = 10_000
CALENDARS = list(LimitCalendar)


@cache
def works(day: date) -> bool:
    # Beyond the years that are known: Monday to Friday, as the office counts them.
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
    return int((at - BEGIN).total_seconds()) // 60


def at_minute(minute: int) -> datetime:
    return BEGIN + timedelta(minutes=minute)


def slow_elapsed(start: int, end: int, calendar: LimitCalendar) -> int:
    if calendar is LimitCalendar.CLOCK:
        return max(end - start, 0)
    return max(passed()[end] - passed()[start], 0)


def slow_due(start: int, limit: Limit, paused: int) -> int:
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


@pytest.mark.parametrize("calendar", CALENDARS)
def test_time_that_passed_is_what_a_slow_count_says(calendar: LimitCalendar) -> None:
    chance = random.Random(1)
    for _ in range(SPANS):
        start, end = (chance.randrange((LAST - FIRST).days * 1440) for _ in range(2))
        if chance.random() < 0.5:
            end = start + chance.randrange(7 * 1440)
        told = elapsed_min(at_minute(start), at_minute(end), calendar, works)
        assert told == slow_elapsed(start, end, calendar), (at_minute(start), at_minute(end))
        assert paused_minutes(at_minute(start), at_minute(end), calendar, works) == told


@pytest.mark.parametrize("calendar", CALENDARS)
def test_a_deadline_is_where_a_slow_count_arrives(calendar: LimitCalendar) -> None:
    chance = random.Random(2)
    for _ in range(SPANS):
        start = chance.randrange((LAST - FIRST).days * 1440)
        limit = Limit(calendar, chance.choice((0, 60, 120, 240, 480, 5 * 480, 15 * 480, chance.randrange(20 * 480))))
        paused = chance.choice((0, 0, chance.randrange(10 * 480)))
        told = due_at(at_minute(start), limit, paused, works)
        assert told is not None
        assert minute_of(told) == slow_due(start, limit, paused), (at_minute(start), limit, paused)


@pytest.mark.parametrize("calendar", CALENDARS)
def test_pauses_move_a_deadline_on_by_what_a_slow_count_says(calendar: LimitCalendar) -> None:
    chance = random.Random(3)
    for _ in range(SPANS // 5):
        start = now = chance.randrange((LAST - FIRST).days * 1440)
        limit, paused = Limit(calendar, chance.choice((240, 480, 5 * 480, 15 * 480))), 0
        due = due_at(at_minute(start), limit, 0, works)
        for _ in range(chance.randrange(4)):
            begins = now + chance.randrange(2 * 1440)
            now = begins + chance.randrange(3 * 1440)
            assert due is not None
            is_late = minute_of(due) < begins
            before, paused = paused, paused + slow_elapsed(begins, now, calendar)
            late_by = slow_elapsed(minute_of(due), begins, calendar)
            due = shifted(due, limit, before, paused, works, is_late=is_late)
            if is_late:
                assert slow_elapsed(minute_of(due), now, calendar) == late_by
                break
            assert minute_of(due) == slow_due(start, limit, paused)
