"""多久没走到: a line along each stretch of pavement, by how long ago somebody walked there."""

from collections.abc import Hashable
from typing import Any

from mapsvc.domain.coverage import Part, ago_words, band_of
from mapsvc.domain.times import office_day
from mapsvc.maps.sources.ask import Ask, collection
from mapsvc.operations.coverage import LAYERS, cover_between
from mapsvc.operations.stretches import stretches_of

# Doors are drawn on the pavement: the lines keep clear of them.
_ASIDE_M = 7.0


class Coverage:
    """Source `coverage`: all streets in one answer; of the filters only the part of the day applies."""

    def version(self, ask: Ask) -> Hashable:
        """Revisions, the office's day, and the part of the day."""
        return ask.revision(*LAYERS), office_day(ask.at), ask.query.part

    def answer(self, ask: Ask) -> dict[str, Any]:
        """One line per stretch of one side."""
        day, known = office_day(ask.at), stretches_of(ask.ws)
        part = Part(ask.query.part) if ask.query.part else None
        features = []
        for number, one in enumerate(cover_between(ask.ws, day, day).segments):
            last = one.walked.last_in(part)
            told = {
                "segment": one.id, "band": band_of(last, day).value, "label": one.label, "side": one.side_label,
                "last": ago_words(last, day),
            }  # fmt: skip
            line = [[round(lon, 6), round(lat, 6)] for lon, lat in known.pavement(number, _ASIDE_M)]
            features.append(
                {
                    "type": "Feature",
                    "geometry": {"type": "LineString", "coordinates": line},
                    "properties": ask.keep(told),
                }
            )
        return collection(features, ask.revision(*LAYERS), len(features))
