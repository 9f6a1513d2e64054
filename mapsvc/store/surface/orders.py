"""Open orders as laid out on the public surface, by the hash of their token."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from mapsvc.store.surface.tables import laid_order


def by_key(conn: Connection, key: str) -> dict[str, Any] | None:
    """The order's page with this key; None for what is not laid out."""
    found = conn.execute(select(laid_order.c.sheet).where(laid_order.c.key == key)).scalar()
    return dict(found) if found else None


def replace_all(conn: Connection, sheets: Iterable[Mapping[str, Any]]) -> None:
    """From now on there are these orders and no other."""
    conn.execute(delete(laid_order))
    rows = [{"key": str(sheet["key"]), "sheet": dict(sheet)} for sheet in sheets]
    if rows:
        conn.execute(insert(laid_order), rows)


def pictures_of_all(conn: Connection) -> set[str]:
    """SHA-256 of every picture that stands on an order."""
    sheets = conn.execute(select(laid_order.c.sheet)).scalars()
    return {sha for sheet in sheets for side in ("before", "after") for sha in sheet.get(side, ())}
