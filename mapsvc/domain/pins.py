"""Pinned stops 指定要去: a door, a place or a point that somebody wants walked to, from day to day."""

from dataclasses import dataclass
from datetime import date, datetime

from mapsvc.domain.patrol import SHIFT_NAMES, Shift
from mapsvc.errors import FieldProblem, Refused

MOST_TEXT = 60
MOST_DAYS = 92


@dataclass(frozen=True)
class Pin:
    """A pinned stop.

    Attributes
    ----------
    ref : str
        ``shop:LT0001``, ``place:PD0001`` or ``at:121.42085,31.25005``.
    shift : Shift or None
        None: whichever comes first each day.
    person_id, person : str or None
        Who should walk there, and what colleagues call them; None: whoever is near.
    is_must : bool
        Whether it is to be reached whatever else is left out.
    """

    id: str
    ref: str
    label: str
    lon: float
    lat: float
    from_day: date
    is_must: bool
    text: str
    made_at: datetime
    until_day: date | None = None
    shift: Shift | None = None
    person_id: str | None = None
    made_by: str | None = None
    ended_at: datetime | None = None
    person: str | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on the office's `day`."""
        return self.ended_at is None and self.from_day <= day and (self.until_day is None or day <= self.until_day)

    def is_over(self, day: date) -> bool:
        """Whether it will never be in force again."""
        return self.ended_at is not None or (self.until_day is not None and self.until_day < day)

    @property
    def shift_words(self) -> str:
        """晚班, or 每班."""
        return SHIFT_NAMES[self.shift] if self.shift else "每班"


def require_sound(from_day: date, until_day: date | None, text: str, today: date) -> None:
    """Raise Refused beside every field that cannot be."""
    found = []
    if from_day < today:
        found.append(FieldProblem("from", "past", "从哪天起不能早于今天。"))
    if until_day is not None and until_day < from_day:
        found.append(FieldProblem("until", "reversed", "到哪天不能早于从哪天起。"))
    elif until_day is not None and (until_day - from_day).days >= MOST_DAYS:
        found.append(FieldProblem("until", "too_many_days", f"一次最多指定{MOST_DAYS}天；要一直去就留空。"))
    if len(text) > MOST_TEXT:
        found.append(FieldProblem("text", "too_long", f"为什么最多写{MOST_TEXT}个字，现在{len(text)}个字。"))
    if found:
        raise Refused(found[0].message, code=found[0].code, problems=found)
