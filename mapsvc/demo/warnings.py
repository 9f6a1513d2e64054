"""Early warnings of the demo: what the last weeks' looks have found, by the program's own detectors."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.alerts import week_of
from mapsvc.domain.times import day_start
from mapsvc.operations.alerts import last_whole_day, run_alerts
from mapsvc.operations.workspace import Clock, Workspace

WEEKS = 5
_HOUR = timedelta(hours=6)


def look_for_warnings(ws: Workspace) -> None:
    """Look as the office's own machine did: early on every Monday, and this morning."""
    now = ws.clock()
    yesterday = last_whole_day(now)
    sunday = week_of(yesterday)
    days = sorted({yesterday, *(sunday - timedelta(weeks=n) for n in range(WEEKS))})
    for day in days:
        run_alerts(replace(ws, clock=_morning_after(day, now)), SYSTEM, day)


def _morning_after(day: date, now: datetime) -> Clock:
    at = min(now, day_start(day + timedelta(days=1)) + _HOUR)
    return lambda: at
