"""What is to be reached on this shift, due or not, because somebody said so."""

from mapsvc.operations.demands.gathering import Gathering, Stop
from mapsvc.store import places

MUST_WORDS = "指定要去"


def add(g: Gathering) -> None:
    """Refs or codes of doors and places; those nobody knows are left out."""
    for asked in g.must:
        stop = _stop(g, asked)
        if stop is None:
            continue
        stop.insists = True
        if not stop.reasons:
            g.add(stop, "must", MUST_WORDS, calls=stop.shop is not None)


def _stop(g: Gathering, asked: str) -> Stop | None:
    kind, _, code = asked.rpartition(":")
    if asked in g.stops:
        return g.stops[asked]
    if kind in ("", "shop") and (at_shop := g.at_shop(code)) is not None:
        return at_shop
    if f"place:{code}" in g.stops:
        return g.stops[f"place:{code}"]
    if kind not in ("", "place") or (place := places.by_code(g.conn, code)) is None:
        return None
    where = place.location
    if where.lon is None or where.lat is None:
        return None
    return g.at_point(f"place:{code}", place.name, where.lon, where.lat, where.street, where.house_number)
