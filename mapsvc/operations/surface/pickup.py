"""When what is said now is picked up and answered, as far as the public surface knows."""

from datetime import datetime

from mapsvc.domain.pickup import Pickup, pickup_at
from mapsvc.operations.surface.space import Space
from mapsvc.store.surface import facts
from mapsvc.store.surface.documents import time_of

__all__ = ["Pickup", "pickup"]


def pickup(space: Space, at: datetime) -> Pickup:
    """What can be promised to who says something at `at`, by the last letter and the hours that were laid out."""
    with space.read() as conn:
        seen, spans = facts.get(conn, facts.LAST_SEEN), facts.get(conn, facts.WORKING) or []
    return pickup_at([(time_of(a), time_of(b)) for a, b in spans], time_of(seen) if seen else None, at)
