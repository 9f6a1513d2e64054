"""Working days and days off that the office entered against the general calendar."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, select

from mapsvc.store.tables import calendar_day


def read(conn: Connection) -> dict[date, bool]:
    """Whether each entered day is a working day."""
    query = select(calendar_day.c.day, calendar_day.c.is_working)
    return {day: works for day, works in conn.execute(query)}


def entered(conn: Connection) -> list[tuple[date, bool, str]]:
    """Each entered day, whether it is a working day, and the note; by day."""
    ask = select(calendar_day.c.day, calendar_day.c.is_working, calendar_day.c.note).order_by(calendar_day.c.day)
    return [(day, works, note or "") for day, works, note in conn.execute(ask)]


def put(conn: Connection, days: Mapping[date, bool], note: str = "") -> None:
    """Enter days, replacing what was entered for them."""
    for day, works in days.items():
        conn.execute(calendar_day.delete().where(calendar_day.c.day == day))
        conn.execute(calendar_day.insert().values(day=day, is_working=works, note=note or None))


def remove(conn: Connection, day: date) -> None:
    """Go back to the general calendar for `day`."""
    conn.execute(calendar_day.delete().where(calendar_day.c.day == day))
