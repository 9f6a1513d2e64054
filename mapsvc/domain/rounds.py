"""护卫队路线: stretches of pavement that the guard team walks along on some weekdays."""

from dataclasses import dataclass
from datetime import date, datetime

from mapsvc.domain.patrol import SHIFT_NAMES, Shift
from mapsvc.errors import FieldProblem, Refused

MOST_NAME = 40
MOST_SEGMENTS = 120
BACK_DAYS = 14
"""So many days afterwards it can be said that a round was walked."""
WEEKDAY_NAMES = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
EVERY_DAY = "0123456"


@dataclass(frozen=True)
class GuardRound:
    """A round; `weekdays` are digits, 0 Monday; `segments` stretches by name (street:25:岚皋路/odd/475)."""

    id: str
    name: str
    segments: tuple[str, ...]
    shift: Shift
    weekdays: str
    from_day: date
    made_at: datetime
    until_day: date | None = None
    place_id: str | None = None
    roster_id: str | None = None
    made_by: str | None = None
    ended_at: datetime | None = None

    def is_on(self, day: date, shift: Shift) -> bool:
        """Whether it is walked in that shift of that day."""
        return self.shift is shift and self.runs(day) and str(day.weekday()) in self.weekdays

    def runs(self, day: date) -> bool:
        """Whether it is in force on a day, whichever weekday that is."""
        ended = self.ended_at is not None or (self.until_day is not None and day > self.until_day)
        return not ended and day >= self.from_day

    @property
    def when(self) -> str:
        """``每天早班``, ``周一、周五晚班``."""
        return f"{weekday_words(self.weekdays)}{SHIFT_NAMES[self.shift]}"


@dataclass(frozen=True)
class RoundWalked:
    """That a round was walked on a day, along which stretches and about when; not by whom."""

    id: str
    round_id: str
    day: date
    segments: tuple[str, ...]
    at: datetime


def weekday_words(weekdays: str) -> str:
    """``每天``, ``周一到周五``, ``周一、周五``."""
    days = sorted({int(c) for c in weekdays})
    if len(days) == len(WEEKDAY_NAMES):
        return "每天"
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"{WEEKDAY_NAMES[days[0]]}到{WEEKDAY_NAMES[days[-1]]}"
    return "、".join(WEEKDAY_NAMES[day] for day in days)


def require_sound(new: GuardRound) -> None:
    """Raise Refused beside every field that cannot be."""
    found = []
    if not new.name:
        found.append(FieldProblem("name", "missing", "请写路线的名称，例如“橙子公寓一圈”。"))
    if len(new.name) > MOST_NAME:
        found.append(FieldProblem("name", "too_long", f"名称最多{MOST_NAME}个字，现在{len(new.name)}个字。"))
    if not new.segments:
        found.append(FieldProblem("segments", "missing", "请至少选一段路。"))
    elif len(new.segments) > MOST_SEGMENTS:
        told = f"一条路线最多{MOST_SEGMENTS}段（约{MOST_SEGMENTS * 25 / 1000:g}公里），现在{len(new.segments)}段。"
        found.append(FieldProblem("segments", "too_many", told))
    if not new.weekdays or set(new.weekdays) - set(EVERY_DAY):
        found.append(FieldProblem("weekdays", "missing", "请至少选一天。"))
    if new.until_day is not None and new.until_day < new.from_day:
        found.append(FieldProblem("until", "reversed", "走到哪天不能早于从哪天起。"))
    if found:
        raise Refused(found[0].message, code=found[0].code, problems=found)
