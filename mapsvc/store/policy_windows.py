"""Windows of the policy calendar in the store, and what was asked about their topics."""

from collections.abc import Collection
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select, update

from mapsvc.domain.policy_windows import PolicyWindow
from mapsvc.domain.times import office_day
from mapsvc.store.tables import policy_window, tenancy, topic_choice

_FIELDS = tuple(f.name for f in fields(PolicyWindow))


def listed(conn: Connection, *, is_retired: bool = False) -> list[PolicyWindow]:
    """Those in force (or those that were retired), by code."""
    ask = select(policy_window).order_by(policy_window.c.code)
    gone = policy_window.c.retired_at
    return [_from_row(row) for row in conn.execute(ask.where(gone.is_not(None) if is_retired else gone.is_(None)))]


def known_at(conn: Connection, at: datetime) -> list[PolicyWindow]:
    """What stood in the calendar at `at`, as it reads now, by code."""
    rows = conn.execute(select(policy_window).order_by(policy_window.c.code))
    return [one for one in map(_from_row, rows) if one.was_known(at)]


def by_id(conn: Connection, window_id: str) -> PolicyWindow | None:
    """The window with this id."""
    row = conn.execute(select(policy_window).where(policy_window.c.id == window_id)).first()
    return _from_row(row) if row else None


def by_code(conn: Connection, code: str) -> PolicyWindow | None:
    """The window with this code."""
    row = conn.execute(select(policy_window).where(policy_window.c.code == code)).first()
    return _from_row(row) if row else None


def add(conn: Connection, new: PolicyWindow) -> None:
    """Store a new one."""
    conn.execute(insert(policy_window).values(_values(new)))


def write(conn: Connection, after: PolicyWindow, version: int) -> bool:
    """Write it as it is now, if nobody changed it since `version`; whether that was so."""
    values = {name: value for name, value in _values(after).items() if name != "id"}
    own = (policy_window.c.id == after.id, policy_window.c.version == version)
    return conn.execute(update(policy_window).where(*own).values(values)).rowcount == 1


def asked_to_be_told(conn: Connection, topics: Collection[str], at: datetime) -> int:
    """How many doors had asked at `at` to be told of any of these topics, and were there still."""
    mine = topic_choice.c
    ask = (
        select(func.count(mine.shop_id.distinct()))
        .join(tenancy, tenancy.c.id == mine.tenancy_id)
        .where(mine.topic.in_(sorted(topics)), mine.chosen_at <= at)
        .where(or_(tenancy.c.ended_on.is_(None), tenancy.c.ended_on > office_day(at)))
        .where(or_(mine.ended_at.is_(None), mine.ended_at > at))
    )
    return int(conn.execute(ask).scalar_one())


def _values(one: PolicyWindow) -> dict[str, Any]:
    return asdict(one) | {"topics": list(one.topics), "trades": list(one.trades), "event_days": dict(one.event_days)}


def _from_row(row: Row[Any]) -> PolicyWindow:
    values = {name: getattr(row, name) for name in _FIELDS}
    told = {"topics": tuple(row.topics), "trades": tuple(row.trades), "event_days": dict(row.event_days or {})}
    return PolicyWindow(**values | told)
