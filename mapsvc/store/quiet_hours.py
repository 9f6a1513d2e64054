"""When merchants do not want to be called on, in the store."""

from collections.abc import Collection
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Row, Select, insert, select, update

from mapsvc.domain.quiet_hours import QuietHours, QuietSource
from mapsvc.store.tables import quiet_hours, shop, tenancy

_FIELDS = tuple(f.name for f in fields(QuietHours))


def add(conn: Connection, new: QuietHours) -> None:
    """Store a new line."""
    values = {name: getattr(new, name) for name in _FIELDS}
    conn.execute(insert(quiet_hours).values(**values | {"source": new.source.value}))


def end(conn: Connection, quiet_id: str, at: datetime | None) -> None:
    """Write when it ended; None: it holds again."""
    conn.execute(update(quiet_hours).where(quiet_hours.c.id == quiet_id).values(ended_at=at))


def by_id(conn: Connection, quiet_id: str) -> QuietHours | None:
    """The line with this id."""
    row = conn.execute(select(quiet_hours).where(quiet_hours.c.id == quiet_id)).first()
    return _from_row(row) if row else None


def of_tenancy(conn: Connection, tenancy_id: str) -> list[QuietHours]:
    """What holds for a tenancy: every day's first, then by weekday, by the hour."""
    ask = select(quiet_hours).where(quiet_hours.c.tenancy_id == tenancy_id, quiet_hours.c.ended_at.is_(None))
    return sorted((_from_row(row) for row in conn.execute(ask)), key=_order)


def in_force(conn: Connection, codes: Collection[str] | None = None) -> dict[str, list[QuietHours]]:
    """What those who run the shops now asked for, by code of the shop."""
    ask = _asked(shop.c.code)
    return _by_key(conn, ask if codes is None else ask.where(shop.c.code.in_(sorted(codes))))


def of_shops(conn: Connection, shop_ids: Collection[str]) -> dict[str, list[QuietHours]]:
    """The same of these shops, by their id."""
    return _by_key(conn, _asked(shop.c.id).where(shop.c.id.in_(sorted(shop_ids))))


def _asked(key: Column[str]) -> Select[Any]:
    return (
        select(key.label("key"), quiet_hours)
        .join(tenancy, tenancy.c.id == quiet_hours.c.tenancy_id)
        .join(shop, shop.c.id == tenancy.c.shop_id)
        .where(quiet_hours.c.ended_at.is_(None), tenancy.c.ended_on.is_(None))
    )


def _by_key(conn: Connection, ask: Select[Any]) -> dict[str, list[QuietHours]]:
    found: dict[str, list[QuietHours]] = {}
    for row in conn.execute(ask):
        found.setdefault(row.key, []).append(_from_row(row))
    return {key: sorted(some, key=_order) for key, some in sorted(found.items())}


def code_of(conn: Connection, tenancy_id: str) -> str | None:
    """Code of the shop that a tenancy is in."""
    ask = select(shop.c.code).join(tenancy, tenancy.c.shop_id == shop.c.id).where(tenancy.c.id == tenancy_id)
    return conn.execute(ask).scalar_one_or_none()


def _order(one: QuietHours) -> tuple[int, int, int, str]:
    return -1 if one.weekday is None else one.weekday, one.from_minute, one.until_minute, one.id


def _from_row(row: Row[Any]) -> QuietHours:
    values = {name: getattr(row, name) for name in _FIELDS}
    return QuietHours(**values | {"source": QuietSource(row.source)})
