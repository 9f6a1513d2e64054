"""The newest schema, made whole: tables, triggers, search index, geometry."""

from sqlalchemy import Connection

from mapsvc.store.tables import metadata


def create(conn: Connection) -> None:
    """Make every table and what hangs on it in an empty store."""
    metadata.create_all(conn)
