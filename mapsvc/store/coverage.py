"""When somebody came by where: calls, issues found on patrol, stretches passed on walks; by place and time alone."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select

from mapsvc.store.tables import guard_round_walk, issue, location, patrol_step, shop, visit

PATROL = "patrol"


def calls(conn: Connection, since: datetime, until: datetime) -> list[tuple[float, float, datetime]]:
    """(lon, lat, when) of calls on doors that have a position."""
    ask = (
        select(location.c.lon, location.c.lat, visit.c.happened_at)
        .join(shop, shop.c.id == visit.c.shop_id)
        .join(location, location.c.id == shop.c.location_id)
    )
    return _placed(conn, ask, visit.c.happened_at, since, until)


def found(conn: Connection, since: datetime, until: datetime) -> list[tuple[float, float, datetime]]:
    """(lon, lat, when) of what was found on patrol."""
    ask = select(location.c.lon, location.c.lat, issue.c.happened_at).join(
        location, location.c.id == issue.c.location_id
    )
    return _placed(conn, ask.where(issue.c.source == PATROL), issue.c.happened_at, since, until)


def passed(conn: Connection, since: datetime, until: datetime) -> list[tuple[list[str], datetime]]:
    """(stretches, when) of the steps of walks, and of rounds that were walked without a phone."""
    ask = select(patrol_step.c.segments, patrol_step.c.at).where(
        patrol_step.c.at >= since, patrol_step.c.at < until, patrol_step.c.withdrawn_at.is_(None)
    )
    steps = conn.execute(ask.order_by(patrol_step.c.at, patrol_step.c.id))
    walked = guard_round_walk.c
    of_rounds = select(walked.segments, walked.at).where(
        walked.at >= since, walked.at < until, walked.withdrawn_at.is_(None)
    )
    rounds = conn.execute(of_rounds.order_by(walked.at, walked.id))
    return [(list(row.segments), row.at) for row in (*steps, *rounds)]


def _placed(
    conn: Connection, ask: Select[Any], when: ColumnElement[datetime], since: datetime, until: datetime
) -> list[tuple[float, float, datetime]]:
    inside = ask.where(when >= since, when < until, location.c.lon.is_not(None), location.c.lat.is_not(None))
    return [(lon, lat, at) for lon, lat, at in conn.execute(inside.order_by(when, location.c.id))]
