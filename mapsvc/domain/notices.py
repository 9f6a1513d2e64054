"""温馨提示: signs that are put up for a while and taken down again."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mapsvc.errors import FieldProblem, Refused

MOST_TITLE, MOST_TEXT, MOST_SIGNED = 20, 400, 40
USUAL_DAYS = 30
_LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Notice:
    """A sign: what it says, who signs, from which day until which (inclusive)."""

    id: str
    title: str
    text: str
    from_day: date
    until_day: date
    made_at: datetime
    signed: str | None = None
    run_id: str | None = None
    case_id: str | None = None
    place_id: str | None = None
    shop_id: str | None = None
    taken_down_at: datetime | None = None
    made_by: str | None = None

    @property
    def is_up(self) -> bool:
        """Whether nobody said that it was taken down."""
        return self.taken_down_at is None

    def is_past(self, day: date) -> bool:
        """Whether it hangs longer than it was to."""
        return self.is_up and day > self.until_day


def require_sound(title: str, text: str, signed: str, from_day: date, until_day: date) -> None:
    """Raise Refused beside every field that cannot be."""
    found = []
    for name, value, most, label in (
        ("title", title, MOST_TITLE, "标题"),
        ("text", text, MOST_TEXT, "正文"),
        ("signed", signed, MOST_SIGNED, "落款"),
    ):
        if len(value) > most:
            told = f"{label}最多{most}个字，现在{len(value)}个字；太长了贴出来没人看。"
            found.append(FieldProblem(name, "too_long", told))
        elif not value.strip() and name != "signed":
            found.append(FieldProblem(name, "missing", f"请写{label}。"))
    if until_day < from_day:
        found.append(FieldProblem("until", "reversed", "贴到哪天不能早于从哪天起。"))
    elif until_day - from_day > _LONGEST:
        found.append(FieldProblem("until", "too_long_up", "提示最多贴一年，到时候再写一张新的。"))
    if found:
        raise Refused(found[0].message, code=found[0].code, problems=found)
