"""Doors that share a building or a wall with one where something was found."""

from sqlalchemy import Connection, or_, select

from mapsvc.domain.same_building import Door
from mapsvc.store.places import Box, within
from mapsvc.store.tables import location, shop, tenancy


def doors(conn: Connection, street: str | None, box: Box | None) -> list[Door]:
    """Shops on `street` and those within `box`, by code."""
    where = [location.c.street == street] if street else []
    where += [within(box)] if box else []
    if not where:
        return []
    current = (tenancy.c.shop_id == shop.c.id) & tenancy.c.ended_on.is_(None)
    ask = (
        select(
            shop.c.id, shop.c.code, tenancy.c.sign_name, location.c.address, location.c.street,
            location.c.house_number, location.c.lon, location.c.lat,
        )
        .join(location, location.c.id == shop.c.location_id)
        .outerjoin(tenancy, current)
        .where(or_(*where))
        .order_by(shop.c.code)
    )  # fmt: skip
    return [Door(*row) for row in conn.execute(ask)]
