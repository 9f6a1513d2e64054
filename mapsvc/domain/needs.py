"""What people say they need, the way it ends in, who sees to it by when, and that the merchant was told."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from mapsvc.errors import Conflict, Refused


class Way(StrEnum):
    """办法: the four ways a need ends in."""

    ON_THE_SPOT = "on_the_spot"
    HANDED_ON = "handed_on"
    HARD_CASE = "hard_case"
    EXPLAINED = "explained"


WAY_NAMES: dict[Way, str] = {
    Way.ON_THE_SPOT: "当场办",
    Way.HANDED_ON: "转交办",
    Way.HARD_CASE: "攻坚办",
    Way.EXPLAINED: "解释清楚",
}

SETTLES = frozenset({Way.ON_THE_SPOT, Way.EXPLAINED})
"""Ways in which a need is done as soon as they are chosen."""
LATE_AFTER = timedelta(days=14)
"""A need for which nobody named a day is late after so long."""


def settled_at(way: Way | None, voiced_at: datetime) -> datetime | None:
    """When a need of this way is done: at once on the spot or by explaining, else still to come."""
    return voiced_at if way in SETTLES else None


@dataclass(frozen=True)
class Need:
    """One thing voiced: `settled_at` None means something is still to be done.

    Attributes
    ----------
    handler_id, handler_name : str or None
        Who sees to it: one of the staff, or anybody by name.
    case_id : str or None
        The case it became (攻坚办).
    outcome : str or None
        What came of it.
    told_at : datetime or None
        When the merchant was told what came of it.
    """

    id: str
    shop_id: str
    text: str
    voiced_at: datetime
    topic: str | None = None
    way: Way | None = None
    tenancy_id: str | None = None
    visit_id: str | None = None
    settled_at: datetime | None = None
    handler_id: str | None = None
    handler_name: str | None = None
    due_at: datetime | None = None
    case_id: str | None = None
    outcome: str | None = None
    told_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done about it."""
        return self.settled_at is None

    @property
    def waits_to_be_told(self) -> bool:
        """Whether it was settled later than it was voiced, and the merchant does not know yet."""
        return self.settled_at is not None and self.settled_at > self.voiced_at and self.told_at is None

    @property
    def is_touched(self) -> bool:
        """Whether somebody worked on it since it was voiced."""
        return (
            self.case_id is not None or self.told_at is not None or (self.settled_at or self.voiced_at) > self.voiced_at
        )

    @property
    def late_from(self) -> datetime:
        """From when on it is late."""
        return self.due_at or self.voiced_at + LATE_AFTER

    def is_late(self, at: datetime) -> bool:
        """Whether it is open and past its time."""
        return self.is_open and self.late_from < at


def hand_on(
    need: Need, handler_id: str | None, handler_name: str | None, due_at: datetime | None, at: datetime
) -> Need:
    """转交办: somebody sees to it by `due_at`.

    Raises
    ------
    Conflict
        If it is settled.
    Refused
        If nobody or no day is named, or the day is past.
    """
    _require_open(need)
    name = (handler_name or "").strip() or None
    if handler_id is None and name is None:
        raise Refused("转交给谁，请写上。", field="handler_name", code="handler_missing")
    if due_at is None:
        raise Refused("请定一个回话的日子。", field="due_at", code="due_missing")
    if due_at < at:
        raise Refused("回话的日子已经过了，请往后定。", field="due_at", code="due_past")
    return replace(need, way=Way.HANDED_ON, handler_id=handler_id, handler_name=name, due_at=due_at)


def take_on(need: Need, case_id: str, due_at: datetime | None) -> Need:
    """攻坚办: it became a case; raises Conflict if it is settled or has a case."""
    _require_open(need)
    if need.case_id is not None:
        raise Conflict("这件诉求已经立案，请在案件里办。", field="way", code="has_case")
    return replace(need, way=Way.HARD_CASE, case_id=case_id, due_at=need.due_at or due_at)


def settle(need: Need, way: Way | None, outcome: str, at: datetime) -> Need:
    """It is done, with what came of it.

    Parameters
    ----------
    way : Way or None
        How it ended; None keeps the way it has.

    Raises
    ------
    Conflict
        If it is settled.
    Refused
        Without a word on what came of it, or without any way.
    """
    _require_open(need)
    if not outcome.strip():
        raise Refused("写一句怎么办的，好跟店主说。", field="outcome", code="outcome_missing")
    ends = way or need.way
    if ends is None:
        raise Refused("请选一种办法：当场办、转交办、攻坚办或解释清楚。", field="way", code="way_missing")
    return replace(need, way=ends, outcome=outcome.strip(), settled_at=max(at, need.voiced_at + timedelta(seconds=1)))


def reopen(need: Need) -> Need:
    """It is not done after all; raises Conflict if it is open."""
    if need.is_open:
        raise Conflict("这件诉求还没办结。", code="open")
    return replace(need, settled_at=None, outcome=None, told_at=None)


def tell(need: Need, at: datetime) -> Need:
    """The merchant knows what came of it; telling twice changes nothing. Raises Conflict while it is open."""
    if need.settled_at is None:
        raise Conflict("这件诉求还没办结，办好了再告诉店主。", code="open")
    return need if need.told_at else replace(need, told_at=max(at, need.settled_at))


def _require_open(need: Need) -> None:
    if need.settled_at is not None:
        raise Conflict("这件诉求已经办结。要再办，先点“还没办好”。", code="settled")
