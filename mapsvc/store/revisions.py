"""Revision numbers of the map's layers; triggers raise them, see migrations/triggers.py."""

from sqlalchemy import Connection, select

from mapsvc.store.tables import revision


def read(conn: Connection) -> dict[str, int]:
    """The number of every layer that data can change."""
    return {layer: n for layer, n in conn.execute(select(revision.c.layer, revision.c.n))}
