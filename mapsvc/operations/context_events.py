"""诱因: entered, ended, taken back; some open a watch by themselves."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from mapsvc.domain import context_events as rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.context_events import ContextEvent
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.places import Location
from mapsvc.domain.times import to_second
from mapsvc.domain.watches import FOLLOWS, REACH_M, WatchOrigin, after_context
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations.issues import Spot, at_shop, point_at
from mapsvc.operations.watches import open_watch
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, context_events, events, ids, places, watches


@dataclass(frozen=True)
class NewContext:
    """What happened; `id` comes from the client. Of `place`, `shop` (codes) and `position` one is needed."""

    id: str
    kind: str
    text: str
    from_at: datetime
    until_at: datetime | None = None
    place: str | None = None
    shop: str | None = None
    position: Spot | None = None
    radius_m: float | None = None


def add_context(ws: Workspace, actor: Actor, new: NewContext) -> tuple[ContextEvent, bool]:
    """Write down what happened; the same id with the same content again changes nothing.

    Returns
    -------
    (ContextEvent, bool)
        The event, and whether it is new.

    Raises
    ------
    Forbidden
    Refused
        Beside the fields: no words, an unknown kind, an end before the beginning, no place.
    Conflict
        If the id was used for something else.
    """
    require(actor, Action.EDIT_CONTEXT)
    at = to_second(ws.clock())
    from_at, until_at = to_second(new.from_at), to_second(new.until_at) if new.until_at else None
    rules.require_sound(new.kind, new.text, from_at, until_at, new.radius_m, at)
    with ws.write() as conn:
        before = context_events.by_id(conn, new.id)
        if before is not None:
            return _same(before, new), False
        where, place_id, is_new = _where(ws, conn, new)
        if where.lon is None or where.lat is None:
            raise Refused("这里还没有位置，请先在地图上标出来。", field="place", code="no_position")
        if is_new:
            places.add_location(conn, where)
        made = ContextEvent(
            new.id, new.kind, new.text.strip(), where.lon, where.lat, from_at, new.radius_m, until_at, where.id,
            place_id, actor.person_id, at,
        )  # fmt: skip
        context_events.add(conn, made)
        _tell(conn, actor, made, at)
        audit.append(conn, actor, "add_context", "context_event", made.id, None, made, at)
        _watch(conn, actor, made, at)
    return made, True


def end_context(ws: Workspace, actor: Actor, event_id: str, until_at: datetime) -> ContextEvent:
    """Say until when it went on; what watches it goes on for 60 days from then.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        If it was taken back.
    Refused
        An end before the beginning.
    """
    require(actor, Action.EDIT_CONTEXT)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = _get(conn, event_id)
        if before.withdrawn_at is not None:
            raise Conflict("这条诱因已经撤回；要改请先恢复。", code="withdrawn")
        until = to_second(until_at)
        rules.require_sound(before.kind, before.text, before.from_at, until, before.radius_m, at)
        after = replace(before, until_at=until)
        context_events.change(conn, event_id, until_at=until)
        audit.append(conn, actor, "end_context", "context_event", event_id, before, after, at)
        _watch(conn, actor, after, at)
    return after


def withdraw_context(ws: Workspace, actor: Actor, event_id: str) -> ContextEvent:
    """Take it back: a mistake. Its watch ends, its line in the history goes; taken back before, nothing changes.

    Raises
    ------
    NotFound, Forbidden
    """
    require(actor, Action.EDIT_CONTEXT)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = _get(conn, event_id)
        if before.withdrawn_at is not None:
            return before
        after = replace(before, withdrawn_at=at)
        context_events.change(conn, event_id, withdrawn_at=at)
        events.forget(conn, [event_id])
        watch = watches.of_ref(conn, event_id)
        if watch is not None:
            watches.change(conn, watch.id, ended_at=at)
        audit.append(conn, actor, "withdraw_context", "context_event", event_id, before, after, at)
    return after


def restore_context(ws: Workspace, actor: Actor, event_id: str) -> ContextEvent:
    """It was no mistake after all; raises as `withdraw_context`."""
    require(actor, Action.EDIT_CONTEXT)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = _get(conn, event_id)
        if before.withdrawn_at is None:
            return before
        after = replace(before, withdrawn_at=None)
        context_events.change(conn, event_id, withdrawn_at=None)
        _tell(conn, actor, after, at)
        audit.append(conn, actor, "restore_context", "context_event", event_id, before, after, at)
        _watch(conn, actor, after, at)
    return after


def list_context(
    ws: Workspace, actor: Actor, since: datetime | None = None, until: datetime | None = None
) -> tuple[ContextEvent, ...]:
    """What happened from `since` (None: ever) to `until` (None: whenever), the earliest first.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_MAP)
    end = until or datetime(2100, 1, 1, tzinfo=ws.clock().tzinfo)
    with ws.read() as conn:
        return tuple(context_events.going_on(conn, since, end))


def get_context(ws: Workspace, actor: Actor, event_id: str) -> ContextEvent:
    """One, taken back or not; raises NotFound, Forbidden."""
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        return _get(conn, event_id)


def around_spot(conn: Connection, where: Location, since: datetime | None, until: datetime) -> list[ContextEvent]:
    """What happened so near that it counts at this location, the earliest first."""
    from mapsvc.geo.local import distance_m

    if where.lon is None or where.lat is None:
        return []
    return [
        e
        for e in context_events.going_on(conn, since, until)
        if e.location_id == where.id
        or distance_m(where.lon, where.lat, e.lon, e.lat) <= max(e.radius_m or 0.0, REACH_M if e.place_id else 0.0)
    ]


def _where(ws: Workspace, conn: Connection, new: NewContext) -> tuple[Location, str | None, bool]:
    if sum(one is not None for one in (new.place, new.shop, new.position)) != 1:
        raise Refused("要说明在哪里：点位、商铺或地图上的位置，填一个。", field="place", code="no_place")
    if new.place:
        place = places.by_code(conn, new.place)
        if place is None:
            raise Refused(f"没有编号为{new.place}的点位，请核对编号。", field="place", code="unknown_place")
        return place.location, place.id, False
    if new.shop:
        return at_shop(conn, new.shop, ws.clock()).location, None, False
    assert new.position is not None  # counted above
    return point_at(ws, new.position, ids.of("location", new.id)), None, True


def _tell(conn: Connection, actor: Actor, event: ContextEvent, at: datetime) -> None:
    events.append(
        conn, type="context", ref=event.id, at=min(event.from_at, at), place_id=event.place_id,
        shop_id=context_events.shop_at(conn, event.location_id), location_id=event.location_id,
        actor_id=actor.person_id,
    )  # fmt: skip


def _watch(conn: Connection, actor: Actor, event: ContextEvent, at: datetime) -> None:
    if event.kind not in FOLLOWS:
        return
    open_watch(
        conn, actor, origin=WatchOrigin.CONTEXT, text=f"{event.text}{'后' if event.is_momentary else '起'}",
        from_at=event.from_at,
        until_at=after_context(event.from_at, event.until_at, event.is_momentary), at=at, ref=event.id,
        place_id=event.place_id, location_id=event.location_id, kind=event.kind,
    )  # fmt: skip


def _get(conn: Connection, event_id: str) -> ContextEvent:
    found = context_events.by_id(conn, event_id)
    if found is None:
        raise NotFound("没有这条诱因，请刷新后再看。", field="context", code="unknown_context")
    return found


def _same(before: ContextEvent, new: NewContext) -> ContextEvent:
    told = (new.kind, new.text.strip(), to_second(new.from_at))
    if (before.kind, before.text, before.from_at) != told:
        raise Conflict("这个编号（id）已经用来记过另一条诱因，请换一个新的 id。", field="id", code="id_used")
    return before
