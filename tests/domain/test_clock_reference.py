"""The clock against a slow one that walks minute by minute through two years with the State Council's holidays."""

from __future__ import annotations

import random

import pytest

from mapsvc.domain.clock import Limit, LimitCalendar, due_at, elapsed_min, paused_minutes, shifted
from tests.support.slow_clock import FIRST, LAST, at_minute, minute_of, slow_due, slow_elapsed, works

SPANS = 10_000
CALENDARS = list(LimitCalendar)


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
