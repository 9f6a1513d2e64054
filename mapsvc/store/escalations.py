"""催办 and 督办 in the store."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from mapsvc.domain.cases import Escalation, EscalationKind
from mapsvc.store.rows import by_ids as rows_by_ids
from mapsvc.store.tables import escalation


def _one(row: Row[Any]) -> Escalation:
    return Escalation(**{**row._mapping, "kind": EscalationKind(row.kind)})


def by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, Escalation]:
    """Escalations by id; unknown ids are left out."""
    return {row.id: _one(row) for row in rows_by_ids(conn, escalation, ids)}


def of_case(conn: Connection, case_id: str) -> list[Escalation]:
    """The urging and supervision of a case, oldest first."""
    ask = select(escalation).where(escalation.c.case_id == case_id).order_by(escalation.c.at, escalation.c.id)
    return [_one(row) for row in conn.execute(ask)]


def count(conn: Connection, case_id: str) -> int:
    """How many escalations a case has."""
    ask = select(func.count()).select_from(escalation).where(escalation.c.case_id == case_id)
    return int(conn.execute(ask).scalar_one())


def add(conn: Connection, new: Escalation) -> None:
    """Store a new one."""
    conn.execute(insert(escalation).values(**asdict(new)))


def lift(conn: Connection, case_id: str, at: datetime) -> list[Escalation]:
    """End what supervision of a case runs; returns it."""
    running = [e for e in of_case(conn, case_id) if e.kind is EscalationKind.SUPERVISION and e.lifted_at is None]
    ask = update(escalation).where(escalation.c.id.in_([e.id for e in running]))
    conn.execute(ask.values(lifted_at=at))
    return running
