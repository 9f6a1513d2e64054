"""政策进商铺: said where somebody calls anyway; a stop of its own only where the window closes before the next call."""

from mapsvc.domain.campaigns import days_pressing, ride_words
from mapsvc.operations.demands.gathering import Gathering


def add_calls(g: Gathering) -> None:
    """Doors whose own call comes only after the window has closed."""
    for shop_id, some in g.campaigns.items():
        door = g.doors.get(shop_id)
        for one in some:
            if one.is_wanted_on(g.day) and door is not None and (stop := g.at_shop(door.code)) is not None:
                late = days_pressing(one.campaign, g.day)
                g.add(stop, "campaign", one.extra_words, days_late=late, calls=True)


def add(g: Gathering) -> None:
    """What rides on calls that are due anyway: it makes them a little longer, and is no reason to go."""
    due = {stop.shop: stop for stop in g.stops.values() if stop.shop and stop.calls}
    for shop_id, some in g.campaigns.items() if due else ():
        door = g.doors.get(shop_id)
        for one in some:
            if not one.is_extra and door is not None and door.code in due:
                g.add(due[door.code], "campaign", ride_words(one.campaign), calls=True)
