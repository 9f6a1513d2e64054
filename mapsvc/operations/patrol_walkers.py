"""出发和收工: where each sets out and ends, and how long they walk, where it is otherwise than everybody's."""

from dataclasses import dataclass

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.patrol import LonLat, Special
from mapsvc.domain.people import Person
from mapsvc.domain.permissions import Action, may, require
from mapsvc.domain.times import office_day, to_second
from mapsvc.errors import NotFound, Refused
from mapsvc.operations import whereabouts
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, demand, people
from mapsvc.store import patrol_walkers as store
from mapsvc.store.patrol_walkers import Ways

MINUTES = (15, 480)


@dataclass(frozen=True)
class WalkerLine:
    """Somebody who walks, and their own ways (None: as for everybody)."""

    person: Person
    ways: Ways | None


def presets(conn: Connection) -> dict[str, Special]:
    """What differs for whom, by what colleagues call them; people without anything of their own are left out."""
    return {name: _special(name, ways) for name, ways in store.by_name(conn).items()}


def list_walkers(ws: Workspace, actor: Actor) -> tuple[WalkerLine, ...]:
    """Who walks, by name; oneself alone for those who plan their own walk.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.PLAN_PATROL, actor.person_id)
    with ws.read() as conn:
        walking = demand.walkers(conn, office_day(ws.clock()))
        staff = [p for p in people.staff(conn) if p.id in walking or p.id == actor.person_id]
        own = store.every(conn)
    seen = [p for p in staff if may(actor, Action.PLAN_PATROL, p.id)]
    return tuple(WalkerLine(p, own.get(p.id)) for p in sorted(seen, key=lambda p: (p.display_name, p.id)))


def set_ways(ws: Workspace, actor: Actor, person_id: str, start: str, end: str, minutes: int | None) -> Ways | None:
    """Say where somebody sets out and ends and for how long they walk; all empty: as for everybody.

    Parameters
    ----------
    start, end : str
        A code, a name, a door's number or ``lon,lat``; empty: as for everybody.

    Raises
    ------
    NotFound, Forbidden
    Refused
        Beside ``start``, ``end``, ``minutes``.
    """
    require(actor, Action.PLAN_PATROL, person_id)
    if minutes is not None and not MINUTES[0] <= minutes <= MINUTES[1]:
        raise Refused(f"时长要在{MINUTES[0]}到{MINUTES[1]}分钟之间。", field="minutes", code="minutes")
    at = to_second(ws.clock())
    with ws.write() as conn:
        if all(person.id != person_id for person in people.staff(conn)):
            raise NotFound("没有这个人，请刷新后再改。", field="person", code="unknown_person")
        before = store.every(conn, [person_id]).get(person_id)
        begins, ends = (_spot(ws, conn, told, name, before) for told, name in ((start, "start"), (end, "end")))
        new = Ways(person_id, at, *begins, *ends, minutes)
        is_own = any(value is not None for value in (new.start_lon, new.end_lon, minutes))
        store.remove(conn, person_id)
        if is_own:
            store.put(conn, new)
        if is_own or before is not None:
            after = new if is_own else None
            audit.append(conn, actor, "set_patrol_ways", "patrol_walker", person_id, before, after, at)
    return new if is_own else None


def _spot(
    ws: Workspace, conn: Connection, told: str, name: str, before: Ways | None
) -> tuple[float | None, float | None, str | None]:
    """Lon, lat and label; what stands there already is meant as it is."""
    if not told.strip():
        return None, None, None
    kept: str | None = getattr(before, f"{name}_label", None)
    if before is not None and kept == told.strip():
        return getattr(before, f"{name}_lon"), getattr(before, f"{name}_lat"), kept
    found = whereabouts.find(ws, conn, told, name)
    return found.lon, found.lat, found.label


def _special(name: str, ways: Ways) -> Special:
    return Special(name, ways.minutes, _end(ways.start_lon, ways.start_lat), _end(ways.end_lon, ways.end_lat))


def _end(lon: float | None, lat: float | None) -> LonLat | None:
    return (lon, lat) if lon is not None and lat is not None else None
