"""文明护卫队: slots laid out, joined by a link without an account, called off for rain; counted by slot."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import Connection

from mapsvc.domain import rosters as rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, may, require
from mapsvc.domain.places import Place
from mapsvc.domain.rosters import Coverage, Roster, Shift, SignUp, Slot
from mapsvc.domain.times import OFFICE_ZONE, office_day, to_second
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations.places import find_place
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, places, rosters

MOST_SLOTS_PER_BROWSER = 30


@dataclass(frozen=True)
class NewRoster:
    """Slots to lay out: every day from `from_day` to `until_day`, with the shifts' hours; `place` is a code."""

    name: str
    from_day: date
    until_day: date
    hours: Mapping[Shift, tuple[int, int]]
    wanted: int
    meet_at: str = ""
    place: str | None = None
    run_id: str | None = None


@dataclass(frozen=True)
class SlotLine:
    """A slot as a page shows it; `names` are empty for those who may not see them."""

    slot: Slot
    missing: int
    is_past: bool
    names: tuple[SignUp, ...] = ()


@dataclass(frozen=True)
class RosterDetail:
    """A roster with its slots and what they come to."""

    roster: Roster
    place: Place | None
    slots: tuple[SlotLine, ...]
    coverage: Coverage
    is_open: bool


@dataclass(frozen=True)
class Joining:
    """What the link shows: the slots to come, and those this browser took."""

    roster: Roster
    where: str
    slots: tuple[SlotLine, ...]
    mine: Mapping[str, SignUp]
    is_open: bool


def make_roster(ws: Workspace, actor: Actor, new: NewRoster) -> Roster:
    """Lay out slots.

    Raises
    ------
    NotFound, Forbidden
    Refused
        Beside the fields: no name, days reversed or past, no shift, hours that cannot be.
    """
    require(actor, Action.RUN_PLAYBOOK)
    with ws.write() as conn:
        place_id = find_place(conn, new.place).id if new.place else None
        return lay_out(conn, ws, actor, new, place_id)


def lay_out(conn: Connection, ws: Workspace, actor: Actor, new: NewRoster, place_id: str | None) -> Roster:
    """The same in the caller's transaction."""
    at = to_second(ws.clock())
    rules.require_sound(new.name, new.from_day, new.until_day, new.hours, new.wanted, office_day(at))
    made = Roster(
        str(uuid4()), new.name.strip()[:40], secrets.token_urlsafe(rules.TOKEN_BYTES), new.from_day, new.until_day, at,
        new.meet_at.strip()[:60] or None, new.run_id, place_id, actor.person_id,
    )  # fmt: skip
    slots = [
        Slot(str(uuid4()), made.id, day, shift, first, last, new.wanted)
        for day in rules.days_between(new.from_day, new.until_day)
        for shift, (first, last) in sorted(new.hours.items())
        if not _is_over(day, last, at)
    ]
    rosters.add(conn, made, slots)
    audit.append(conn, actor, "make_roster", "roster", made.id, None, replace(made, token=""), at)
    return made


def get_roster(ws: Workspace, actor: Actor, roster_id: str) -> RosterDetail:
    """One with its slots; who took them is for those who run playbooks.

    Raises
    ------
    NotFound, Forbidden
    """
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        return details(conn, actor, [_get(conn, roster_id)], ws.clock())[0]


def details(conn: Connection, actor: Actor, some: Sequence[Roster], at: datetime) -> tuple[RosterDetail, ...]:
    """Rosters with their slots, in the order given."""
    slots = rosters.slots_of(conn, [r.id for r in some])
    joined: dict[str, list[SignUp]] = {}
    for one in rosters.sign_ups_of(conn, [s.id for s in slots]):
        joined.setdefault(one.slot_id, []).append(one)
    taken = {slot_id: len(who) for slot_id, who in joined.items()}
    shows_names = may(actor, Action.RUN_PLAYBOOK)
    known = places.by_ids(conn, (r.place_id for r in some))
    found = []
    for roster in some:
        own = [s for s in slots if s.roster_id == roster.id]
        shown = tuple(_line(s, taken, at, joined.get(s.id, ()) if shows_names else ()) for s in own)
        place = known.get(roster.place_id or "")
        is_open = roster.is_open(office_day(at))
        found.append(RosterDetail(roster, place, shown, rules.coverage(own, taken), is_open))
    return tuple(found)


def call_off(
    ws: Workspace, actor: Actor, roster_id: str, reason: str, slot_id: str | None = None, day: date | None = None
) -> int:
    """下雨取消: call off one slot, or all of a day, with a reason that the link's page shows; returns how many.

    Raises
    ------
    NotFound, Forbidden
    Refused
        Without a reason, or where there is nothing to call off.
    """
    require(actor, Action.RUN_PLAYBOOK)
    told = reason.strip()[:40]
    if not told:
        raise Refused("请写取消的原因，例如“下雨”。", field="reason", code="reason_missing")
    at = to_second(ws.clock())
    with ws.write() as conn:
        roster = _get(conn, roster_id)
        chosen = [s.id for s in _chosen(conn, roster, slot_id, day) if s.is_on]
        if not chosen:
            raise Refused("这天没有要取消的班。", field="day", code="nothing_to_cancel")
        rosters.cancel(conn, chosen, at, told)
        audit.append(conn, actor, "call_off", "roster", roster_id, None, {"slots": chosen, "reason": told}, at)
    return len(chosen)


def call_on(ws: Workspace, actor: Actor, roster_id: str, slot_id: str | None = None, day: date | None = None) -> int:
    """It takes place after all; returns how many slots. Raises NotFound, Forbidden."""
    require(actor, Action.RUN_PLAYBOOK)
    at = to_second(ws.clock())
    with ws.write() as conn:
        roster = _get(conn, roster_id)
        chosen = [s.id for s in _chosen(conn, roster, slot_id, day) if not s.is_on]
        rosters.cancel(conn, chosen, None, None)
        audit.append(conn, actor, "call_on", "roster", roster_id, None, {"slots": chosen}, at)
    return len(chosen)


def close_roster(ws: Workspace, actor: Actor, roster_id: str, *, again: bool = False) -> Roster:
    """No more joining, the link says so; or (`again`) it goes on. Raises NotFound, Forbidden."""
    require(actor, Action.RUN_PLAYBOOK)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = _get(conn, roster_id)
        after = replace(before, closed_at=None if again else at)
        rosters.close(conn, roster_id, after.closed_at)
        verb = "reopen_roster" if again else "close_roster"
        audit.append(conn, actor, verb, "roster", roster_id, replace(before, token=""), replace(after, token=""), at)
    return after


def remove_sign_up(ws: Workspace, actor: Actor, roster_id: str, sign_up_id: str) -> None:
    """The secretary takes somebody off a slot who said so by word of mouth. Raises NotFound, Forbidden."""
    require(actor, Action.RUN_PLAYBOOK)
    at = to_second(ws.clock())
    with ws.write() as conn:
        roster = _get(conn, roster_id)
        own = {s.id for s in rosters.slots_of(conn, [roster.id])}
        if not any(s.slot_id in own for s in rosters.sign_ups_by_ids(conn, [sign_up_id])):
            raise NotFound("没有这条报名，可能已经退了。", field="sign_up", code="unknown_sign_up")
        rosters.withdraw(conn, sign_up_id, at)
        audit.append(conn, actor, "remove_sign_up", "slot_sign_up", sign_up_id, None, None, at)


def open_link(ws: Workspace, token: str, mine: Sequence[str] = ()) -> Joining | None:
    """What the link shows to a browser that holds the sign-ups `mine`; None for a link that never was."""
    at = ws.clock()
    with ws.read() as conn:
        roster = rosters.by_token(conn, token)
        if roster is None:
            return None
        slots = rosters.slots_of(conn, [roster.id])
        taken = rosters.taken(conn, [s.id for s in slots])
        own = {s.slot_id: s for s in rosters.sign_ups_by_ids(conn, mine[:MOST_SLOTS_PER_BROWSER])}
        place = places.by_ids(conn, [roster.place_id]).get(roster.place_id or "")
    lines = tuple(line for s in slots if not (line := _line(s, taken, at)).is_past)
    where = roster.meet_at or (place.name if place else "")
    return Joining(
        roster,
        where,
        lines,
        {k: v for k, v in own.items() if k in {s.id for s in slots}},
        roster.is_open(office_day(at)),
    )


def join(ws: Workspace, token: str, slot_id: str, name: str, mine: Sequence[str] = ()) -> SignUp:
    """Take a slot by the link, under a nickname; a browser that took it already keeps what it has.

    Raises
    ------
    NotFound
    Refused
        The nickname.
    Conflict
        The slot is full, called off or over, or the roster is closed.
    """
    at = to_second(ws.clock())
    called = rules.nickname(name)
    with ws.write() as conn:
        roster, slot = _by_link(conn, token, slot_id)
        had = next((s for s in rosters.sign_ups_by_ids(conn, mine) if s.slot_id == slot_id), None)
        if had is not None:
            return had
        _require_free(roster, slot, rosters.taken(conn, [slot_id]).get(slot_id, 0), at)
        if len(mine) >= MOST_SLOTS_PER_BROWSER:
            raise Conflict("这部手机已经报了很多班，剩下的留给别人吧。", code="enough")
        made = SignUp(str(uuid4()), slot_id, called, at)
        rosters.sign_up(conn, made)
        return made


def leave(ws: Workspace, token: str, slot_id: str, mine: Sequence[str]) -> None:
    """Give a slot back with the browser that took it; gone before, nothing changes. Raises NotFound."""
    at = to_second(ws.clock())
    with ws.write() as conn:
        _by_link(conn, token, slot_id)
        for one in rosters.sign_ups_by_ids(conn, mine):
            if one.slot_id == slot_id:
                rosters.withdraw(conn, one.id, at)


def _require_free(roster: Roster, slot: Slot, taken: int, at: datetime) -> None:
    if not roster.is_open(office_day(at)):
        raise Conflict("这一期已经结束，谢谢您。", code="closed")
    if not slot.is_on:
        raise Conflict(f"这一班取消了（{slot.cancel_reason}），请选别的班。", code="cancelled")
    if _is_over(slot.day, slot.until_hour, at):
        raise Conflict("这一班已经过去了，请选别的班。", code="over")
    if taken >= slot.wanted:
        raise Conflict("这一班刚好够人了，谢谢您；请看看别的班。", code="full")


def _by_link(conn: Connection, token: str, slot_id: str) -> tuple[Roster, Slot]:
    roster = rosters.by_token(conn, token)
    slot = rosters.held_slot(conn, slot_id)
    if roster is None or slot is None or slot.roster_id != roster.id:
        raise NotFound("没有找到这一班，请回到链接重新选。", field="slot", code="unknown_slot")
    return roster, slot


def _chosen(conn: Connection, roster: Roster, slot_id: str | None, day: date | None) -> list[Slot]:
    return [s for s in rosters.slots_of(conn, [roster.id]) if s.id == slot_id or (day is not None and s.day == day)]


def _line(slot: Slot, taken: Mapping[str, int], at: datetime, names: Sequence[SignUp] = ()) -> SlotLine:
    is_past = _is_over(slot.day, slot.until_hour, at)
    return SlotLine(slot, rules.missing(slot, taken.get(slot.id, 0)), is_past, tuple(names))


def _is_over(day: date, until_hour: int, at: datetime) -> bool:
    local = at.astimezone(OFFICE_ZONE)
    return (day, until_hour) <= (local.date(), local.hour)


def _get(conn: Connection, roster_id: str) -> Roster:
    found = rosters.by_id(conn, roster_id)
    if found is None:
        raise NotFound("没有这次排班，请刷新后再看。", field="roster", code="unknown_roster")
    return found
