"""诱因 in the store."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, or_, select, update

from mapsvc.domain.context_events import ContextEvent
from mapsvc.store.tables import context_event, location, shop

_OWN = (
    "id", "kind", "text", "radius_m", "from_at", "until_at", "location_id", "place_id", "made_by", "made_at",
    "withdrawn_at",
)  # fmt: skip
_EVENT = (*(context_event.c[n] for n in _OWN), location.c.lon, location.c.lat)
_CHUNK = 500


def _events() -> Select[Any]:
    joined = select(*_EVENT).join(location, location.c.id == context_event.c.location_id)
    return joined.where(location.c.lon.is_not(None)).order_by(context_event.c.from_at, context_event.c.id)


def going_on(conn: Connection, since: datetime | None, until: datetime) -> list[ContextEvent]:
    """What began before `until` and was not over at `since` (None: ever), at known positions, the earliest first.

    What was taken back is left out.
    """
    ask = _events().where(context_event.c.withdrawn_at.is_(None), context_event.c.from_at < until)
    if since is not None:
        ask = ask.where(or_(context_event.c.until_at.is_(None), context_event.c.until_at >= since))
    return [ContextEvent(**row._mapping) for row in conn.execute(ask)]


def by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, ContextEvent]:
    """By id, taken back or not; unknown ids and those nowhere are left out."""
    wanted = sorted({i for i in ids if i})
    found: dict[str, ContextEvent] = {}
    for start in range(0, len(wanted), _CHUNK):
        ask = _events().where(context_event.c.id.in_(wanted[start : start + _CHUNK]))
        found |= {row.id: ContextEvent(**row._mapping) for row in conn.execute(ask)}
    return found


def by_id(conn: Connection, event_id: str) -> ContextEvent | None:
    """The event with this id, taken back or not."""
    return by_ids(conn, [event_id]).get(event_id)


def add(conn: Connection, new: ContextEvent) -> None:
    """Store a new one; its location must be there."""
    conn.execute(insert(context_event).values({name: getattr(new, name) for name in _OWN}))


def change(conn: Connection, event_id: str, **values: object) -> None:
    """Write some columns."""
    conn.execute(update(context_event).where(context_event.c.id == event_id).values(**values))


def shop_at(conn: Connection, location_id: str | None) -> str | None:
    """Id of the shop whose location this is."""
    found: str | None = conn.execute(select(shop.c.id).where(shop.c.location_id == location_id)).scalar_one_or_none()
    return found
