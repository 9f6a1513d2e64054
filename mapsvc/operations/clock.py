"""The office's working days: the general calendar, the days the office entered, and readings of a case's clock."""

import logging
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import Connection

from mapsvc.domain.cases import Case
from mapsvc.domain.clock import DAY_MIN, Limit, LimitCalendar, Reading, WorkingDays, due_at, read_clock, weekdays
from mapsvc.store import calendar_days

log = logging.getLogger(__name__)


def working_days(conn: Connection) -> WorkingDays:
    """Whether the office works on a day: what it entered itself, else the State Council's calendar.

    A year the calendar does not know counts Monday to Friday, with one warning per year in the log.
    """
    return _with_entered(calendar_days.read(conn))


def _with_entered(entered: Mapping[date, bool]) -> WorkingDays:
    if not entered:
        return general_working_day

    def is_working(day: date) -> bool:
        known = entered.get(day)
        return general_working_day(day) if known is None else known

    return is_working


@lru_cache(maxsize=4096)
def general_working_day(day: date) -> bool:
    """Working days with holidays and make-up workdays of the State Council."""
    from chinese_calendar import is_workday

    try:
        return bool(is_workday(day))
    except NotImplementedError:
        _warn_of_year(day.year)
        return weekdays(day)


_HOLIDAYS = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
}


def knows_year(year: int) -> bool:
    """Whether the general calendar has the holidays of `year`."""
    from chinese_calendar import is_workday

    try:
        is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def holiday_of(day: date) -> str:
    """The holiday that a day off belongs to, by the general calendar; empty on weekends, working days and where the
    year is not known."""
    from chinese_calendar import get_holiday_detail

    if not knows_year(day.year):
        return ""
    is_off, name = get_holiday_detail(day)
    return _HOLIDAYS.get(name or "", "放假" if name else "") if is_off else ""


@lru_cache
def _warn_of_year(year: int) -> None:
    log.warning("还没有 %d 年的放假安排，先按周一到周五算；请在工作日历里补上。", year)


def next_close(at: datetime, is_working: WorkingDays) -> datetime:
    """When the office closes on the next working day."""
    return due_at(at, Limit(LimitCalendar.WORKING_DAYS, DAY_MIN), 0, is_working) or at


def reading(case: Case, at: datetime, is_working: WorkingDays) -> Reading:
    """What the clock of `case` says at `at`."""
    return read_clock(
        case.due_at,
        case.limit.calendar,
        at,
        is_working,
        paused_at=case.paused_at,
        closed_at=case.closed_at,
        limit_min=case.limit.minutes,
    )
