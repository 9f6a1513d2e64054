"""Hot spots 问题分布: the numbers per stretch of one side of a street, as polygons."""

from collections.abc import Hashable
from typing import Any

from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.times import office_day
from mapsvc.maps.sources.ask import Ask, collection


class Hotspots:
    """Source `hotspots`: the whole street is one answer; of the filters only a single kind applies."""

    def version(self, ask: Ask) -> Hashable:
        """Revision, the office's day, and the kind asked for."""
        return ask.revision("hotspots"), office_day(ask.at), _kind(ask)

    def answer(self, ask: Ask) -> dict[str, Any]:
        """One polygon per cell that is drawn: with three doors at least, and other than usual.

        `sentence` says it for the whole street, `window` of which time it speaks.
        """
        from mapsvc.domain.hotspots import Verdict, window_words
        from mapsvc.operations.hotspots import HotspotQuery, cell_json, hotspot_map

        found = hotspot_map(ask.ws, SYSTEM, HotspotQuery(until=office_day(ask.at), kind=_kind(ask)))
        features = [
            {
                "type": "Feature",
                "geometry": {"type": "Polygon", "coordinates": [_closed(cell.shape.ring)]},
                "properties": ask.keep(cell_json(cell)),
            }
            for cell in found.cells
            if cell.shape.is_marked and cell.spot.verdict is not Verdict.USUAL
        ]
        told = {"sentence": found.sentence, "window": window_words(found.days)}
        return collection(features, ask.revision("hotspots"), len(features)) | told


def _closed(ring: tuple[tuple[float, float], ...]) -> list[list[float]]:
    """The ring to a tenth of a metre."""
    closed = ring if not ring or ring[0] == ring[-1] else (*ring, ring[0])
    return [[round(lon, 6), round(lat, 6)] for lon, lat in closed]


def _kind(ask: Ask) -> str | None:
    return ask.query.kinds[0] if len(ask.query.kinds) == 1 else None
