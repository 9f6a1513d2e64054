"""Today's patrol: a line per route and its numbered stops."""

from collections.abc import Hashable
from typing import Any

from mapsvc.domain.times import office_day
from mapsvc.maps.sources.ask import Ask, collection
from mapsvc.patrol.exports import to_geojson
from mapsvc.store import patrols as store_patrols


class Patrol:
    """Source `patrol`: the plan of today handed out last, else made last; bbox and filters do not apply."""

    def version(self, ask: Ask) -> Hashable:
        """Revision and the office's day."""
        return ask.revision("patrol"), office_day(ask.at)

    def answer(self, ask: Ask) -> dict[str, Any]:
        """Lines first, so that the stops lie on top; surnames only, a map that hangs on the wall names nobody."""
        with ask.ws.read() as conn:
            kept = store_patrols.walked_on(conn, office_day(ask.at))
        features = to_geojson(kept.carried)["features"] if kept else []
        for feature in features:
            feature["properties"] = ask.keep(feature["properties"])
        return collection(features, ask.revision("patrol"), len(features))
