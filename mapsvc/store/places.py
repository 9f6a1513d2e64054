"""Locations and places in the store."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, insert, select, update

from mapsvc.domain.places import Location, LocationKind, Place, PositionSource
from mapsvc.store.tables import location, place

Box = tuple[float, float, float, float]
"""West, south, east, north in WGS-84 degrees."""

LOCATION = tuple(c.label(f"location_{c.name}") for c in location.c if c.name != "id" and c.name != "kind")
_LOCATION_FIELDS = tuple(c.name for c in location.c if c.name not in {"id", "kind", "position_source"})
_PLACE_FIELDS = ("code", "name", "kind", "responsible_unit", "note", "version", "created_at", "updated_at")


def location_of(row: Row[Any], location_id: str, kind: LocationKind) -> Location:
    """A location from a row that carries the columns `LOCATION`."""
    values = {name: getattr(row, f"location_{name}") for name in _LOCATION_FIELDS}
    source = row.location_position_source
    return Location(location_id, kind, position_source=PositionSource(source) if source else None, **values)


def within(box: Box) -> ColumnElement[bool]:
    """Whether a location lies in `box`."""
    west, south, east, north = box
    return location.c.lon.between(west, east) & location.c.lat.between(south, north)


def add_location(conn: Connection, new: Location) -> None:
    """Store a new location."""
    values = {name: getattr(new, name) for name in _LOCATION_FIELDS}
    conn.execute(insert(location).values(id=new.id, kind=new.kind, position_source=new.position_source, **values))


def location_by_id(conn: Connection, location_id: str) -> Location | None:
    """The location with this id."""
    row = conn.execute(select(location.c.kind, *LOCATION).where(location.c.id == location_id)).first()
    return location_of(row, location_id, LocationKind(row.kind)) if row else None


def change_location(conn: Connection, location_id: str, **values: object) -> None:
    """Write some columns of a location."""
    conn.execute(update(location).where(location.c.id == location_id).values(**values))


def _places() -> Select[Any]:
    return select(place, *LOCATION).join(location, location.c.id == place.c.location_id)


def from_row(row: Row[Any]) -> Place:
    """A place from a row of place joined with `LOCATION`."""
    return Place(
        row.id,
        location=location_of(row, row.location_id, LocationKind.PLACE),
        **{name: getattr(row, name) for name in _PLACE_FIELDS},
    )


def by_code(conn: Connection, code: str) -> Place | None:
    """The place with this code."""
    row = conn.execute(_places().where(place.c.code == code)).first()
    return from_row(row) if row else None


def by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, Place]:
    """Places by id; unknown ids are left out."""
    wanted = sorted({i for i in ids if i})
    if not wanted:
        return {}
    return {row.id: from_row(row) for row in conn.execute(_places().where(place.c.id.in_(wanted)))}


def page(conn: Connection, limit: int, after: str = "", box: Box | None = None) -> list[Place]:
    """Up to `limit` places by code, after code `after`."""
    ask = _places().where(place.c.code > after).order_by(place.c.code).limit(limit)
    if box:
        ask = ask.where(within(box))
    return [from_row(row) for row in conn.execute(ask)]


def add(conn: Connection, new: Place) -> None:
    """Store a new place with its location."""
    add_location(conn, new.location)
    values = {name: getattr(new, name) for name in _PLACE_FIELDS}
    conn.execute(insert(place).values(id=new.id, location_id=new.location.id, **values))


def change(conn: Connection, place_id: str, version: int, **values: object) -> bool:
    """Write some columns of a place and count its version up; False if `version` is no longer the stored one."""
    ask = update(place).where(place.c.id == place_id, place.c.version == version)
    return conn.execute(ask.values(version=version + 1, **values)).rowcount == 1
