"""What makes a 顶班 or 交接 possible, and what keeps one from being taken back: each in a sentence."""

from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import Connection

from mapsvc.domain import handovers as rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.handovers import Handover, Moves
from mapsvc.domain.people import Person
from mapsvc.domain.permissions import Action, Reach, may, reach, require
from mapsvc.domain.shops import Assignment
from mapsvc.domain.times import office_day
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.store import handovers, ids, people


def planned_moves(
    conn: Connection, actor: Actor, giver: str, taker: str, from_day: date, last_day: date | None, at: datetime
) -> tuple[Handover, dict[str, Moves]]:
    """The handover and what it changes per shop id; raises Forbidden or Refused if it cannot be."""
    until_day = last_day + timedelta(days=1) if last_day else None
    from_, to = _person(conn, giver, "from"), _person(conn, taker, "to")
    planned = Handover(str(uuid4()), from_.id, to.id, from_day, until_day, actor.person_id, at)
    require_leave(actor, planned)
    if to.left_at:
        raise Refused(f"{taker}已经离开了，请换一个人。", field="to", code="left")
    if from_.id == to.id:
        raise Refused("交出的和接手的是同一个人，请换一个人。", field="to", code="same_person")
    _require_days(actor, planned, office_day(at))
    _require_free(conn, planned, from_, to)
    held = handovers.assignments_per_shop(conn, from_.id, from_day)
    moved = {shop_id: found for shop_id, some in held.items() if (found := rules.moves(some, planned, ids.of)).new}
    if not moved:
        raise Refused(
            f"{giver}{days_of(planned)}没有包联的商铺，没有可交的。", field="from", code="nothing_to_hand_over"
        )
    return planned, moved


def _person(conn: Connection, nickname: str, field: str) -> Person:
    found = people.staff_by_nickname(conn, nickname.strip())
    if found is None:
        raise Refused(f"没有叫“{nickname}”的走访人，请核对称呼。", field=field, code="unknown_worker")
    return found


def has_leave(actor: Actor, planned: Handover) -> bool:
    """Whether `actor` may make this handover, and take it back."""
    if planned.is_for_good:
        return may(actor, Action.EDIT_PATCHES)
    return may(actor, Action.ARRANGE_COVER, planned.from_id)


def require_leave(actor: Actor, planned: Handover) -> None:
    """Raise Forbidden unless `actor` may make this handover."""
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
            told = f"{giver.display_name}{days_of(other)}已经有人顶班，请先撤销那一次，或者换日期。"
            raise Refused(told, field="from_day", code="already_covered")
    for other in handovers.standing_of(conn, taker.id):
        if not other.is_for_good and other.overlaps(planned.from_day, planned.until_day):
            told = f"{taker.display_name}{days_of(other)}自己请了人顶班，请换一个人，或者换日期。"
            raise Refused(told, field="to", code="taker_away")


def require_undoable(conn: Connection, handover: Handover, at: datetime) -> None:
    """Raise Conflict if it was undone, is too old, or a later handover goes on from it."""
    if handover.is_undone:
        raise Conflict("这一次已经撤销过了，不用再撤。", code="already_undone")
    if at - handover.made_at > rules.LONGEST_BACK:
        told = f"已过{rules.LONGEST_BACK.days}天，留作记录，不能再撤销；要还回去请另做一次交接。"
        raise Conflict(told, code="too_old")
    later = handovers.made_since(conn, handover.made_at, handover.id)
    for held in touched(conn, handover).values() if later else ():
        made = {piece.id for one in held for piece in rules.pieces_of(held, one, handover, ids.of)}
        for other in later:
            if any(rules.pieces_of(held, one, other, ids.of) for one in held if one.id in made):
                staff = people.by_ids(conn, [other.from_id, other.to_id])
                names = f"{staff[other.from_id].display_name}交给{staff[other.to_id].display_name}"
                raise Conflict(f"后来又有一次（{names}，{days_of(other)}），请先撤销那一次。", code="built_upon")


def required(conn: Connection, handover_id: str) -> Handover:
    """The handover with this id; raises NotFound."""
    found = handovers.by_id(conn, handover_id)
    if found is None:
        raise NotFound("没有这一次顶班或交接，请刷新后重试。", field="handover", code="unknown_handover")
    return found


def touched(conn: Connection, handover: Handover) -> dict[str, list[Assignment]]:
    """Assignments of the shops that the handover moved, by shop."""
    held = handovers.assignments_of_shops(conn, handovers.assignments_per_shop(conn, handover.to_id, handover.from_day))
    return {
        shop_id: some
        for shop_id, some in held.items()
        if any(rules.pieces_of(some, one, handover, ids.of) for one in some)
    }


def days_of(handover: Handover) -> str:
    """Its days as people say them: ``11月24日到11月27日``, ``11月24日起``."""
    first, last = handover.from_day, handover.last_day
    if last is None:
        return f"{_day(first)}起"
    return _day(first) if first == last else f"{_day(first)}到{_day(last)}"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
