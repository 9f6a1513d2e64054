"""雨前雨后: places on the list of an open storm; its doors are said with what else is due there."""

from mapsvc.operations.demands.gathering import Gathering
from mapsvc.operations.storm_views import open_places


def add(g: Gathering) -> None:
    """Places nobody looked at yet."""
    for spot, look in open_places(g.conn):
        if look.seen_at is None and spot.lon is not None and spot.lat is not None:
            name = spot.name or spot.address or spot.code
            stop = g.at_point(f"place:{spot.code}", name, spot.lon, spot.lat, spot.street, spot.number)
            g.add(stop, "storm", look.text)
