"""Whose patch a position lies in, where a workbook names nobody."""

from datetime import date
from typing import Any

from sqlalchemy import Connection

from mapsvc.store import patches


class PatchLookup:
    """The patches in force on a day, by position."""

    def __init__(self, conn: Connection, day: date) -> None:
        self._patches = [p for p in patches.in_force(conn, day) if p.worker_id]
        self._tree: Any = None
        self._areas: Any = None

    def worker_at(self, lon: float, lat: float) -> str | None:
        """Id of the worker whose patch holds the WGS-84 position; of two on a border the first by code."""
        if not self._patches:
            return None
        import shapely

        if self._tree is None:
            self._areas = shapely.from_wkb([bytes(p.area) for p in self._patches])
            self._tree = shapely.STRtree(self._areas)
        found = sorted(self._tree.query(shapely.Point(lon, lat), predicate="intersects"))
        return self._patches[found[0]].worker_id if len(found) else None
