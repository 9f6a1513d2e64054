"""顶班 and 交接: a worker's doors go to a colleague, for some days or for good, with all that was promised there."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import Connection

from mapsvc.domain import handovers as rules
from mapsvc.domain.actors import Actor, Role
from mapsvc.domain.handovers import Handover, Moves
from mapsvc.domain.people import Person
from mapsvc.domain.permissions import Action, Reach, may, reach, require
from mapsvc.domain.shops import Assignment
from mapsvc.domain.times import office_day, to_second
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations.handed_doors import HandedDoor, handed_doors
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
        return _days(self.handover)

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
        planned, moved = _plan(conn, actor, from_nickname, to_nickname, from_day, last_day, at)
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
        planned, moved = _plan(conn, actor, from_nickname, to_nickname, from_day, last_day, at)
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
        before = _required(conn, handover_id)
        _require_leave(actor, before)
        _require_undoable(conn, before, at)
        held = _touched(conn, before)
        handovers.take_back(conn, [rules.takes_back(some, before, ids.of) for some in held.values()])
        handovers.change(conn, handover_id, undone_at=at)
        after = _required(conn, handover_id)
        audit.append(conn, actor, "undo_handover", "handover", handover_id, before, after, at)
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
        found = _required(conn, handover_id)
        if actor.person_id != found.to_id:
            _require_leave(actor, found)
        return _told(conn, found, _shops_of(conn, found), at)


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
                not h.is_undone and at - h.made_at <= rules.LONGEST_BACK and _has_leave(actor, h),
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


def _plan(
    conn: Connection, actor: Actor, giver: str, taker: str, from_day: date, last_day: date | None, at: datetime
) -> tuple[Handover, dict[str, Moves]]:
    until_day = last_day + timedelta(days=1) if last_day else None
    from_, to = _person(conn, giver, "from"), _person(conn, taker, "to")
    planned = Handover(str(uuid4()), from_.id, to.id, from_day, until_day, actor.person_id, at)
    _require_leave(actor, planned)
    if to.left_at:
        raise Refused(f"{taker}已经离开了，请换一个人。", field="to", code="left")
    if from_.id == to.id:
        raise Refused("交出的和接手的是同一个人，请换一个人。", field="to", code="same_person")
    _require_days(actor, planned, office_day(at))
    _require_free(conn, planned, from_, to)
    held = handovers.assignments_per_shop(conn, from_.id, from_day)
    moved = {shop_id: found for shop_id, some in held.items() if (found := rules.moves(some, planned, ids.of)).new}
    if not moved:
        raise Refused(f"{giver}{_days(planned)}没有包联的商铺，没有可交的。", field="from", code="nothing_to_hand_over")
    return planned, moved


def _person(conn: Connection, nickname: str, field: str) -> Person:
    found = people.staff_by_nickname(conn, nickname.strip())
    if found is None:
        raise Refused(f"没有叫“{nickname}”的走访人，请核对称呼。", field=field, code="unknown_worker")
    return found


def _has_leave(actor: Actor, planned: Handover) -> bool:
    if planned.is_for_good:
        return may(actor, Action.EDIT_PATCHES)
    return may(actor, Action.ARRANGE_COVER, planned.from_id)


def _require_leave(actor: Actor, planned: Handover) -> None:
    if planned.is_for_good:
        require(actor, Action.EDIT_PATCHES)
    require(actor, Action.ARRANGE_COVER, planned.from_id)


def _require_days(actor: Actor, planned: Handover, today: date) -> None:
    first, last = planned.from_day, planned.last_day
    if last is not None and last < first:
        raise Refused("最后一天早于第一天，请核对日期。", field="until", code="ends_before_begin")
    if first < today - rules.LONGEST_BACK:
        raise Refused(
            f"最多补记{rules.LONGEST_BACK.days}天以内的，请核对开始日期。", field="from_day", code="too_far_back"
        )
    if max(first, last or first) > today + rules.LONGEST_AHEAD:
        raise Refused("日期太远了，请填一年以内的。", field="until" if last else "from_day", code="too_far_ahead")
    if reach(actor, Action.ARRANGE_COVER) is Reach.ALL or last is None:
        return
    if first < today:
        raise Refused("以前的日子请街区书记来补记。", field="from_day", code="past")
    if (last - first).days >= rules.LONGEST_OWN_COVER_DAYS:
        told = f"自己安排顶班最多{rules.LONGEST_OWN_COVER_DAYS}天，更长的请找街区书记。"
        raise Refused(told, field="until", code="too_long")


def _require_free(conn: Connection, planned: Handover, giver: Person, taker: Person) -> None:
    """Neither may be away on those days already; what goes for good goes under whoever stands in."""
    if planned.is_for_good:
        return
    for other in handovers.standing_of(conn, giver.id):
        if not other.is_for_good and other.overlaps(planned.from_day, planned.until_day):
            told = f"{giver.display_name}{_days(other)}已经有人顶班，请先撤销那一次，或者换日期。"
            raise Refused(told, field="from_day", code="already_covered")
    for other in handovers.standing_of(conn, taker.id):
        if not other.is_for_good and other.overlaps(planned.from_day, planned.until_day):
            told = f"{taker.display_name}{_days(other)}自己请了人顶班，请换一个人，或者换日期。"
            raise Refused(told, field="to", code="taker_away")


def _require_undoable(conn: Connection, handover: Handover, at: datetime) -> None:
    if handover.is_undone:
        raise Conflict("这一次已经撤销过了，不用再撤。", code="already_undone")
    if at - handover.made_at > rules.LONGEST_BACK:
        told = f"已过{rules.LONGEST_BACK.days}天，留作记录，不能再撤销；要还回去请另做一次交接。"
        raise Conflict(told, code="too_old")
    later = handovers.made_since(conn, handover.made_at, handover.id)
    for held in _touched(conn, handover).values() if later else ():
        made = {piece.id for one in held for piece in rules.pieces_of(held, one, handover, ids.of)}
        for other in later:
            if any(rules.pieces_of(held, one, other, ids.of) for one in held if one.id in made):
                staff = people.by_ids(conn, [other.from_id, other.to_id])
                names = f"{staff[other.from_id].display_name}交给{staff[other.to_id].display_name}"
                raise Conflict(f"后来又有一次（{names}，{_days(other)}），请先撤销那一次。", code="built_upon")


def _required(conn: Connection, handover_id: str) -> Handover:
    found = handovers.by_id(conn, handover_id)
    if found is None:
        raise NotFound("没有这一次顶班或交接，请刷新后重试。", field="handover", code="unknown_handover")
    return found


def _touched(conn: Connection, handover: Handover) -> dict[str, list[Assignment]]:
    """Assignments of the shops that the handover moved, by shop."""
    held = handovers.assignments_of_shops(conn, handovers.assignments_per_shop(conn, handover.to_id, handover.from_day))
    return {
        shop_id: some
        for shop_id, some in held.items()
        if any(rules.pieces_of(some, one, handover, ids.of) for one in some)
    }


def _shops_of(conn: Connection, handover: Handover) -> list[str]:
    return sorted(_touched(conn, handover))


def _told(conn: Connection, handover: Handover, shop_ids: list[str], at: datetime) -> HandedOver:
    staff = people.by_ids(conn, [handover.from_id, handover.to_id, handover.made_by])
    made_by = staff[handover.made_by].display_name if handover.made_by in staff else ""
    names = (staff[handover.from_id].display_name, staff[handover.to_id].display_name)
    return HandedOver(handover, *names, handed_doors(conn, shop_ids, office_day(at)), made_by)


def _days(handover: Handover) -> str:
    first, last = handover.from_day, handover.last_day
    if last is None:
        return f"{_day(first)}起"
    return _day(first) if first == last else f"{_day(first)}到{_day(last)}"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
