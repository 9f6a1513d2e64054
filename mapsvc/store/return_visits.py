"""Closed cases at a door that wait for somebody to come back and look."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from mapsvc.domain.cases import CaseState
from mapsvc.store.tables import case_file, issue


def _at(shop_id: str) -> Any:
    these = select(issue.c.case_id).where(issue.c.shop_id == shop_id)
    return case_file.c.id.in_(these) & (case_file.c.state == CaseState.CLOSED) & case_file.c.merged_into.is_(None)


def waiting(conn: Connection, shop_id: str, closed_by: datetime) -> list[Row[Any]]:
    """Cases of a shop closed by then that nobody came back to: id, return_visit_due_at, the next due first."""
    ask = select(case_file.c.id, case_file.c.return_visit_due_at).where(_at(shop_id))
    ask = ask.where(case_file.c.return_visit_due_at.is_not(None), case_file.c.return_visited_at.is_(None))
    ask = ask.where(case_file.c.closed_at <= closed_by)
    return list(conn.execute(ask.order_by(case_file.c.return_visit_due_at, case_file.c.id)))


def returned_at(conn: Connection, shop_id: str, at: datetime) -> list[str]:
    """Ids of the shop's cases that somebody came back to at this moment."""
    ask = select(case_file.c.id).where(_at(shop_id), case_file.c.return_visited_at == at).order_by(case_file.c.id)
    return list(conn.execute(ask).scalars())


def mark(conn: Connection, case_ids: Sequence[str], at: datetime | None) -> None:
    """Write when somebody came back to these cases; None: nobody did."""
    if case_ids:
        conn.execute(update(case_file).where(case_file.c.id.in_(case_ids)).values(return_visited_at=at))
