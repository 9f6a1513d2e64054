"""户籍 and 学龄前子女 in the store: counted by door, and taken out of every row that holds them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, and_, func, or_, select, update

from mapsvc.domain.origins import CLOSED_FIELDS, is_closed_title
from mapsvc.store.tables import (
    import_change,
    import_conflict,
    import_problem,
    import_row,
    location,
    shop,
    tenancy,
)

SHOPS_SHEET = "商铺底册"
_HELD = or_(tenancy.c.origin.is_not(None), tenancy.c.has_preschooler.is_not(None))


@dataclass(frozen=True)
class DoorFacts:
    """Where a door is, and whether who runs it came from elsewhere and has a small child; None: not known."""

    lon: float | None
    lat: float | None
    from_elsewhere: bool | None
    has_preschooler: bool | None


def doors(conn: Connection, day: date) -> list[DoorFacts]:
    """Of the tenancies that ran when `day` began: what changes after it shows with the next day asked for."""
    ran = and_(
        or_(tenancy.c.started_on.is_(None), tenancy.c.started_on < day),
        or_(tenancy.c.ended_on.is_(None), tenancy.c.ended_on >= day),
    )
    ask = (
        select(location.c.lon, location.c.lat, tenancy.c.origin, tenancy.c.has_preschooler)
        .select_from(tenancy)
        .join(shop, shop.c.id == tenancy.c.shop_id)
        .join(location, location.c.id == shop.c.location_id)
        .where(ran)
        .order_by(tenancy.c.id)
    )
    return [
        DoorFacts(r.lon, r.lat, None if r.origin is None else r.origin == "elsewhere", r.has_preschooler)
        for r in conn.execute(ask)
    ]


def count_held(conn: Connection) -> int:
    """Tenancies, ended ones too, that hold either."""
    return int(conn.execute(select(func.count()).select_from(tenancy).where(_HELD)).scalar_one())


def is_in_batch(conn: Connection, batch_id: str) -> bool:
    """Whether an import brought either, as far as its changes are still kept; the first rows tell."""
    ask = select(import_change.c.change, import_change.c.after, import_row.c["values"].label("imported"))
    ask = ask.outerjoin(
        import_row, and_(import_row.c.sheet == import_change.c.sheet, import_row.c.key == import_change.c.key)
    ).where(import_change.c.batch_id == batch_id, import_change.c.sheet == SHOPS_SHEET)
    rows = conn.execute(ask.order_by(import_change.c.id).limit(500))
    return any(_holds(row.imported if row.change == "add" else row.after) for row in rows)


def forget(conn: Connection) -> tuple[int, int]:
    """Take both out of tenancies and of all that imports kept; how many tenancies, how many kept rows held them."""
    held = conn.execute(update(tenancy).where(_HELD).values(origin=None, has_preschooler=None)).rowcount
    rows = _clean(conn, import_row, ("sheet", "key"), {"values": _without})
    rows += _clean(conn, import_change, ("id",), {"before": _without, "after": _without})
    rows += _clean(conn, import_problem, ("id",), {"row_values": _cells_without})
    rows += _forget_conflicts(conn)
    closed = [r.id for r in conn.execute(select(import_problem)) if is_closed_title(r.column_name or "")]
    for start in range(0, len(closed), 500):
        some = import_problem.c.id.in_(closed[start : start + 500])
        conn.execute(update(import_problem).where(some, import_problem.c.value.is_not(None)).values(value=None))
    return held, rows


def _clean(conn: Connection, table: Table, key: tuple[str, ...], clean: Mapping[str, Callable[[Any], Any]]) -> int:
    """Write columns of rows anew where `clean` makes them others."""
    ask = select(*(table.c[name] for name in (*key, *clean)))
    if "sheet" in table.c:
        ask = ask.where(table.c.sheet == SHOPS_SHEET)
    changed = 0
    for row in conn.execute(ask).all():
        new = {name: make(row._mapping[name]) for name, make in clean.items()}
        if any(new[name] != row._mapping[name] for name in clean):
            changed += 1
            conn.execute(update(table).where(*(table.c[name] == row._mapping[name] for name in key)).values(**new))
    return changed


def _forget_conflicts(conn: Connection) -> int:
    gone = conn.execute(import_conflict.delete().where(import_conflict.c.field.in_(CLOSED_FIELDS))).rowcount
    columns = ("base_value", "file_value", "app_value")
    for row in conn.execute(select(import_conflict).where(import_conflict.c.sheet == SHOPS_SHEET)).all():
        old = {name: getattr(row, name) for name in columns}
        new = {name: _json_without(text) for name, text in old.items()}
        if new != old:
            gone += 1
            conn.execute(update(import_conflict).where(import_conflict.c.id == row.id).values(**new))
    return gone


def _json_without(text: str | None) -> str | None:
    value = None if text is None else json.loads(text)
    cleaned = _without(value)
    return text if cleaned == value else json.dumps(cleaned, ensure_ascii=False)


def _without(value: Any) -> Any:
    """The same without the two, at any depth."""
    if isinstance(value, dict):
        return {name: _without(one) for name, one in value.items() if name not in CLOSED_FIELDS}
    return [_without(one) for one in value] if isinstance(value, list) else value


def _cells_without(cells: Any) -> Any:
    return cells and [[title, None if is_closed_title(title) else text] for title, text in cells]


def _holds(values: Any) -> bool:
    return isinstance(values, dict) and any(values.get(name) is not None for name in CLOSED_FIELDS)
