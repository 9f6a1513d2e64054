"""Patches 责任片区 in force today."""

from collections.abc import Hashable
from typing import Any

from mapsvc.domain.times import office_day
from mapsvc.maps.sources.ask import Ask, collection
from mapsvc.store import snapshots as store_snapshots


class Patches:
    """Source `patches`; bbox and filters do not apply."""

    def version(self, ask: Ask) -> Hashable:
        """Revision and the office's day, since versions begin on a day."""
        return ask.revision("patches"), office_day(ask.at)

    def answer(self, ask: Ask) -> dict[str, Any]:
        """One polygon each, with the label of the worker who looks after it."""
        from shapely import from_wkb
        from shapely.geometry import mapping

        with ask.ws.read() as conn:
            rows = store_snapshots.patches_in_force(conn, office_day(ask.at))
        features = [
            {
                "type": "Feature",
                "geometry": mapping(from_wkb(row.area)),
                "properties": ask.keep(
                    {
                        "code": row.code,
                        "name": row.name,
                        "worker": row.nickname or row.person_name or "",
                        "illustrative": bool(row.is_illustrative),
                    }
                ),
            }
            for row in rows
        ]
        return collection(features, ask.revision("patches"), len(features))
