"""文明护卫队: slots in the mornings and evenings, who takes one, what rain cancels; slots are counted, never people."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from mapsvc.domain.privacy import has_phone
from mapsvc.errors import FieldProblem, Refused

TOKEN_BYTES = 16
MOST_DAYS, MOST_WANTED, MOST_NICKNAME = 62, 12, 12
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,43}")
_CONTROL_OR_MARKUP = re.compile(r"[\x00-\x1f\x7f<>&]")


class Shift(StrEnum):
    """When in the day."""

    MORNING = "morning"
    EVENING = "evening"


SHIFT_NAMES: dict[Shift, str] = {Shift.MORNING: "早班", Shift.EVENING: "晚班"}
USUAL_HOURS: dict[Shift, tuple[int, int]] = {Shift.MORNING: (7, 8), Shift.EVENING: (19, 20)}


@dataclass(frozen=True)
class Slot:
    """One shift of one day: from which hour until which, and how many are wanted."""

    id: str
    roster_id: str
    day: date
    shift: Shift
    from_hour: int
    until_hour: int
    wanted: int
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None

    @property
    def is_on(self) -> bool:
        """Whether it takes place."""
        return self.cancelled_at is None

    @property
    def hours(self) -> str:
        """``7:00到8:00``."""
        return f"{self.from_hour}:00到{self.until_hour}:00"


@dataclass(frozen=True)
class Roster:
    """Slots of some weeks around one meeting point; the token is the address of the page to join by."""

    id: str
    name: str
    token: str
    from_day: date
    until_day: date
    made_at: datetime
    meet_at: str | None = None
    run_id: str | None = None
    place_id: str | None = None
    made_by: str | None = None
    closed_at: datetime | None = None

    def is_open(self, day: date) -> bool:
        """Whether people may still join."""
        return self.closed_at is None and day <= self.until_day


@dataclass(frozen=True)
class SignUp:
    """Somebody takes a slot, under a nickname."""

    id: str
    slot_id: str
    name: str
    at: datetime
    person_id: str | None = None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True)
class Coverage:
    """How many of the slots that take place have as many as are wanted."""

    covered: int
    planned: int
    cancelled: int

    @property
    def text(self) -> str:
        """``排了12班，够人的8班，取消2班``."""
        if not self.planned and not self.cancelled:
            return "还没有排班"
        off = f"，取消{self.cancelled}班" if self.cancelled else ""
        return f"排了{self.planned}班，够人的{self.covered}班{off}"


def coverage(slots: Iterable[Slot], taken: Mapping[str, int]) -> Coverage:
    """What the slots come to; `taken` is how many took each, by its id."""
    some = list(slots)
    on = [s for s in some if s.is_on]
    return Coverage(sum(taken.get(s.id, 0) >= s.wanted for s in on), len(on), len(some) - len(on))


def missing(slot: Slot, taken: int) -> int:
    """How many are still wanted; 0 for what does not take place."""
    return max(slot.wanted - taken, 0) if slot.is_on else 0


def is_token(text: str) -> bool:
    """Whether `text` can be a roster's token."""
    return _TOKEN.fullmatch(text) is not None


def nickname(text: str) -> str:
    """A nickname as it is kept.

    Raises
    ------
    Refused
        Nothing, too long, a phone number, or signs that are no name.
    """
    name = unicodedata.normalize("NFKC", text).strip()
    if not name:
        raise Refused("请写个称呼，例如“三楼张阿姨”。", field="name", code="missing")
    if len(name) > MOST_NICKNAME:
        raise Refused(f"称呼最多{MOST_NICKNAME}个字。", field="name", code="too_long")
    if has_phone(name) or sum(c.isdigit() for c in name) > 6:
        raise Refused("不用写电话号码，写个称呼就行。", field="name", code="phone")
    if _CONTROL_OR_MARKUP.search(name):
        raise Refused("称呼里有不能用的符号，请改一下。", field="name", code="bad_sign")
    return name


def require_sound(
    name: str, from_day: date, until_day: date, hours: Mapping[Shift, tuple[int, int]], wanted: int, today: date
) -> None:
    """Raise Refused beside every field that cannot be."""
    found = []
    if not name.strip():
        found.append(FieldProblem("name", "missing", "请写护卫队的名称，例如“橙子公寓转角护卫队”。"))
    if from_day < today:
        found.append(FieldProblem("from", "past", "从哪天起不能早于今天。"))
    if until_day < from_day:
        found.append(FieldProblem("until", "reversed", "排到哪天不能早于从哪天起。"))
    elif (until_day - from_day).days >= MOST_DAYS:
        found.append(FieldProblem("until", "too_many_days", f"一次最多排{MOST_DAYS}天。"))
    if not hours:
        found.append(FieldProblem("shifts", "missing", "早班、晚班至少选一个。"))
    for shift, (first, last) in hours.items():
        if not 0 <= first < last <= 24:
            told = f"{SHIFT_NAMES[shift]}的几点到几点不对，请改。"
            found.append(FieldProblem(shift.value, "bad_hours", told))
    if not 1 <= wanted <= MOST_WANTED:
        found.append(FieldProblem("wanted", "out_of_range", f"每班要1到{MOST_WANTED}人。"))
    if found:
        raise Refused(found[0].message, code=found[0].code, problems=found)


def days_between(from_day: date, until_day: date) -> tuple[date, ...]:
    """Every day, both ends included."""
    return tuple(from_day + timedelta(days=n) for n in range((until_day - from_day).days + 1))
