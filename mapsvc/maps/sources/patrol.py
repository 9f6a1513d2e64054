"""Today's published patrol: a line per route and its numbered stops."""

from collections.abc import Hashable, Iterator
from typing import Any

from mapsvc.domain.times import office_day
from mapsvc.maps.sources.ask import Ask, collection, point
from mapsvc.store import snapshots as store_snapshots


class Patrol:
    """Source `patrol`; bbox and filters do not apply."""

    def version(self, ask: Ask) -> Hashable:
        """Revision and the office's day."""
        return ask.revision("patrol"), office_day(ask.at)

    def answer(self, ask: Ask) -> dict[str, Any]:
        """Lines first, so that the stops lie on top."""
        with ask.ws.read() as conn:
            plans = store_snapshots.plans_published(conn, office_day(ask.at))
        routes = [route for plan in plans for route in plan["routes"]]
        features = [_line(ask, route) for route in routes]
        features += [stop for route in routes for stop in _stops(ask, route)]
        return collection(features, ask.revision("patrol"), len(features))


def _of_route(route: dict[str, Any]) -> dict[str, Any]:
    # The surname alone: a map that hangs on the wall names nobody.
    return {"route": route["title"], "color_index": route["color_index"], "surname": route["worker"][:1]}


def _line(ask: Ask, route: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": route["geometry"], "properties": ask.keep(_of_route(route))}


def _stops(ask: Ask, route: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for stop in route["stops"]:
        properties = _of_route(route) | {"order": stop["order"], "about": stop["about"]}
        yield point(stop["lon"], stop["lat"], ask.keep(properties))
