"""Counts per source and card, to slow abuse; each is gone after a day."""

from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from mapsvc.store.surface.tables import visit_count


def add(
    conn: Connection, source: str, what: str, at: datetime, key: str | None = None, text: str | None = None
) -> None:
    """Count one act of a source (a keyed hash of an address), with a card if it was with one."""
    conn.execute(insert(visit_count).values(source=source, key=key, what=what, text=text, at=at))


def of_source(conn: Connection, source: str, since: datetime, what: str | None = None, key: str | None = None) -> int:
    """How often since then, of one kind of act if named, with one card if named."""
    ask = select(func.count()).where(visit_count.c.source == source, visit_count.c.at >= since)
    if what is not None:
        ask = ask.where(visit_count.c.what == what)
    if key is not None:
        ask = ask.where(visit_count.c.key == key)
    return int(conn.execute(ask).scalar() or 0)


def of_key(conn: Connection, key: str, since: datetime, what: str | None = None) -> int:
    """How often since then with a card, from wherever."""
    ask = select(func.count()).where(visit_count.c.key == key, visit_count.c.at >= since)
    if what is not None:
        ask = ask.where(visit_count.c.what == what)
    return int(conn.execute(ask).scalar() or 0)


def forget_before(conn: Connection, before: datetime) -> None:
    """Erase what is older."""
    conn.execute(delete(visit_count).where(visit_count.c.at < before))
