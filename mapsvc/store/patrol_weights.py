"""What the office weighs otherwise than as shipped, in the store."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from mapsvc.store.tables import patrol_weight


@dataclass(frozen=True)
class OwnWeight:
    """A reason's numbers as the office set them."""

    code: str
    points: int
    growth: int
    minutes: int
    changed_by: str | None
    changed_at: datetime


def every(conn: Connection) -> dict[str, OwnWeight]:
    """All of them, by the reason's code."""
    return {row.code: OwnWeight(**row._mapping) for row in conn.execute(select(patrol_weight))}


def put(conn: Connection, new: OwnWeight) -> None:
    """Write one, in place of what was there."""
    remove(conn, new.code)
    conn.execute(insert(patrol_weight).values(**vars(new)))


def remove(conn: Connection, code: str) -> bool:
    """Go back to what is shipped; whether there was anything."""
    return conn.execute(delete(patrol_weight).where(patrol_weight.c.code == code)).rowcount > 0
