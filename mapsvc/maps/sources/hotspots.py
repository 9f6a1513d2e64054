"""Hot spots 问题分布: the numbers per stretch of one side of a street, as polygons."""

from collections.abc import Hashable
from typing import Any

from mapsvc.domain.times import office_day
from mapsvc.maps.sources.ask import Ask, collection


class Hotspots:
    """Source `hotspots`; the whole street is one answer, bbox does not apply."""

    def version(self, ask: Ask) -> Hashable:
        """Revision, the office's day, and the kinds asked for."""
        return ask.revision("hotspots"), office_day(ask.at), ask.query.kinds

    def answer(self, ask: Ask) -> dict[str, Any]:
        """One polygon per cell that has something to say."""
        return collection([], ask.revision("hotspots"), 0)
