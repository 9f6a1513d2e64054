"""政策日历: what can be done when; windows added, changed, retired, and who asked to be told."""

from datetime import date, timedelta

from sqlalchemy import Connection

from mapsvc.domain.policy_windows import Opening, turns
from mapsvc.domain.times import day_start
from mapsvc.store import policy_windows as store


def openings(conn: Connection, day: date, horizon_days: int) -> tuple[Opening, ...]:
    """Turns of windows in force that are open on `day` or open within `horizon_days` after it, the earliest first."""
    known = store.known_at(conn, day_start(day + timedelta(days=1)))
    return turns(known, day, day + timedelta(days=horizon_days))
