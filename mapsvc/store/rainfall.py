"""Daily rainfall in the store."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import Connection, insert, select, update

from mapsvc.domain.rainfall import RainDay
from mapsvc.store.bulk import chunks
from mapsvc.store.tables import rainfall


def between(conn: Connection, first: date, last: date) -> list[RainDay]:
    """What is known from `first` to `last`, both included, by day and station."""
    return [row for _, row in kept(conn, first, last)]


def kept(conn: Connection, first: date, last: date) -> list[tuple[str, RainDay]]:
    """The same with the ids of the rows."""
    ask = (
        select(rainfall.c.id, rainfall.c.day, rainfall.c.station, rainfall.c.mm)
        .where(rainfall.c.day >= first, rainfall.c.day <= last)
        .order_by(rainfall.c.day, rainfall.c.station)
    )
    return [(row.id, RainDay(row.day, row.station, float(row.mm))) for row in conn.execute(ask)]


def add(conn: Connection, rows: Iterable[RainDay], made_by: str | None, at: datetime) -> None:
    """Store days that are new."""
    values = [
        {"id": str(uuid4()), "day": r.day, "station": r.station, "mm": r.mm, "made_by": made_by, "made_at": at}
        for r in rows
    ]
    for some in chunks(values):
        conn.execute(insert(rainfall), list(some))


def change(conn: Connection, row_id: str, mm: float, made_by: str | None, at: datetime) -> None:
    """Another amount for a day that is kept."""
    conn.execute(update(rainfall).where(rainfall.c.id == row_id).values(mm=mm, made_by=made_by, made_at=at))
