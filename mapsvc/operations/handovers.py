"""顶班 and 交接: a worker's doors go to a colleague, for some days or for good, with all that was promised there."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from mapsvc.domain import handovers as rules
from mapsvc.domain.actors import Actor, Role
from mapsvc.domain.handovers import Handover
from mapsvc.domain.people import Person
from mapsvc.domain.permissions import Action, Reach, may, reach, require
from mapsvc.domain.times import office_day, to_second
from mapsvc.errors import Conflict
from mapsvc.operations.handed_doors import HandedDoor, handed_doors
from mapsvc.operations.handover_rules import (
    days_of,
    has_leave,
    planned_moves,
    require_leave,
    require_undoable,
    required,
    touched,
)
from mapsvc.operations.workspace import Workspace
from mapsvc.store import accounts, audit, handovers, ids, people

_MOST_LISTED = 100


@dataclass(frozen=True)
class HandedOver:
    """What a handover moves, or would.

    Attributes
    ----------
    doors : tuple of HandedDoor
        In walking order, with what is promised and open there.
    may_undo : bool
        Whether the reader may still take it back.
    """

    handover: Handover
    from_name: str
    to_name: str
    doors: tuple[HandedDoor, ...]
    made_by: str = ""
    may_undo: bool = False

    @property
    def days(self) -> str:
        """As people say it: ``11月24日到11月27日``, ``11月24日起``."""
        return days_of(self.handover)

    @property
    def promises(self) -> int:
        """How many promises go along."""
        return sum(len(door.promises) for door in self.doors)

    @property
    def issues(self) -> int:
        """How many open issues lie at the doors."""
        return sum(len(door.issues) for door in self.doors)


def preview_handover(
    ws: Workspace, actor: Actor, from_nickname: str, to_nickname: str, from_day: date, last_day: date | None = None
) -> HandedOver:
    """What `hand_over` would move; writes nothing and raises as it does."""
    at = to_second(ws.clock())
    with ws.read() as conn:
        planned, moved = planned_moves(conn, actor, from_nickname, to_nickname, from_day, last_day, at)
        return _told(conn, planned, sorted(moved), at)


def hand_over(
    ws: Workspace, actor: Actor, from_nickname: str, to_nickname: str, from_day: date, last_day: date | None = None
) -> HandedOver:
    """Give all doors of one worker to another, in one act; promises stay with their doors.

    Parameters
    ----------
    from_nickname, to_nickname : str
        As colleagues call them.
    from_day : date
        First of the office's days on which the doors are the taker's; at most 31 days back.
    last_day : date, optional
        Last day of a 顶班, inclusive: the day after they are back by themselves. None: 交接, for good.

    Raises
    ------
    Forbidden
        A worker who would give away more than the own doors for 14 days.
    Refused
        Unknown or same people, impossible days, days already covered, nothing to hand over.
    """
    at = to_second(ws.clock())
    with ws.write() as conn:
        planned, moved = planned_moves(conn, actor, from_nickname, to_nickname, from_day, last_day, at)
        handovers.add(conn, planned)
        handovers.move(conn, list(moved.values()))
        audit.append(conn, actor, "hand_over", "handover", planned.id, None, planned, at)
        return _told(conn, planned, sorted(moved), at)


def undo_handover(ws: Workspace, actor: Actor, handover_id: str) -> Handover:
    """Take a handover back: the doors are as if it had never been made.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        Undone before, too long ago, or a later handover goes on from it.
    """
    require(actor, Action.ARRANGE_COVER, actor.person_id)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = required(conn, handover_id)
        require_leave(actor, before)
        require_undoable(conn, before, at)
        _take_back(conn, before)
        handovers.change(conn, handover_id, undone_at=at)
        after = required(conn, handover_id)
        audit.append(conn, actor, "undo_handover", "handover", handover_id, before, after, at)
    return after


def end_cover(ws: Workspace, actor: Actor, handover_id: str) -> Handover:
    """Who was away is back sooner: today is the last day of a running 顶班.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        It does not run beyond today, was undone, or a later handover goes on from it.
    """
    require(actor, Action.ARRANGE_COVER, actor.person_id)
    at = to_second(ws.clock())
    today = office_day(at)
    with ws.write() as conn:
        before = required(conn, handover_id)
        require_leave(actor, before)
        require_undoable(conn, before, at)
        if not before.runs_beyond(today):
            raise Conflict("这一次不是正在顶的班，请刷新后看看；记错了可以撤销。", code="not_running")
        after = replace(before, until_day=today + timedelta(days=1))
        shop_ids = list(touched(conn, before))
        _take_back(conn, before)
        held = handovers.assignments_of_shops(conn, shop_ids)
        handovers.move(conn, [rules.moves(some, after, ids.of) for some in held.values()])
        handovers.change(conn, handover_id, until_day=after.until_day)
        audit.append(conn, actor, "end_cover", "handover", handover_id, before, after, at)
    return after


def get_handover(ws: Workspace, actor: Actor, handover_id: str) -> HandedOver:
    """One handover with its doors as they stand now: the sheet for who takes over.

    Raises
    ------
    NotFound, Forbidden
    """
    require(actor, Action.ARRANGE_COVER, actor.person_id)
    at = ws.clock()
    with ws.read() as conn:
        found = required(conn, handover_id)
        if actor.person_id != found.to_id:
            require_leave(actor, found)
        return _told(conn, found, sorted(touched(conn, found)), at)


def list_handovers(ws: Workspace, actor: Actor) -> tuple[HandedOver, ...]:
    """The newest first, without their doors; a worker sees those from or to them.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.ARRANGE_COVER, actor.person_id)
    whose = None if reach(actor, Action.ARRANGE_COVER) is Reach.ALL else actor.person_id
    at = ws.clock()
    with ws.read() as conn:
        found = handovers.latest(conn, _MOST_LISTED, whose)
        staff = people.by_ids(conn, {i for h in found for i in (h.from_id, h.to_id, h.made_by)})
        return tuple(
            HandedOver(
                h,
                staff[h.from_id].display_name,
                staff[h.to_id].display_name,
                (),
                staff[h.made_by].display_name if h.made_by in staff else "",
                not h.is_undone and at - h.made_at <= rules.LONGEST_BACK and has_leave(actor, h),
            )
            for h in found
        )


@dataclass(frozen=True)
class Choices:
    """Between whom this person may arrange what.

    Attributes
    ----------
    givers, takers : tuple of str
        Nicknames of who walks; a worker gives away the own doors only.
    may_for_good : bool
        交接 as well as 顶班.
    """

    givers: tuple[str, ...]
    takers: tuple[str, ...]
    may_for_good: bool


def choices(ws: Workspace, actor: Actor) -> Choices:
    """Whom to choose from.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.ARRANGE_COVER, actor.person_id)
    with ws.read() as conn:
        roles = {account.person_id: account.role for account in accounts.all_accounts(conn)}
        staff = [p for p in people.staff(conn) if p.nickname and _walks(p, roles.get(p.id))]
    own = [p.display_name for p in staff if may(actor, Action.ARRANGE_COVER, p.id)]
    return Choices(tuple(own), tuple(p.display_name for p in staff), may(actor, Action.EDIT_PATCHES))


def _walks(person: Person, role: Role | None) -> bool:
    # A ledger's people have no account yet; a clerk's or the keeper's says that they do not call on doors.
    return role is None or may(Actor(person.id, person.display_name, role), Action.RECORD_VISIT)


def _take_back(conn: Connection, handover: Handover) -> None:
    held = touched(conn, handover)
    handovers.take_back(conn, [rules.takes_back(some, handover, ids.of) for some in held.values()])


def _told(conn: Connection, handover: Handover, shop_ids: list[str], at: datetime) -> HandedOver:
    staff = people.by_ids(conn, [handover.from_id, handover.to_id, handover.made_by])
    made_by = staff[handover.made_by].display_name if handover.made_by in staff else ""
    names = (staff[handover.from_id].display_name, staff[handover.to_id].display_name)
    return HandedOver(handover, *names, handed_doors(conn, shop_ids, office_day(at)), made_by)
