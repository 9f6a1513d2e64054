"""政策日历: when something can be done, and from when the merchants are to know."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class PolicyWindow:
    """A window of the policy calendar; the columns of table policy_window.

    Either dates (`opens_on`, `closes_on`; every year where `is_yearly`) or weeks before an event.
    """

    id: str
    code: str
    title: str
    topics: tuple[str, ...]
    is_yearly: bool
    lead_days: int
    made_at: datetime
    policy_id: str | None = None
    opens_on: date | None = None
    closes_on: date | None = None
    event: str | None = None
    event_on: date | None = None
    opens_weeks_before: int | None = None
    closes_weeks_before: int | None = None
    trades: tuple[str, ...] = ()
    source: str | None = None
    note: str | None = None
    is_sample: bool = False
    made_by: str | None = None
    retired_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True)
class Opening:
    """One year's turn of a window: open from and to these days, to be told from `tell_from` on."""

    window: PolicyWindow
    opens_on: date
    closes_on: date
    tell_from: date
