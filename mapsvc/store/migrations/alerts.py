"""Version 4: early detection."""

from sqlalchemy import Connection

from mapsvc.store.migrations import triggers
from mapsvc.store.tables import alert, alert_run, fit, rainfall, storm, storm_door

# In an order in which each finds what it points to.
TABLES = (alert_run, alert, rainfall, storm, storm_door, fit)


def add(conn: Connection) -> None:
    """The tables of alarms, rain and storms, and the revision they raise."""
    for table in TABLES:
        table.create(conn)
    told = {table.name for table in TABLES}
    triggers.add(conn, [raised for raised in triggers.RAISES if raised[0] in told], ["alerts"])
