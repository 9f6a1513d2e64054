"""Issues 问题: something wrong at a spot, with a number people say aloud."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

DUPLICATE_RADIUS_M = 50.0
"""Same kind, still open and this near: ask before filing a second one (staff; facts on casework)."""

PUBLIC_RADIUS_M = 250.0
"""The same for those who report without knowing the doors."""


class IssueSource(StrEnum):
    """Who saw it first: reports are not incidence, since patrols create reports."""

    PATROL = "patrol"
    VISIT = "visit"
    RESIDENT = "resident"
    MERCHANT = "merchant"
    HOTLINE = "hotline"
    CARD = "card"
    APP = "app"


ISSUE_SOURCE_NAMES: dict[IssueSource, str] = {
    IssueSource.PATROL: "巡查",
    IssueSource.VISIT: "走访",
    IssueSource.RESIDENT: "居民",
    IssueSource.MERCHANT: "商户",
    IssueSource.HOTLINE: "12345",
    IssueSource.CARD: "联心卡",
    IssueSource.APP: "随手记",
}


@dataclass(frozen=True)
class Issue:
    """One report; its case owns state and clock.

    Attributes
    ----------
    joined_at : datetime or None
        When it joined a case that another report had opened.
    """

    id: str
    number: str
    case_id: str
    location_id: str
    kind: str
    source: IssueSource
    happened_at: datetime
    received_at: datetime
    shop_id: str | None = None
    place_id: str | None = None
    visit_id: str | None = None
    reporter_id: str | None = None
    description: str | None = None
    note: str | None = None
    severity: str | None = None
    joined_at: datetime | None = None


_PREFIX = "XJ"


def number_prefix(day: date) -> str:
    """What the numbers made on `day` begin with: ``XJ20261123-``."""
    return f"{_PREFIX}{day:%Y%m%d}-"


def next_number(day: date, taken: Iterable[str]) -> str:
    """The number after the highest of `taken` on `day`, as ``XJ20261123-001``; numbers of other forms do not count."""
    prefix = number_prefix(day)
    tails = (number[len(prefix) :] for number in taken if number.startswith(prefix))
    highest = max((int(tail) for tail in tails if tail.isascii() and tail.isdigit()), default=0)
    return f"{prefix}{highest + 1:03d}"
