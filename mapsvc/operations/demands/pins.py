"""Stops that somebody wants walked to, from day to day."""

from mapsvc.domain.pins import Pin
from mapsvc.operations.demands.gathering import Gathering, Stop
from mapsvc.operations.demands.musts import MUST_WORDS
from mapsvc.store import pins, places


def add(g: Gathering) -> None:
    """Pins in force on the day, of this shift or any; whose they are walks them."""
    for pin in pins.on(g.conn, g.day, g.shift):
        stop = _stop(g, pin)
        g.add(stop, "pin", f"{MUST_WORDS}：{pin.text}" if pin.text else MUST_WORDS, calls=stop.shop is not None)
        stop.must, stop.worker = stop.must or pin.is_must, pin.person or stop.worker


def _stop(g: Gathering, pin: Pin) -> Stop:
    kind, _, code = pin.ref.partition(":")
    if kind == "shop" and (at_shop := g.at_shop(code)) is not None:
        return at_shop
    where = place.location if kind == "place" and (place := places.by_code(g.conn, code)) else None
    street, number = (where.street, where.house_number) if where else (None, None)
    return g.at_point(pin.ref, pin.label, pin.lon, pin.lat, street, number)
