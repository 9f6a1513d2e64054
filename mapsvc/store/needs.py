"""Needs in the store."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from mapsvc.domain.needs import Need, Way
from mapsvc.domain.visits import VisitSource
from mapsvc.store.rows import by_ids as rows_by_ids
from mapsvc.store.tables import need, visit

_FIELDS = ("id", "shop_id", "text", "voiced_at", "topic", "tenancy_id", "visit_id", "settled_at")


def from_row(row: Row[Any]) -> Need:
    """A need from a row of table need."""
    return Need(**{name: getattr(row, name) for name in _FIELDS}, way=Way(row.way) if row.way else None)


def by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, Need]:
    """Needs by id; unknown ids are left out."""
    return {row.id: from_row(row) for row in rows_by_ids(conn, need, ids)}


def of_visit(conn: Connection, visit_id: str) -> list[Need]:
    """What was voiced on a visit, by id."""
    return [from_row(r) for r in conn.execute(select(need).where(need.c.visit_id == visit_id).order_by(need.c.id))]


def open_of_shop(conn: Connection, shop_id: str, tenancy_id: str | None, limit: int = 20) -> list[Need]:
    """Needs of the present tenancy in which something is still to be done, newest first.

    A workbook knows no way of handling, so what it brought without one is history, not work.
    """
    in_app = need.c.way.is_not(None) | (visit.c.source != VisitSource.LEDGER)
    ask = select(need).outerjoin(visit, visit.c.id == need.c.visit_id)
    ask = ask.where(need.c.shop_id == shop_id, need.c.settled_at.is_(None), in_app)
    if tenancy_id:
        ask = ask.where(need.c.tenancy_id == tenancy_id)
    return [from_row(r) for r in conn.execute(ask.order_by(need.c.voiced_at.desc(), need.c.id).limit(limit))]


def add_many(conn: Connection, new: Sequence[Need]) -> None:
    """Store new needs."""
    if new:
        conn.execute(insert(need), [asdict(n) for n in new])
