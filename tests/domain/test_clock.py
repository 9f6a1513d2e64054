"""The clock's laws: never due before the report, a pause never shortens, what is left is what was not used."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.clock import DAY_MIN, Limit, LimitCalendar, due_at, elapsed_min, read_clock, text_of, weekdays
from mapsvc.domain.times import OFFICE_ZONE

HOLIDAYS = {date(2026, 10, d) for d in range(1, 8)}
MAKE_UP = date(2026, 10, 10)
CLOCK, HOURS, DAYS = LimitCalendar.CLOCK, LimitCalendar.WORKING_HOURS, LimitCalendar.WORKING_DAYS


def office_days(day: date) -> bool:
    return day == MAKE_UP or (weekdays(day) and day not in HOLIDAYS)


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=OFFICE_ZONE).astimezone(UTC)


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda d: d.replace(tzinfo=UTC, microsecond=0))
LIMITS = st.builds(Limit, st.sampled_from(LimitCalendar), st.integers(0, 20 * DAY_MIN))
PAUSES = st.integers(0, 10 * DAY_MIN)


@given(MOMENTS, LIMITS, PAUSES)
def test_nothing_is_due_before_it_was_reported(start: datetime, limit: Limit, paused_min: int) -> None:
    due = due_at(start, limit, paused_min, office_days)
    assert due is not None
    assert due >= start


@given(MOMENTS, LIMITS, PAUSES, PAUSES)
def test_a_pause_never_shortens(start: datetime, limit: Limit, one: int, more: int) -> None:
    earlier, later = due_at(start, limit, one, office_days), due_at(start, limit, one + more, office_days)
    assert earlier is not None
    assert later is not None
    assert later >= earlier


@given(MOMENTS, MOMENTS, st.integers(0, 20 * DAY_MIN), st.sampled_from([CLOCK, HOURS]))
def test_who_reports_later_is_due_later(one: datetime, two: datetime, minutes: int, calendar: LimitCalendar) -> None:
    first, second = sorted([one, two])
    limit = Limit(calendar, minutes)
    assert (due_at(first, limit, 0, office_days) or first) <= (due_at(second, limit, 0, office_days) or second)


@given(MOMENTS, st.integers(0, 20 * DAY_MIN), st.sampled_from([CLOCK, HOURS]))
def test_from_report_to_deadline_lies_exactly_the_limit(start: datetime, minutes: int, calendar: LimitCalendar) -> None:
    due = due_at(start, Limit(calendar, minutes), 0, office_days)
    assert due is not None
    assert elapsed_min(start, due, calendar, office_days) == minutes


@given(MOMENTS, MOMENTS, MOMENTS, st.sampled_from(LimitCalendar))
def test_time_used_adds_up(one: datetime, two: datetime, three: datetime, calendar: LimitCalendar) -> None:
    a, b, c = sorted(m.replace(second=0) for m in (one, two, three))
    whole = elapsed_min(a, c, calendar, office_days)
    assert whole == elapsed_min(a, b, calendar, office_days) + elapsed_min(b, c, calendar, office_days)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        (at(11, 23, 9), 4, at(11, 23, 13)),
        (at(11, 23, 16), 4, at(11, 24, 12)),
        (at(11, 20, 16), 4, at(11, 23, 12)),
        (at(11, 21, 12), 4, at(11, 23, 13)),
        (at(9, 30, 16), 4, at(10, 8, 12)),
        (at(11, 23, 7), 8, at(11, 23, 17)),
        (at(11, 23, 20), 1, at(11, 24, 10)),
    ],
)
def test_working_hours_run_from_nine_to_five_on_working_days(start: datetime, hours: int, due: datetime) -> None:
    assert due_at(start, Limit(HOURS, hours * 60), 0, office_days) == due


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (at(11, 23, 10), 1, at(11, 24, 17)),
        (at(11, 20, 10), 1, at(11, 23, 17)),
        (at(11, 21, 10), 1, at(11, 23, 17)),
        (at(10, 9, 10), 1, at(10, 10, 17)),
        (at(10, 19, 10, 5), 15, at(11, 9, 17)),
    ],
)
def test_one_working_day_ends_at_the_close_of_the_next(start: datetime, days: int, due: datetime) -> None:
    assert due_at(start, Limit(DAYS, days * DAY_MIN), 0, office_days) == due


def test_a_day_of_pause_moves_fifteen_working_days_by_one() -> None:
    start, limit = at(10, 19, 10, 5), Limit(DAYS, 15 * DAY_MIN)
    paused_min = elapsed_min(at(10, 20, 9), at(10, 21, 9), DAYS, office_days)
    due = due_at(start, limit, paused_min, office_days)
    assert due == at(11, 10, 17)
    assert read_clock(due, DAYS, at(10, 22, 11, 20), office_days).text == "剩13个工作日"


@pytest.mark.parametrize(
    ("minutes", "overdue", "calendar", "text"),
    [
        (80, True, CLOCK, "超时1:20"),
        (2 * 1440 + 5, False, CLOCK, "剩2天"),
        (3 * 1440, True, CLOCK, "超时3天"),
        (65, False, HOURS, "剩1:05"),
        (13 * DAY_MIN, False, DAYS, "剩13个工作日"),
        (0, False, CLOCK, "剩0:00"),
    ],
)
def test_what_is_left_in_words(minutes: int, overdue: bool, calendar: LimitCalendar, text: str) -> None:
    assert text_of(minutes, overdue, calendar) == text


def test_a_paused_clock_stands_still_and_a_closed_one_says_nothing() -> None:
    due = at(11, 24, 12)
    paused = read_clock(due, CLOCK, at(11, 30, 9), office_days, paused_at=at(11, 24, 10))
    assert (paused.remaining_min, paused.overdue, paused.paused, paused.text) == (120, False, True, "挂账 剩2:00")
    closed = read_clock(due, CLOCK, at(11, 30, 9), office_days, closed_at=at(11, 24, 14))
    assert (closed.remaining_min, closed.overdue, closed.text) == (-120, True, "")
    assert read_clock(None, CLOCK, at(11, 30, 9), office_days).remaining_min is None


def test_a_calendar_without_working_days_is_refused_instead_of_counting_for_ever() -> None:
    for calendar in (HOURS, DAYS):
        with pytest.raises(ValueError, match="no working day"):
            due_at(at(11, 23, 9), Limit(calendar, 480), 0, lambda day: False)
