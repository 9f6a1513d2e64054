"""雨前雨后: a storm is called, ended, taken back; doors go on and off its list, and what was found there is said."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from mapsvc.domain import storms as rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.storms import DoorOutcome, Storm, StormDoor, StormKind
from mapsvc.domain.times import to_second
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations.storm_risks import DoorAtRisk, by_hand, doors_at_risk, doors_for
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, events, ids, places, shops
from mapsvc.store import storms as store
from mapsvc.store.storms import Spot


@dataclass(frozen=True)
class NewStorm:
    """What comes or came; `id` comes from the client. `from_at` None: now; `most`: how many doors at most."""

    id: str
    kind: StormKind
    is_coming: bool
    from_at: datetime | None = None
    until_at: datetime | None = None
    expected_mm: float | None = None
    text: str | None = None
    most: int = rules.USUAL_DOORS


def call_storm(ws: Workspace, actor: Actor, new: NewStorm) -> tuple[Storm, bool]:
    """Call a storm and make its list; what was announced is over once it has fallen.

    The same id with the same content again changes nothing.

    Returns
    -------
    (Storm, bool)
        The storm, and whether it is new.

    Raises
    ------
    Forbidden
    Refused
        Beside the fields: times out of range, too much rain.
    Conflict
        One of the kind is open already; the id was used for something else.
    """
    require(actor, Action.CALL_STORM)
    at = to_second(ws.clock())
    from_at, until_at = to_second(new.from_at or at), to_second(new.until_at) if new.until_at else None
    rules.require_sound(from_at, until_at, new.is_coming, new.expected_mm, new.text, new.most, at)
    made = Storm(
        new.id, new.kind, new.is_coming, from_at, at, new.expected_mm, until_at, (new.text or "").strip() or None,
        actor.person_id,
    )  # fmt: skip
    with ws.write() as conn:
        before = store.by_id(conn, new.id)
        if before is not None:
            return _same(before, made), False
        _make_room(conn, actor, made)
        risks, ranked = doors_for(conn, at, new.kind, new.is_coming)
        doors = [_listed(made, rank, one, risks.method) for rank, one in enumerate(ranked[: new.most], start=1)]
        store.add(conn, made, doors)
        audit.append(conn, actor, "call_storm", "storm", made.id, None, {"storm": made, "doors": len(doors)}, at)
    return made, True


def end_storm(ws: Workspace, actor: Actor, storm_id: str) -> Storm:
    """Nobody need look any more; ended before, nothing changes.

    Raises
    ------
    NotFound, Forbidden
    """
    require(actor, Action.CALL_STORM)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = _get(conn, storm_id)
        return before if before.ended_at is not None else _end(conn, actor, before, at)


def undo_storm(ws: Workspace, actor: Actor, storm_id: str) -> None:
    """Take back a storm called by mistake, within ten minutes; what it had taken the place of is open again.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        Too late, or somebody said what was found at a door.
    """
    require(actor, Action.CALL_STORM)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = _get(conn, storm_id)
        said = any(d.outcome for d in store.doors(conn, [storm_id]))
        if at > before.made_at + rules.UNDO_WITHIN or said:
            told = "已经有人看过门了" if said else "过了10分钟"
            raise Conflict(f"{told}，不能再撤回；不用看了就点“结束”。", code="too_late")
        store.remove(conn, storm_id)
        for ended in (s for s in store.every(conn, is_open=False) if s.is_coming and s.ended_at == before.made_at):
            store.change(conn, ended.id, ended_at=None)
            audit.append(conn, actor, "reopen_storm", "storm", ended.id, ended, replace(ended, ended_at=None), at)
        audit.append(conn, actor, "undo_storm", "storm", storm_id, before, None, at)


def add_door(ws: Workspace, actor: Actor, storm_id: str, code: str) -> StormDoor:
    """Put a shop or place on the list; there already, nothing changes.

    Raises
    ------
    NotFound, Forbidden
    Refused
        No such shop or place, the list is full.
    Conflict
        The storm is over.
    """
    require(actor, Action.CALL_STORM)
    at = to_second(ws.clock())
    with ws.write() as conn:
        storm = _get(conn, storm_id)
        _require_open(storm)
        spot = _spot(conn, code)
        there = store.doors(conn, [storm_id])
        had = next((d for d in there if (d.shop_id, d.place_id) == (spot.shop_id, spot.place_id)), None)
        if had is not None:
            return had
        if len(there) >= rules.MOST_DOORS:
            told = f"单子上已经有{len(there)}户，一次走不完更多；请先去掉几户。"
            raise Refused(told, field="code", code="full")
        known = {(one.spot.shop_id, one.spot.place_id): one for one in doors_at_risk(conn, storm.made_at).doors}
        risk = known.get((spot.shop_id, spot.place_id)) or by_hand(conn, spot)
        made = _listed(storm, max((d.rank for d in there), default=0) + 1, risk, "by_hand")
        store.add_door(conn, made)
        audit.append(conn, actor, "add_storm_door", "storm_door", made.id, None, made, at)
    return made


def remove_door(ws: Workspace, actor: Actor, door_id: str) -> None:
    """Take a door off the list.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        The storm is over, or it was said what was found there.
    """
    require(actor, Action.CALL_STORM)
    at = to_second(ws.clock())
    with ws.write() as conn:
        door = _door(conn, door_id)
        _require_open(_get(conn, door.storm_id))
        if door.outcome is not None:
            raise Conflict("这一户已经有人看过，留在单子上。", field="door", code="seen")
        store.remove_door(conn, door_id)
        audit.append(conn, actor, "remove_storm_door", "storm_door", door_id, door, None, at)


def see_door(ws: Workspace, actor: Actor, door_id: str, outcome: DoorOutcome | None) -> StormDoor:
    """Say what was found at a door, or (None) that this was a slip; a leak is reported as any issue is.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        The storm is over.
    """
    # Who walks there, and who is told on the phone: all who see the list.
    require(actor, Action.SEE_ALERTS)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = _door(conn, door_id)
        _require_open(_get(conn, before.storm_id))
        if before.outcome is outcome:
            return before
        seen_at, seen_by = (at, actor.person_id) if outcome else (None, None)
        after = replace(before, outcome=outcome, seen_at=seen_at, seen_by=seen_by)
        store.change_door(conn, door_id, outcome=outcome, seen_at=seen_at, seen_by=seen_by)
        events.forget(conn, [door_id])
        if outcome and outcome is not DoorOutcome.NOT_NEEDED:
            events.append(
                conn, type="storm", ref=door_id, at=at, shop_id=before.shop_id, place_id=before.place_id,
                location_id=before.location_id, actor_id=actor.person_id,
            )  # fmt: skip
        audit.append(conn, actor, "see_storm_door", "storm_door", door_id, before, after, at)
    return after


def _make_room(conn: Connection, actor: Actor, new: Storm) -> None:
    """One of a kind at a time; what was announced is over once rain has fallen."""
    for other in store.every(conn, is_open=True):
        if other.is_coming and not new.is_coming:
            _end(conn, actor, other, new.made_at)
        elif other.kind is new.kind:
            told = f"“{other.title}”的单子还开着，请先结束它，或在它上面加户。"
            raise Conflict(told, field="kind", code="storm_open", extra={"storm": other.id})


def _end(conn: Connection, actor: Actor, before: Storm, at: datetime) -> Storm:
    after = replace(before, ended_at=at)
    store.change(conn, before.id, ended_at=at)
    audit.append(conn, actor, "end_storm", "storm", before.id, before, after, at)
    return after


def _listed(storm: Storm, rank: int, one: DoorAtRisk, method: str) -> StormDoor:
    spot = one.spot
    why = {
        "text": one.text, "short": one.short, "n": one.n, "n_rain": one.n_rain, "near": list(one.near),
        "method": method,
    }  # fmt: skip
    return StormDoor(
        ids.of("storm_door", storm.id, spot.shop_id or spot.place_id), storm.id, rank, one.points, spot.shop_id,
        spot.place_id, spot.location_id, one.building, why,
    )  # fmt: skip


def _spot(conn: Connection, code: str) -> Spot:
    written = code.strip().upper()
    if shop := shops.by_code(conn, written):
        return next(s for s in store.shop_spots(conn) if s.shop_id == shop.id)
    if place := places.by_code(conn, written):
        where = place.location
        return Spot(
            None, place.id, where.id, place.code, place.name, None, where.address, where.street, where.house_number,
            where.lon, where.lat,
        )  # fmt: skip
    raise Refused(f"没有编号为{code[:20]}的商铺或点位，请核对编号。", field="code", code="unknown_code")


def _require_open(storm: Storm) -> None:
    if storm.ended_at is not None:
        raise Conflict("这张单子已经结束，不能再改。", field="storm", code="ended")


def _get(conn: Connection, storm_id: str) -> Storm:
    found = store.by_id(conn, storm_id)
    if found is None:
        raise NotFound("没有这张雨前雨后的单子，请刷新后再看。", field="storm", code="unknown_storm")
    return found


def _door(conn: Connection, door_id: str) -> StormDoor:
    found = store.door_by_id(conn, door_id)
    if found is None:
        raise NotFound("单子上没有这一户，可能刚被去掉；请刷新后再看。", field="door", code="unknown_door")
    return found


def _same(before: Storm, new: Storm) -> Storm:
    if (before.kind, before.is_coming, before.expected_mm) != (new.kind, new.is_coming, new.expected_mm):
        raise Conflict("这个编号（id）已经用来发起过另一次，请换一个新的 id。", field="id", code="id_used")
    return before
