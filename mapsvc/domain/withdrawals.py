"""Taking back what one recorded oneself: until when, and what stays behind of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, Reach, may, reach
from mapsvc.domain.times import office_day
from mapsvc.errors import Forbidden, Refused

OWN_DAYS = 1
"""Who made a record takes it back on the day the office received it and on the next."""
ANY_DAYS = 30
"""Who may take back anybody's does so within this many days."""


@dataclass(frozen=True)
class Withdrawn:
    """The tombstone of a visit or an issue: its id is never written again.

    Attributes
    ----------
    type : {"visit", "issue"}
    """

    id: str
    type: str
    at: datetime
    by_id: str | None = None


def require_in_time(actor: Actor, made_by: str | None, received_at: datetime, at: datetime) -> None:
    """Let `actor` take back what `made_by` recorded, while it is time.

    Raises
    ------
    Forbidden
        If it is not the actor's own and the actor may not take back others'.
    Refused
        If it was received too long ago.
    """
    if not may(actor, Action.WITHDRAW, made_by):
        raise Forbidden("只有登记的人能撤回这条记录；登记的人不在，请找街区书记。", code="not_own")
    takes_any = reach(actor, Action.WITHDRAW) is Reach.ALL
    days = ANY_DAYS if takes_any else OWN_DAYS
    if office_day(at) - office_day(received_at) > timedelta(days=days):
        told = f"{ANY_DAYS}天以前的记录不能撤回" if takes_any else "当天和第二天可以自己撤回，更早的请找街区书记"
        raise Refused(f"{told}。记错了的内容，请另记一条说明。", code="too_late")
