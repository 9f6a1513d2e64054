"""Counts of shops and calls for the overview."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from mapsvc.store.places import Box, within
from mapsvc.store.tables import location, shop, visit

_NOBODY_THERE = ("vacant", "closed")


def shops_called_on(conn: Connection, since: datetime, until: datetime, box: Box | None = None) -> int:
    """How many shops somebody called on in [since, until); of each shop one call counts."""
    ask = (
        select(func.count(visit.c.shop_id.distinct()))
        .join(shop, shop.c.id == visit.c.shop_id)
        .join(location, location.c.id == shop.c.location_id)
        .where(visit.c.happened_at >= since, visit.c.happened_at < until, shop.c.state.not_in(_NOBODY_THERE))
    )
    return int(conn.execute(ask.where(within(box)) if box else ask).scalar_one())


def shops_to_call_on(conn: Connection, box: Box | None = None) -> int:
    """How many shops there are where somebody can be met."""
    ask = (
        select(func.count())
        .select_from(shop)
        .join(location, location.c.id == shop.c.location_id)
        .where(shop.c.state.not_in(_NOBODY_THERE))
    )
    return int(conn.execute(ask.where(within(box)) if box else ask).scalar_one())
