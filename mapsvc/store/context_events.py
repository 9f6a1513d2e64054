"""诱因 in the store."""

from datetime import datetime

from sqlalchemy import Connection, or_, select

from mapsvc.domain.context_events import ContextEvent
from mapsvc.store.tables import context_event, location

_COLUMNS = (context_event.c[n] for n in ("id", "kind", "text", "radius_m", "from_at", "until_at"))
_EVENT = (*_COLUMNS, location.c.lon, location.c.lat)


def going_on(conn: Connection, since: datetime, until: datetime) -> list[ContextEvent]:
    """What began before `until` and was not over at `since`, at known positions, the earliest first."""
    ask = (
        select(*_EVENT)
        .join(location, location.c.id == context_event.c.location_id)
        .where(location.c.lon.is_not(None), context_event.c.from_at < until)
        .where(or_(context_event.c.until_at.is_(None), context_event.c.until_at >= since))
        .order_by(context_event.c.from_at, context_event.c.id)
    )
    return [ContextEvent(**row._mapping) for row in conn.execute(ask)]
