"""Revision numbers of the map's layers; triggers raise them, see migrations/triggers.py."""

from sqlalchemy import Connection, select

from mapsvc.store.tables import revision


def read(conn: Connection) -> dict[str, int]:
    """The number of every layer that data can change."""
    return {layer: n for layer, n in conn.execute(select(revision.c.layer, revision.c.n))}


def read_one(conn: Connection, layer: str) -> int:
    """The number of `layer`; 0 for a layer that no table can change."""
    return conn.execute(select(revision.c.n).where(revision.c.layer == layer)).scalar() or 0


def bump(conn: Connection, layer: str) -> None:
    """Raise the number of `layer` by hand, for a layer whose source is no table."""
    conn.execute(revision.update().where(revision.c.layer == layer).values(n=revision.c.n + 1))
