"""Version 2: work in the street."""

from sqlalchemy import Connection

from mapsvc.store.tables import card, handover, withdrawn

TABLES = (card, withdrawn, handover)


def add(conn: Connection) -> None:
    """The tables of cards, of what was taken back, and of handovers."""
    for table in TABLES:
        table.create(conn)
