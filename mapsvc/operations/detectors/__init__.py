"""What looks for early warnings: each detector tests one kind of sign, by what was known at the end of a day."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import Connection

from mapsvc.domain.alerts import Looked
from mapsvc.operations.detectors import last_year, outbreaks, relapses, rises, topics, windows
from mapsvc.operations.workspace import Workspace

Detector = Callable[[Workspace, Connection, date, int], Looked]
"""Workspace, connection, the last day to look at, seed."""
DETECTORS: tuple[Detector, ...] = (
    relapses.look,
    outbreaks.look,
    rises.look,
    windows.look,
    topics.look,
    last_year.look,
)
"""In the order in which they look."""
