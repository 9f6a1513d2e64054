"""沉默商户: doors called on anyway, where nobody ever said what they need."""

from mapsvc.operations.demands.gathering import Gathering
from mapsvc.operations.silent import silent_ids

_VISITS = ("call", "first_visit", "special", "return_visit", "promise")


def add(g: Gathering) -> None:
    """Nobody is sent out for it alone: it makes a call that is due last a little longer."""
    due = {s.shop: s for s in g.stops.values() if s.shop and s.has(*_VISITS)}
    for shop_id in sorted(silent_ids(g.conn, g.at)) if due else ():
        door = g.doors.get(shop_id)
        if door is not None and door.code in due:
            g.add(due[door.code], "silent", "见过几次都没开口，多聊几句", calls=True)
