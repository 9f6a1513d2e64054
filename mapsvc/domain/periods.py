"""Weeks, months and other spans that figures and reports look at, each with the one before it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from mapsvc.domain.times import day_start, week_start
from mapsvc.errors import Refused

MOST_DAYS = 400
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_DAY = timedelta(days=1)


class PeriodKind(StrEnum):
    """What a span is."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    OTHER = "other"


REPORT_NAMES: dict[PeriodKind, str] = {
    PeriodKind.WEEKLY: "周报",
    PeriodKind.MONTHLY: "月报",
    PeriodKind.OTHER: "情况报告",
}


@dataclass(frozen=True)
class Period:
    """Days of the office, both included."""

    kind: PeriodKind
    first: date
    last: date

    @property
    def from_at(self) -> datetime:
        """The first instant."""
        return day_start(self.first)

    @property
    def until_at(self) -> datetime:
        """The first instant after it."""
        return day_start(self.last + _DAY)

    @property
    def before(self) -> "Period":
        """The span before it: the week, the month, as many days."""
        if self.kind is PeriodKind.MONTHLY:
            return month_of(self.first - _DAY)
        days = self.last - self.first + _DAY
        return Period(self.kind, self.first - days, self.first - _DAY)

    @property
    def after(self) -> "Period":
        """The span after it."""
        if self.kind is PeriodKind.MONTHLY:
            return month_of(self.last + _DAY)
        days = self.last - self.first + _DAY
        return Period(self.kind, self.last + _DAY, self.last + days)

    @property
    def words(self) -> str:
        """``11月16日至22日``; a month by its name."""
        if self.kind is PeriodKind.MONTHLY:
            return f"{self.first.year}年{self.first.month}月"
        if self.first == self.last:
            return day_words(self.first)
        is_same_month = (self.first.year, self.first.month) == (self.last.year, self.last.month)
        until = f"{self.last.day}日" if is_same_month else day_words(self.last)
        return f"{day_words(self.first)}至{until}"

    @property
    def this(self) -> str:
        """How sentences call it."""
        return {PeriodKind.WEEKLY: "本周", PeriodKind.MONTHLY: "本月"}.get(self.kind, "这段时间")

    @property
    def last_one(self) -> str:
        """How sentences call the one before it."""
        return {PeriodKind.WEEKLY: "上周", PeriodKind.MONTHLY: "上月"}.get(self.kind, "前一段")

    @property
    def next_one(self) -> str:
        """How sentences call the one after it."""
        return {PeriodKind.WEEKLY: "下周", PeriodKind.MONTHLY: "下月"}.get(self.kind, "接下来")


def day_words(day: date) -> str:
    """``11月16日``."""
    return f"{day.month}月{day.day}日"


def week_of(day: date) -> Period:
    """The week from Monday to Sunday in which `day` lies."""
    monday = week_start(day)
    return Period(PeriodKind.WEEKLY, monday, monday + 6 * _DAY)


def month_of(day: date) -> Period:
    """The month in which `day` lies."""
    first = day.replace(day=1)
    return Period(PeriodKind.MONTHLY, first, (first + 31 * _DAY).replace(day=1) - _DAY)


def months_back(period: Period, count: int) -> tuple[Period, ...]:
    """The months up to that of `period`, the newest first."""
    found = [month_of(period.first)]
    while len(found) < count:
        found.append(found[-1].before)
    return tuple(found)


def between(first: date, last: date) -> Period:
    """The span of these days; a whole week or month is one.

    Raises
    ------
    Refused
        The end lies before the beginning, or too far from it.
    """
    if not (first.year >= _FIRST_YEAR and last.year <= _LAST_YEAR):
        raise Refused(f"年份要在{_FIRST_YEAR}到{_LAST_YEAR}之间，请核对。", field="from", code="year")
    if last < first:
        raise Refused("结束的日子不能早于开始的日子。", field="until", code="reversed")
    if (last - first).days >= MOST_DAYS:
        raise Refused(f"一份报告最多{MOST_DAYS}天，请选短一些。", field="until", code="too_long")
    for whole in (week_of(first), month_of(first)):
        if (whole.first, whole.last) == (first, last):
            return whole
    return Period(PeriodKind.OTHER, first, last)


def parse_month(text: str) -> date | None:
    """The first day of ``2026-11``; None if it is no month, or of a year far off."""
    try:
        day = date.fromisoformat(f"{text}-01") if len(text) == 7 else None
    except ValueError:
        return None
    return day if day and _FIRST_YEAR <= day.year <= _LAST_YEAR else None
