"""Councils in the store."""

from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from mapsvc.domain.councils import Council
from mapsvc.store.rows import by_ids as rows_by_ids
from mapsvc.store.tables import council

_FIELDS = tuple(f.name for f in fields(Council))


def from_row(row: Row[Any]) -> Council:
    """A council from a row of table council."""
    return Council(**{name: getattr(row, name) for name in _FIELDS})


def by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, Council]:
    """Councils by id; unknown ids are left out."""
    return {row.id: from_row(row) for row in rows_by_ids(conn, council, ids)}


def of_case(conn: Connection, case_id: str) -> list[Council]:
    """Councils held on a case, oldest first."""
    ask = select(council).where(council.c.case_id == case_id).order_by(council.c.held_at, council.c.id)
    return [from_row(r) for r in conn.execute(ask)]


def add(conn: Connection, new: Council) -> None:
    """Store a new council."""
    conn.execute(insert(council).values(**asdict(new)))
