"""Corrections: what differs, kept for the history without personal values."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.places import Location, Place
from mapsvc.domain.shops import Shop
from mapsvc.errors import Conflict
from mapsvc.store import events, history

Change = dict[str, object]
"""``{"field", "before", "after"}``; a personal field carries its name only, a position ``moved_m``."""


def stale(name: str, version: int) -> Conflict:
    """The error for a change that is based on an older version."""
    message = f"别人刚改过{name}（现在是第{version}版），请看过最新的再改。"
    return Conflict(message, field="version", code="stale_version", extra={"version": version})


def changed(before: object, values: Mapping[str, object]) -> list[Change]:
    """The fields of `before` that `values` makes different."""
    return [
        {"field": name, "before": getattr(before, name), "after": value}
        for name, value in values.items()
        if getattr(before, name) != value
    ]


def moved_m(where: Location, lon: float, lat: float) -> int | None:
    """How far a position moves, in whole metres; None if there was none."""
    if where.lon is None or where.lat is None:
        return None
    from mapsvc.geo.local import distance_m

    return round(float(distance_m(where.lon, where.lat, lon, lat)))


def write_correction(
    conn: Connection,
    actor: Actor,
    changes: Sequence[Change],
    at: datetime,
    shop: Shop | None = None,
    place: Place | None = None,
) -> None:
    """Write what was corrected and its event; nothing if nothing was."""
    if not changes:
        return
    correction_id = str(uuid4())
    shop_id, place_id = (shop.id if shop else None), (place.id if place else None)
    history.add_correction(conn, correction_id, changes, at, shop_id, place_id)
    where = shop.location if shop else place.location if place else None
    events.append(
        conn,
        type="correction",
        ref=correction_id,
        at=at,
        shop_id=shop_id,
        place_id=place_id,
        location_id=where.id if where else None,
        tenancy_id=shop.tenancy.id if shop and shop.tenancy else None,
        actor_id=actor.person_id,
    )
