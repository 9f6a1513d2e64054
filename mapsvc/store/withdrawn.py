"""Tombstones of what was taken back: an id that is here is never written again."""

from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import Connection, insert, select

from mapsvc.domain.withdrawals import Withdrawn
from mapsvc.store.rows import by_ids as rows_by_ids
from mapsvc.store.tables import withdrawn


def by_id(conn: Connection, record_id: str) -> Withdrawn | None:
    """The tombstone of this id."""
    row = conn.execute(select(withdrawn).where(withdrawn.c.id == record_id)).first()
    return Withdrawn(row.id, row.type, row.at, row.by_id) if row else None


def among(conn: Connection, ids: Iterable[str]) -> set[str]:
    """Those of `ids` that were taken back."""
    return {row.id for row in rows_by_ids(conn, withdrawn, ids)}


def add(conn: Connection, new: Withdrawn) -> None:
    """Store a tombstone."""
    conn.execute(insert(withdrawn).values(asdict(new)))
