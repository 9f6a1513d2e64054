"""先发现: what counts as having known of a thing before somebody rang 12345, and how it is said.

Evidence is a record of the block itself: a report on foot or by a merchant or resident, a need that was voiced, the
text of a visit. It must name the same kind, lie at the same shop or place or within 50 m, and be older than the call:

- a report whose case was still open when the phone rang counts if it was made in the 180 days before the call;
- a report that was closed again before the call, a need or a visit counts if it was made in the 60 days before.

Within 50 m counts for what lies in the street (rubbish, parked cars, noise). What belongs to one door (a leak, goods
outside the shop, a sign) is known there only if it was told of that very door, where both name a shop.

What came in by the hotline itself is no evidence. Of several pieces the first report of what was still open is named
(then it was known); only where nothing was open, the last piece before the call, so that nothing settled long ago
makes the claim look better than it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from mapsvc.domain.times import OFFICE_ZONE, office_day

OPEN_DAYS = 180
SETTLED_DAYS = 60
NEAR_M = 50.0
OF_ONE_DOOR = frozenset({"07003", "09005", "L0001", "L0002", "L0005", "L0008", "L0010", "L0011", "L0012"})
"""Kinds that belong to one door: what was seen next door is another matter."""


@dataclass(frozen=True)
class Evidence:
    """One record of the block.

    Attributes
    ----------
    type : str
        ``issue``, ``need`` or ``visit``.
    closed_at : datetime or None
        When what it told of was settled; None while it is open.
    may_be_open : bool
        Whether it has a case that is open or closed; needs and visits have none.
    """

    type: str
    ref: str
    at: datetime
    source: str = ""
    closed_at: datetime | None = None
    may_be_open: bool = False

    def is_open_at(self, at: datetime) -> bool:
        """Whether its case was open at `at`."""
        return self.may_be_open and (self.closed_at is None or self.closed_at > at)


def counts(one: Evidence, called_at: datetime) -> bool:
    """Whether a record shows that the thing was known when somebody rang at `called_at`."""
    if one.at >= called_at or one.source == "hotline":
        return False
    days = OPEN_DAYS if one.is_open_at(called_at) else SETTLED_DAYS
    return called_at - one.at <= timedelta(days=days)


def first_of(found: Iterable[Evidence], called_at: datetime) -> Evidence | None:
    """The piece that is named; None if nothing shows that it was known."""
    some = sorted((e for e in found if counts(e, called_at)), key=lambda e: (e.at, e.type, e.ref))
    still_open = [e for e in some if e.is_open_at(called_at)]
    if still_open:
        return still_open[0]
    return some[-1] if some else None


def days_before(known_at: datetime, called_at: datetime) -> int:
    """Days of the office between the record and the call."""
    return (office_day(called_at) - office_day(known_at)).days


def sentence(known_at: datetime, called_at: datetime, how: str) -> str:
    """``10月8日走访已发现，早了6天``; on the same day the hours count."""
    day = known_at.astimezone(OFFICE_ZONE)
    year = f"{day.year}年" if day.year != called_at.astimezone(OFFICE_ZONE).year else ""
    days = days_before(known_at, called_at)
    if days:
        earlier = f"早了{days}天"
    else:
        hours = int((called_at - known_at).total_seconds() // 3600)
        earlier = f"早了{hours}小时" if hours else "早了不到1小时"
    return f"{year}{day.month}月{day.day}日{how}，{earlier}"


HOW: dict[str, str] = {
    "patrol": "巡查已发现",
    "visit": "走访已发现",
    "resident": "居民已反映",
    "merchant": "商户已反映",
    "card": "商户扫码已反映",
    "app": "已记下",
    "need": "走访已听到",
}
"""How it was known, by the source of the report; needs and visits have their own."""
