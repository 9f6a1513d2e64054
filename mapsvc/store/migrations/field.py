"""Version 2: work in the street."""

from sqlalchemy import Connection

from mapsvc.store.tables import card, handover, tenancy_change, withdrawn

TABLES = (card, withdrawn, tenancy_change, handover)


def add(conn: Connection) -> None:
    """The tables of cards, of what was taken back, of changes of hands told by visits, and of handovers."""
    for table in TABLES:
        table.create(conn)
