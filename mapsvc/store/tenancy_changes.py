"""What visits changed about who runs a shop, in the store."""

from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, insert, select

from mapsvc.domain.shops import ShopState, TenancyChange
from mapsvc.store.tables import event, tenancy_change

_FIELDS = tuple(f.name for f in fields(TenancyChange))


def _change(row: Row[Any]) -> TenancyChange:
    values = {name: getattr(row, name) for name in _FIELDS}
    states = {name: ShopState(values.pop(name)) for name in ("state", "state_before")}
    return TenancyChange(**values | states)


def of_visit(conn: Connection, visit_id: str) -> TenancyChange | None:
    """What this visit changed about who runs the shop."""
    row = conn.execute(select(tenancy_change).where(tenancy_change.c.visit_id == visit_id)).first()
    return _change(row) if row else None


def changed_between(conn: Connection, shop_id: str, after: datetime, before: datetime) -> bool:
    """Whether the shop changed hands within this time, the ends not included."""
    told = event.c.shop_id == shop_id, event.c.type == "tenancy", event.c.at > after, event.c.at < before
    return conn.execute(select(exists().where(*told))).scalar() is True


def add(conn: Connection, new: TenancyChange) -> None:
    """Remember what a visit changed."""
    conn.execute(insert(tenancy_change).values(asdict(new)))


def remove(conn: Connection, visit_id: str) -> None:
    """Forget what a visit changed."""
    conn.execute(tenancy_change.delete().where(tenancy_change.c.visit_id == visit_id))
