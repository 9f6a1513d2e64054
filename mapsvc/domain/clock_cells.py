"""The clock of a case as a row of cells: one per working day, day or hour of its time, hatched where it stood."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mapsvc.domain.case_moves import resumed
from mapsvc.domain.cases import Case, CaseState, CaseStep
from mapsvc.domain.clock import CLOSES_H, LimitCalendar, WorkingDays
from mapsvc.domain.times import day_start, office_day

MOST_CELLS = 31
_HOUR = timedelta(hours=1)
_SHORT_MIN = 24 * 60

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Cells:
    """The row; each of `states` is used, paused, now, left or late; `unit` says what one is."""

    states: tuple[str, ...]
    unit: str

    @property
    def used(self) -> int:
        """How many are over and counted."""
        return sum(s in ("used", "late") for s in self.states)

    @property
    def paused(self) -> int:
        """In how many the clock stood."""
        return self.states.count("paused")


def pauses(steps: Sequence[CaseStep], until: datetime) -> list[Span]:
    """When the clock stood: from each 挂账 to the step after it, or to `until`."""
    spans: list[Span] = []
    for i, step in enumerate(steps):
        if step.to_state is CaseState.SUSPENDED:
            end = next((s.at for s in steps[i + 1 :]), until)
            spans.append((step.at, max(end, step.at)))
    return spans


def cells_of(case: Case, steps: Sequence[CaseStep], at: datetime, is_working: WorkingDays) -> Cells | None:
    """The row at `at`; None without a limit, or where one would have to be drawn thinner than can be counted.

    Of a short limit one cell is an hour; of 工作日 and long 工作时 it is a working day, of long 自然时 a day.
    """
    if case.due_at is None or case.limit.minutes is None:
        return None
    end = case.closed_at or at
    due = resumed(case, end, is_working).due_at if case.paused_at else case.due_at
    assert due is not None
    slots, unit = _slots(case, case.clock_from, max(due, min(end, due + timedelta(days=40))), is_working)
    if not 0 < len(slots) <= MOST_CELLS:
        return None
    stood = pauses(steps, end)
    return Cells(tuple(_state(slot, due, end, stood) for slot in slots), unit)


def _slots(case: Case, begin: datetime, end: datetime, is_working: WorkingDays) -> tuple[list[Span], str]:
    minutes = case.limit.minutes or 0
    if case.limit.calendar is LimitCalendar.CLOCK:
        step = _HOUR if minutes <= _SHORT_MIN else timedelta(days=1)
        return _steps(begin, end, step), "小时" if step == _HOUR else "天"
    if case.limit.calendar is LimitCalendar.WORKING_HOURS and minutes <= 8 * 60:
        hours = [h for h in _steps(begin, end, _HOUR) if _is_open(h[0], is_working)]
        return hours, "工作时"
    return list(_working_days(begin, end, is_working)), "个工作日"


def _steps(begin: datetime, end: datetime, step: timedelta) -> list[Span]:
    slots: list[Span] = []
    at = begin
    while at < end and len(slots) < 1000:
        slots.append((at, at + step))
        at += step
    return slots


def _is_open(at: datetime, is_working: WorkingDays) -> bool:
    day = office_day(at)
    into = at - day_start(day)
    return is_working(day) and timedelta(hours=9) <= into < timedelta(hours=CLOSES_H)


def _working_days(begin: datetime, end: datetime, is_working: WorkingDays) -> Iterable[Span]:
    # The day it was reported does not count: one working day ends at the close of the next.
    day, last = office_day(begin) + timedelta(days=1), office_day(end)
    while day <= last:
        if is_working(day):
            yield _office_hours(day)
        day += timedelta(days=1)


def _office_hours(day: date) -> Span:
    return day_start(day) + timedelta(hours=9), day_start(day) + timedelta(hours=CLOSES_H)


def _state(slot: Span, due: datetime, end: datetime, stood: Sequence[Span]) -> str:
    begins, closes = slot
    if any(_overlap(slot, span) >= (closes - begins) / 2 for span in stood):
        return "paused"
    if begins >= due:
        return "late"
    if closes <= end:
        return "used"
    return "now" if begins <= end else "left"


def _overlap(one: Span, other: Span) -> timedelta:
    return max(min(one[1], other[1]) - max(one[0], other[0]), timedelta())
