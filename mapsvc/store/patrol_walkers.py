"""Where people set out and end, and how long they walk, in the store."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from mapsvc.store.tables import patrol_walker, person


@dataclass(frozen=True)
class Ways:
    """A person's own ways; what is None is as for everybody."""

    person_id: str
    changed_at: datetime
    start_lon: float | None = None
    start_lat: float | None = None
    start_label: str | None = None
    end_lon: float | None = None
    end_lat: float | None = None
    end_label: str | None = None
    minutes: int | None = None


def every(conn: Connection, person_ids: Iterable[str] | None = None) -> dict[str, Ways]:
    """By the person's id; of these people only, if given."""
    ask = select(patrol_walker)
    if person_ids is not None:
        ask = ask.where(patrol_walker.c.person_id.in_(sorted(person_ids)))
    return {row.person_id: Ways(**row._mapping) for row in conn.execute(ask)}


def by_name(conn: Connection) -> dict[str, Ways]:
    """By what colleagues call them; who left is left out."""
    name = func.coalesce(person.c.nickname, person.c.name).label("walker")
    ask = select(patrol_walker, name).join(person, person.c.id == patrol_walker.c.person_id)
    found = {}
    for row in conn.execute(ask.where(person.c.left_at.is_(None)).order_by(name)):
        values = dict(row._mapping)
        walker = values.pop("walker")
        found[walker] = Ways(**values)
    return found


def put(conn: Connection, new: Ways) -> None:
    """Write one, in place of what was there."""
    remove(conn, new.person_id)
    conn.execute(insert(patrol_walker).values(**vars(new)))


def remove(conn: Connection, person_id: str) -> None:
    """As for everybody."""
    conn.execute(delete(patrol_walker).where(patrol_walker.c.person_id == person_id))
