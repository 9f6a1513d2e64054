"""When a merchant does not want to be called on, and when a door may be called on in the course of a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from mapsvc.errors import FieldProblem, Refused

DAY_MIN = 24 * 60
MOST_TEXT = 60
MOST_LINES = 14
NEVER: tuple[tuple[int, int], ...] = ((0, 0),)
"""A window that no shift meets: a door that is not to be called on all day."""
_WEEKDAYS = "一二三四五六日"
_MIDDAY_MIN, _NOON_MIN, _EVENING_MIN = 12 * 60, 14 * 60, 18 * 60

Window = tuple[int, int]
"""From and until, minutes of the office's day."""


class QuietSource(StrEnum):
    """Who said it."""

    MERCHANT = "merchant"
    TOLD = "told"


SOURCE_NAMES: dict[QuietSource, str] = {QuietSource.MERCHANT: "店家自己写的", QuietSource.TOLD: "上门时说的"}


@dataclass(frozen=True)
class QuietHours:
    """One line of a merchant's: every day, or on one weekday (0 Monday … 6)."""

    id: str
    tenancy_id: str
    from_minute: int
    until_minute: int
    source: QuietSource
    made_at: datetime
    weekday: int | None = None
    text: str | None = None
    made_by: str | None = None
    ended_at: datetime | None = None

    @property
    def words(self) -> str:
        """12:00–14:00不便 / 周三9:00–12:00不便 / 周日全天不便."""
        on = f"周{_WEEKDAYS[self.weekday]}" if self.weekday is not None else ""
        if (self.from_minute, self.until_minute) == (0, DAY_MIN):
            return f"{on or '每天'}全天不便"
        return f"{on}{clock(self.from_minute)}–{clock(self.until_minute)}不便"

    def holds_on(self, day: date) -> bool:
        """Whether it speaks of that day of the week."""
        return self.weekday is None or self.weekday == day.weekday()


def clock(minute: int) -> str:
    """A minute of the day as 9:05; the end of the day as 24:00."""
    return f"{minute // 60}:{minute % 60:02d}"


def require_sound(weekday: int | None, from_minute: int, until_minute: int, text: str) -> None:
    """Raise Refused beside every field that cannot be."""
    found = []
    if weekday is not None and not 0 <= weekday <= 6:
        found.append(FieldProblem("weekday", "out_of_range", "请选每天，或周一到周日的一天。"))
    if not 0 <= from_minute < DAY_MIN:
        found.append(FieldProblem("from", "bad_time", "几点起要写成几点几分，例如12:00。"))
    elif not from_minute < until_minute <= DAY_MIN:
        found.append(FieldProblem("until", "reversed", "到几点要晚于几点起；跨夜的请分成两条写。"))
    if len(text) > MOST_TEXT:
        found.append(FieldProblem("text", "too_long", f"说明最多{MOST_TEXT}个字，现在{len(text)}个字。"))
    if found:
        raise Refused(found[0].message, code=found[0].code, problems=found)


def windows_beside(closed: Iterable[Window], stay_min: int = 0) -> tuple[Window, ...]:
    """When a stop of `stay_min` may begin, so that it is over before any of the `closed` times begins.

    Returns
    -------
    tuple of (from, until)
        In order, apart from each other; `NEVER` where nothing is left, empty where nothing is closed.
    """
    shut = sorted((max(a, 0), min(b, DAY_MIN)) for a, b in closed if a < b)
    if not shut:
        return ()
    found, free_from = [], 0
    for begins, ends in shut:
        if free_from <= begins - stay_min and begins > free_from:
            found.append((free_from, begins - stay_min))
        free_from = max(free_from, ends)
    if free_from < DAY_MIN:
        found.append((free_from, DAY_MIN))
    return tuple(found) or NEVER


def meets(windows: Sequence[Window], from_minute: int, until_minute: int) -> bool:
    """Whether any of the windows lies within a shift; without windows all do."""
    return not windows or any(a < until_minute and b >= from_minute and a <= b for a, b in windows if (a, b) != (0, 0))


def next_time(windows: Sequence[Window], after_minute: int) -> str:
    """When the door can be called on after a shift that ends at `after_minute`: 今晚, 明早, 明天下午; empty for never.

    Later on the same day before the next; hours before 7 and after 20 are nobody's shift.
    """
    walked = [(max(a, 7 * 60), min(b, 20 * 60)) for a, b in windows]
    fits = [(a, b) for a, b in walked if a < b]
    if not fits:
        return ""
    later = [max(a, after_minute) for a, b in fits if b > after_minute]
    if later:
        return _part(min(later), ("今天上午", "今天中午", "今天下午", "今晚"))
    return _part(min(a for a, _ in fits), ("明早", "明天中午", "明天下午", "明晚"))


def _part(minute: int, names: tuple[str, str, str, str]) -> str:
    return names[(minute >= _MIDDAY_MIN) + (minute >= _NOON_MIN) + (minute >= _EVENING_MIN)]
