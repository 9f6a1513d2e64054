"""The clock of a case drawn as cells."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mapsvc.domain.cases import Case, CaseState, CaseStep, Limit, LimitCalendar
from mapsvc.domain.clock import DAY_MIN, weekdays
from mapsvc.domain.clock_cells import MOST_CELLS, cells_of, pauses

MONDAY = datetime(2026, 11, 2, 2, tzinfo=UTC)
"""10:00 at the office."""
FIVE_DAYS = Limit(LimitCalendar.WORKING_DAYS, 5 * DAY_MIN)
CASE = Case("c", CaseState.HANDLING, MONDAY, FIVE_DAYS, due_at=datetime(2026, 11, 9, 9, tzinfo=UTC))


def step(to: CaseState, at: datetime, origin: CaseState | None = None) -> CaseStep:
    return CaseStep(f"{to}{at}", "c", to, 1, at, origin)


def test_one_cell_per_working_day_from_the_day_after_the_report() -> None:
    cells = cells_of(CASE, [], MONDAY + timedelta(days=2), weekdays)
    assert cells is not None and cells.unit == "个工作日"
    assert cells.states == ("used", "now", "left", "left", "left")
    assert (cells.used, cells.paused) == (1, 0)


def test_days_that_were_paused_are_hatched_and_not_counted() -> None:
    stood = [
        step(CaseState.SUSPENDED, MONDAY + timedelta(hours=5), CaseState.HANDLING),
        step(CaseState.HANDLING, MONDAY + timedelta(days=2), CaseState.SUSPENDED),
    ]
    cells = cells_of(replace(CASE, due_at=CASE.due_at + timedelta(days=1)), stood, MONDAY + timedelta(days=3), weekdays)
    assert cells is not None
    assert cells.states == ("paused", "used", "now", "left", "left", "left")
    assert (cells.used, cells.paused) == (1, 1)


def test_a_pause_that_goes_on_lasts_until_now() -> None:
    begun = MONDAY + timedelta(hours=1)
    assert pauses([step(CaseState.SUSPENDED, begun)], MONDAY + timedelta(days=1)) == [
        (begun, MONDAY + timedelta(days=1))
    ]


def test_what_is_past_its_time_has_its_late_days() -> None:
    cells = cells_of(CASE, [], datetime(2026, 11, 11, 10, tzinfo=UTC), weekdays)
    assert cells is not None and cells.states == ("used",) * 5 + ("late",) * 2


def test_a_case_that_was_closed_stops_there() -> None:
    closed = replace(CASE, state=CaseState.CLOSED, closed_at=MONDAY + timedelta(days=1, hours=7))
    cells = cells_of(closed, [], MONDAY + timedelta(days=300), weekdays)
    assert cells is not None and cells.states == ("used", "left", "left", "left", "left")


def test_short_limits_are_drawn_by_the_hour() -> None:
    two_hours = replace(CASE, limit=Limit(LimitCalendar.CLOCK, 120), due_at=MONDAY + timedelta(hours=2))
    cells = cells_of(two_hours, [], MONDAY + timedelta(minutes=90), weekdays)
    assert cells is not None and (cells.unit, cells.states) == ("小时", ("used", "now"))


def test_no_limit_and_no_end_of_cells_draw_nothing() -> None:
    assert cells_of(replace(CASE, due_at=None, limit=Limit()), [], MONDAY, weekdays) is None
    year = replace(
        CASE, limit=Limit(LimitCalendar.WORKING_DAYS, 200 * DAY_MIN), due_at=MONDAY + timedelta(days=MOST_CELLS * 3)
    )
    assert cells_of(year, [], MONDAY, weekdays) is None


def test_what_is_left_stays_left_while_the_clock_stands() -> None:
    begun = MONDAY + timedelta(days=2)
    standing = replace(CASE, state=CaseState.SUSPENDED, suspended_from=CaseState.HANDLING, paused_at=begun)
    cells = cells_of(standing, [step(CaseState.SUSPENDED, begun)], MONDAY + timedelta(days=11), weekdays)
    assert cells is not None
    assert "late" not in cells.states
    assert cells.states.count("left") >= 2
