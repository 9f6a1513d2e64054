"""Places 点位: spots that are no shop; made, corrected, listed."""

from dataclasses import dataclass

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.history import Entry
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.places import LocationKind, Place, PositionSource
from mapsvc.domain.times import to_second
from mapsvc.errors import Conflict, NotFound
from mapsvc.operations import history
from mapsvc.operations.corrections import Change, changed, moved_m, write_correction
from mapsvc.operations.issues import Spot, checked_spot, point_at
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, ids, places, search
from mapsvc.store.places import Box

_CODE = "PD"
_FIELDS = ("name", "kind", "responsible_unit", "note")


@dataclass(frozen=True)
class NewPlace:
    """A place to be made; `id` comes from the client."""

    id: str
    name: str
    kind: str | None
    lon: float
    lat: float
    responsible_unit: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class PlacePage:
    """Places by code; `next` is the code to go on after."""

    items: tuple[Place, ...]
    next: str | None


@dataclass(frozen=True)
class PlaceDetail:
    """A place with what is open there."""

    place: Place
    open: tuple[Entry, ...]


def list_places(ws: Workspace, actor: Actor, box: Box | None = None, limit: int = 100, after: str = "") -> PlacePage:
    """Places by code."""
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        found = places.page(conn, limit + 1, after, box)
    return PlacePage(tuple(found[:limit]), found[limit - 1].code if len(found) > limit else None)


def get_place(ws: Workspace, actor: Actor, code: str) -> PlaceDetail:
    """The place with this code; raises NotFound, Forbidden."""
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        place = find_place(conn, code)
        return PlaceDetail(place, history.open_entries(ws, conn, actor, history.Door(None, place_id=place.id)))


def create_place(ws: Workspace, actor: Actor, new: NewPlace) -> tuple[Place, bool]:
    """Make a place with the next free code; the same id with the same content again changes nothing.

    Returns
    -------
    (Place, bool)
        The place, and whether it is new.

    Raises
    ------
    Forbidden
    Refused
        If the position cannot be one here.
    Conflict
        If the id was used for another place.
    """
    require(actor, Action.EDIT_PLACE)
    at = to_second(ws.clock())
    where = point_at(ws, Spot(new.lon, new.lat), ids.of("location", new.id), LocationKind.PLACE)
    with ws.write() as conn:
        before = places.by_ids(conn, [new.id]).get(new.id)
        if before is not None:
            return _same(before, new), False
        place = Place(new.id, _next_code(conn), new.name, where, new.kind, new.responsible_unit, new.note, 1, at, at)
        places.add(conn, place)
        audit.append(conn, actor, "create_place", "place", place.id, after=place, at=at)
        index_place(conn, place)
    return place, True


def correct_place(
    ws: Workspace, actor: Actor, code: str, version: int, changes: dict[str, object], spot: Spot | None = None
) -> Place:
    """Correct a place: any of name, kind, responsible_unit, note, and where it is.

    Raises
    ------
    NotFound, Forbidden, Refused
    Conflict
        If `version` is no longer the stored one.
    """
    require(actor, Action.EDIT_PLACE)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = find_place(conn, code)
        told = changed(before, {name: value for name, value in changes.items() if name in _FIELDS})
        values = {str(c["field"]): c["after"] for c in told}
        if not places.change(conn, before.id, version, updated_at=at, **values):
            raise Conflict(
                f"别人刚改过{before.name}（第{before.version}版），请看过最新的再改。",
                field="version",
                code="stale_version",
            )
        told += _move(ws, conn, before, spot)
        after = find_place(conn, code)
        write_correction(conn, actor, told, at, place=after)
        audit.append(conn, actor, "correct_place", "place", after.id, before, after, at)
        index_place(conn, after)
    return after


def may_change(ws: Workspace, actor: Actor, code: str) -> Place:
    """The place with this code, for somebody who may change it; raises NotFound, Forbidden."""
    require(actor, Action.EDIT_PLACE)
    with ws.read() as conn:
        return find_place(conn, code)


def find_place(conn: Connection, code: str) -> Place:
    """The place with this code; raises NotFound with a sentence that names it."""
    place = places.by_code(conn, code)
    if place is None:
        raise NotFound(f"没有编号为{code}的点位，请核对编号。", field="place", code="unknown_place")
    return place


def index_place(conn: Connection, place: Place) -> None:
    """Make a place findable by name, address and code."""
    subtitle = " ".join(part for part in (place.kind, place.location.address) if part)
    search.index(conn, kind="place", ref=place.id, title=place.name, subtitle=subtitle, code=place.code)


def _move(ws: Workspace, conn: Connection, before: Place, spot: Spot | None) -> list[Change]:
    if spot is None:
        return []
    checked_spot(ws, spot)
    places.change_location(
        conn,
        before.location.id,
        lon=spot.lon,
        lat=spot.lat,
        error_m=spot.error_m,
        position_source=PositionSource.CORRECTED,
        position_note=None,
    )
    return [{"field": "position", "moved_m": moved_m(before.location, spot.lon, spot.lat)}]


def _same(before: Place, new: NewPlace) -> Place:
    told = (new.name, new.kind, new.responsible_unit, new.note)
    if (before.name, before.kind, before.responsible_unit, before.note) != told:
        raise Conflict("这个编号（id）已经用来建过另一个点位，请换一个新的 id。", field="id", code="id_used")
    return before


def _next_code(conn: Connection) -> str:
    # Codes are never reused: deleted ones do not exist, so the highest number counts.
    taken = (place.code for place in places.page(conn, 100_000))
    numbers = [int(code[2:]) for code in taken if code.startswith(_CODE) and code[2:].isdigit()]
    return f"{_CODE}{max(numbers, default=0) + 1:04d}"
