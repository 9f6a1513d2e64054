"""Whose patch a position lies in, where a workbook names nobody."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from mapsvc.domain.patches import Patch
from mapsvc.store import patches


class PatchLookup:
    """The patches in force on a day, by position."""

    def __init__(self, conn: Connection, day: date) -> None:
        self._patches = [p for p in patches.in_force(conn, day) if p.worker_id]
        self._tree: Any = None

    def at(self, spots: Sequence[tuple[float, float]]) -> list[Patch | None]:
        """The patch with a worker that holds each WGS-84 (lon, lat); of two on a border the first by code."""
        found: list[Patch | None] = [None] * len(spots)
        if not self._patches or not spots:
            return found
        import shapely

        if self._tree is None:
            self._tree = shapely.STRtree(shapely.from_wkb([bytes(p.area) for p in self._patches]))
        pairs = self._tree.query(shapely.points(spots), predicate="intersects").T.tolist()
        for spot, patch in sorted(pairs, reverse=True):
            found[spot] = self._patches[patch]
        return found
