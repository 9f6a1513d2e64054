"""The register of those responsible, in the store."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from mapsvc.domain.register import RegisterEntry, Side
from mapsvc.store.tables import register_entry

_FIELDS = tuple(c.name for c in register_entry.c if c.name not in {"side", "updated_at"})


def from_row(row: Row[Any]) -> RegisterEntry:
    """An entry from a row of table register_entry."""
    return RegisterEntry(**{name: getattr(row, name) for name in _FIELDS}, side=Side(row.side))


def for_door(conn: Connection, street: str, number: int) -> list[RegisterEntry]:
    """Who answers for the door `number` of `street`, the narrowest run first."""
    ask = select(register_entry).where(
        register_entry.c.street == street,
        register_entry.c.number_from <= number,
        register_entry.c.number_to >= number,
    )
    found = [from_row(row) for row in conn.execute(ask)]
    covering = (entry for entry in found if entry.covers(street, number))
    return sorted(covering, key=lambda e: (e.number_to - e.number_from, e.id))


def units(conn: Connection) -> list[str]:
    """Every committee and company that the register names, by name."""
    columns = (register_entry.c.residents_committee, register_entry.c.property_company)
    named = (conn.execute(select(c).where(c.is_not(None)).distinct()).scalars() for c in columns)
    return sorted({name for names in named for name in names})


def add(conn: Connection, new: RegisterEntry, at: datetime) -> None:
    """Store a new entry."""
    conn.execute(insert(register_entry).values(**asdict(new), updated_at=at))
