"""Laws of the clock of enquiries: never due before a working day's end, never later than the next one's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.clock import CLOSES_H, WorkingDays, weekdays
from mapsvc.domain.enquiries import Enquiry, EnquiryStep, StepKind
from mapsvc.domain.times import OFFICE_ZONE, office_day
from mapsvc.operations.clock import next_close
from mapsvc.operations.enquiry_steps import pending

MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
OFF = st.sets(st.dates(date(2025, 1, 1), date(2028, 1, 31)), max_size=40)


def calendar(off: set[date]) -> WorkingDays:
    """Monday to Friday without some days."""
    return lambda day: weekdays(day) and day not in off


@given(at=MOMENTS, off=OFF)
def test_it_is_due_when_the_next_working_day_ends(at: datetime, off: set[date]) -> None:
    is_working = calendar(off)
    due = next_close(at, is_working)
    last = office_day(due)
    assert (due.astimezone(OFFICE_ZONE).hour, due.astimezone(OFFICE_ZONE).minute) == (CLOSES_H, 0)
    assert is_working(last)
    between = [office_day(at) + timedelta(days=n) for n in range(1, (last - office_day(at)).days)]
    assert last > office_day(at) and not any(is_working(day) for day in between)


@given(at=MOMENTS, later=st.timedeltas(timedelta(0), timedelta(days=9)), off=OFF)
def test_who_asks_later_is_not_answered_earlier(at: datetime, later: timedelta, off: set[date]) -> None:
    assert next_close(at, calendar(off)) <= next_close(at + later, calendar(off))


@given(at=MOMENTS, off=OFF, late=st.timedeltas(timedelta(days=-3), timedelta(days=3)))
def test_it_is_late_only_once_its_day_is_over(at: datetime, off: set[date], late: timedelta) -> None:
    one = Enquiry("1", "问", at, due_at=next_close(at, calendar(off)))
    assert one.due_at is not None
    assert one.is_overdue(one.due_at + late) is (late > timedelta(0))


def test_imported_ones_run_under_no_clock() -> None:
    one = Enquiry("1", "问", datetime(2020, 1, 1, tzinfo=UTC))
    assert not one.is_overdue(datetime(2026, 1, 1, tzinfo=UTC)) and one.was_in_time is None


@given(st.lists(st.sampled_from([StepKind.REFERRED, StepKind.REPLIED, StepKind.NOTE])))
def test_a_reply_is_waited_for_until_it_comes(kinds: list[StepKind]) -> None:
    steps = [EnquiryStep(str(n), "1", n, kind, datetime(2026, 1, 1, tzinfo=UTC)) for n, kind in enumerate(kinds)]
    last = [s for s in steps if s.kind is not StepKind.NOTE][-1:]
    assert pending(steps) == (last[0] if last and last[0].kind is StepKind.REFERRED else None)
