"""诱因: what happened around a spot that may explain why there is more than usual there."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mapsvc.domain.times import OFFICE_ZONE
from mapsvc.errors import FieldProblem, Refused

CONTEXT_KIND_NAMES: dict[str, str] = {
    "bins_removed": "撤桶",
    "renovation": "装修",
    "works": "施工",
    "festival": "节日活动",
    "term_start": "开学",
    "weather": "天气",
    "other": "别的",
}
MOMENTARY = frozenset({"bins_removed"})
"""Kinds that happen once; the others go on until they are said to be over."""
MOST_TEXT, MOST_RADIUS_M = 60, 500.0
_AHEAD = timedelta(days=366)


@dataclass(frozen=True)
class ContextEvent:
    """Something that happened at a spot, from when to when.

    Attributes
    ----------
    lon, lat : float
        Middle, WGS-84 degrees.
    radius_m : float or None
        How far around it counts; None: at the spot itself.
    until_at : datetime or None
        None while it goes on.
    place_id : str or None
        The place it was told of.
    withdrawn_at : datetime or None
        When it was taken back: it counts no more.
    """

    id: str
    kind: str
    text: str
    lon: float
    lat: float
    from_at: datetime
    radius_m: float | None = None
    until_at: datetime | None = None
    location_id: str | None = None
    place_id: str | None = None
    made_by: str | None = None
    made_at: datetime | None = None
    withdrawn_at: datetime | None = None

    @property
    def is_momentary(self) -> bool:
        """Whether it happened once."""
        return self.kind in MOMENTARY

    def goes_on(self, at: datetime) -> bool:
        """Whether it has begun and is not over at `at`."""
        return not self.is_momentary and self.from_at <= at and (self.until_at is None or self.until_at > at)

    def words(self, year: int) -> str:
        """When and what, the year only if it is not `year`: 9月撤桶, 10月起橙子公寓装修, 3月到5月道路施工."""
        since = _month(self.from_at, year)
        if self.is_momentary:
            return f"{since}{self.text}"
        until = f"到{_month(self.until_at, year)}" if self.until_at else "起"
        return f"{since}{until}{self.text}"

    def days(self) -> str:
        """``9月12日``, ``10月4日起``, ``3月1日到5月20日``."""
        since = _day(self.from_at)
        if self.is_momentary:
            return since
        return f"{since}到{_day(self.until_at)}" if self.until_at else f"{since}起"


def require_sound(
    kind: str, text: str, from_at: datetime, until_at: datetime | None, radius_m: float | None, now: datetime
) -> None:
    """Raise Refused beside every field that cannot be."""
    found = []
    if kind not in CONTEXT_KIND_NAMES:
        told = f"诱因是这几种之一：{'、'.join(CONTEXT_KIND_NAMES.values())}。"
        found.append(FieldProblem("kind", "unknown_kind", told))
    if not text.strip():
        found.append(FieldProblem("text", "no_text", "请写发生了什么，例如“橙子公寓装修”。"))
    elif len(text) > MOST_TEXT:
        found.append(FieldProblem("text", "too_long", f"最多写{MOST_TEXT}个字，现在有{len(text)}个。"))
    if from_at > now + _AHEAD:
        found.append(FieldProblem("from", "far_ahead", "从哪天起最远写到一年以后，请核对年份。"))
    if until_at is not None and until_at < from_at:
        found.append(FieldProblem("until", "reversed", "到哪天不能早于从哪天起，请改其中一个。"))
    if radius_m is not None and not 0 <= radius_m <= MOST_RADIUS_M:
        found.append(FieldProblem("radius_m", "out_of_range", f"周围要在0到{MOST_RADIUS_M:g}米之间。"))
    if found:
        raise Refused(found[0].message, code=found[0].code, problems=found)


def _month(at: datetime, year: int) -> str:
    local = at.astimezone(OFFICE_ZONE)
    return f"{local.month}月" if local.year == year else f"{local.year}年{local.month}月"


def _day(at: datetime | None) -> str:
    if at is None:
        return ""
    local = at.astimezone(OFFICE_ZONE)
    return f"{local.month}月{local.day}日"
