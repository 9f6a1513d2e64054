"""Pinned stops in the store."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, or_, select, update

from mapsvc.domain.patrol import Shift
from mapsvc.domain.pins import Pin
from mapsvc.store.tables import patrol_pin, person

_OWN = tuple(f.name for f in fields(Pin) if f.name != "person")


def add(conn: Connection, new: Pin) -> None:
    """Store a new pin."""
    values = {name: getattr(new, name) for name in _OWN}
    conn.execute(insert(patrol_pin).values(**values | {"shift": new.shift.value if new.shift else None}))


def end(conn: Connection, pin_id: str, at: datetime | None) -> None:
    """Write when it ended; None: it holds again."""
    conn.execute(update(patrol_pin).where(patrol_pin.c.id == pin_id).values(ended_at=at))


def by_id(conn: Connection, pin_id: str) -> Pin | None:
    """The pin with this id."""
    return next(iter(_all(conn, _pins().where(patrol_pin.c.id == pin_id))), None)


def by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, Pin]:
    """Pins by id; unknown ids are left out."""
    wanted = sorted({i for i in ids if i})
    return {pin.id: pin for pin in _all(conn, _pins().where(patrol_pin.c.id.in_(wanted)))} if wanted else {}


def on(conn: Connection, day: date, shift: Shift | None = None) -> list[Pin]:
    """Pins in force on `day`, of `shift` or of any; the first made first."""
    ask = _pins().where(patrol_pin.c.from_day <= day, patrol_pin.c.ended_at.is_(None))
    ask = ask.where(or_(patrol_pin.c.until_day.is_(None), patrol_pin.c.until_day >= day))
    if shift is not None:
        ask = ask.where(or_(patrol_pin.c.shift.is_(None), patrol_pin.c.shift == shift.value))
    return _all(conn, ask)


def every(conn: Connection) -> list[Pin]:
    """All pins, those ended too; the first made first."""
    return _all(conn, _pins())


def _pins() -> Select[Any]:
    name = func.coalesce(person.c.nickname, person.c.name).label("person")
    return select(patrol_pin, name).outerjoin(person, person.c.id == patrol_pin.c.person_id)


def _all(conn: Connection, ask: Select[Any]) -> list[Pin]:
    return [_pin(row) for row in conn.execute(ask.order_by(patrol_pin.c.made_at, patrol_pin.c.id))]


def _pin(row: Row[Any]) -> Pin:
    values = {name: getattr(row, name) for name in (*_OWN, "person")}
    shift = Shift(row.shift) if row.shift else None
    return Pin(**values | {"shift": shift, "is_must": bool(row.is_must)})
