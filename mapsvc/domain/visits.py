"""Calls on shops: what kind, how it went, and how near the phone was (kept, never a condition)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class VisitKind(StrEnum):
    """三访: the three kinds of visit."""

    REGULAR = "regular"
    SPECIAL = "special"
    FOLLOW_UP = "follow_up"


VISIT_KIND_NAMES: dict[VisitKind, str] = {
    VisitKind.REGULAR: "定期",
    VisitKind.SPECIAL: "专项",
    VisitKind.FOLLOW_UP: "回访",
}


class Outcome(StrEnum):
    """How the door was found."""

    MET = "met"
    CLOSED = "closed"
    CHANGED = "changed"


OUTCOME_NAMES: dict[Outcome, str] = {
    Outcome.MET: "见到店主",
    Outcome.CLOSED: "没开门",
    Outcome.CHANGED: "换店或歇业",
}


class CheckedBy(StrEnum):
    """What says where the record was made."""

    NONE = "none"
    CARD = "card"
    GPS = "gps"


class VisitSource(StrEnum):
    """How the record came in."""

    APP = "app"
    LEDGER = "ledger"
    DEMO = "demo"


@dataclass(frozen=True)
class PlaceCheck:
    """How far from the door the record was made, if the worker chose to say."""

    by: CheckedBy = CheckedBy.NONE
    distance_m: float | None = None


@dataclass(frozen=True)
class Visit:
    """A call on a shop; `happened_at` is the worker's tap, `received_at` the server's clock."""

    id: str
    shop_id: str
    kind: VisitKind
    outcome: Outcome
    happened_at: datetime
    received_at: datetime
    tenancy_id: str | None = None
    worker_id: str | None = None
    note: str | None = None
    satisfaction: str | None = None
    wants_follow_up: bool | None = None
    place_check: PlaceCheck = PlaceCheck()
    source: VisitSource = VisitSource.APP
