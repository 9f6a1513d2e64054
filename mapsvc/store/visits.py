"""Visits in the store."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select

from mapsvc.domain.visits import CheckedBy, Outcome, PlaceCheck, Visit, VisitKind, VisitSource
from mapsvc.store.rows import by_ids as rows_by_ids
from mapsvc.store.tables import visit


def from_row(row: Row[Any]) -> Visit:
    """A visit from a row of table visit."""
    return Visit(
        row.id,
        row.shop_id,
        VisitKind(row.kind),
        Outcome(row.outcome),
        row.happened_at,
        row.received_at,
        row.tenancy_id,
        row.worker_id,
        row.note,
        row.satisfaction,
        row.wants_follow_up,
        PlaceCheck(CheckedBy(row.checked_by), row.check_distance_m),
        VisitSource(row.source),
    )


def by_id(conn: Connection, visit_id: str) -> Visit | None:
    """The visit with this id."""
    row = conn.execute(select(visit).where(visit.c.id == visit_id)).first()
    return from_row(row) if row else None


def by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, Visit]:
    """Visits by id; unknown ids are left out."""
    return {row.id: from_row(row) for row in rows_by_ids(conn, visit, ids)}


def last_met_at(conn: Connection, shop_id: str, tenancy_id: str | None = None) -> datetime | None:
    """When somebody was last met at the shop; with `tenancy_id` none of an earlier tenancy."""
    ask = select(func.max(visit.c.happened_at, type_=visit.c.happened_at.type))
    ask = ask.where(visit.c.shop_id == shop_id, visit.c.outcome == Outcome.MET)
    if tenancy_id:
        ask = ask.where(or_(visit.c.tenancy_id == tenancy_id, visit.c.tenancy_id.is_(None)))
    return conn.execute(ask).scalar()


def last_at(conn: Connection, shop_id: str) -> datetime | None:
    """When the shop was last called on, met or not."""
    ask = select(func.max(visit.c.happened_at, type_=visit.c.happened_at.type)).where(visit.c.shop_id == shop_id)
    return conn.execute(ask).scalar()


def add(conn: Connection, new: Visit) -> None:
    """Store a new visit."""
    conn.execute(
        insert(visit).values(
            id=new.id,
            shop_id=new.shop_id,
            tenancy_id=new.tenancy_id,
            worker_id=new.worker_id,
            kind=new.kind,
            outcome=new.outcome,
            note=new.note,
            satisfaction=new.satisfaction,
            wants_follow_up=new.wants_follow_up,
            checked_by=new.place_check.by,
            check_distance_m=new.place_check.distance_m,
            source=new.source,
            happened_at=new.happened_at,
            received_at=new.received_at,
        )
    )
