"""Closed cases at a door that wait for somebody to come back and look."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select, update

from mapsvc.domain.cases import CaseState
from mapsvc.domain.shops import Assignment, AssignmentSource, in_force
from mapsvc.store.effects import handled_by
from mapsvc.store.tables import assignment, case_file, issue, location, person, shop


@dataclass(frozen=True)
class Due:
    """A closed case at a shop that is to be returned to, or was lately."""

    case_id: str
    shop_id: str
    lon: float | None
    lat: float | None


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


def due(conn: Connection, by: datetime, done_since: datetime) -> list[Due]:
    """Cases at shops whose return visit is due before `by` and not made, or was made since `done_since`; by case."""
    waits = and_(case_file.c.return_visited_at.is_(None), case_file.c.return_visit_due_at < by)
    ask = (
        select(case_file.c.id.label("case_id"), issue.c.shop_id, location.c.lon, location.c.lat)
        .join(issue, issue.c.case_id == case_file.c.id)
        .join(shop, shop.c.id == issue.c.shop_id)
        .join(location, location.c.id == shop.c.location_id)
        .where(case_file.c.state == CaseState.CLOSED, case_file.c.merged_into.is_(None))
        .where(case_file.c.return_visit_due_at.is_not(None))
        .where(or_(waits, case_file.c.return_visited_at >= done_since))
        .order_by(case_file.c.id, issue.c.happened_at, issue.c.id)
    )
    first: dict[str, Due] = {}
    for row in conn.execute(ask):
        first.setdefault(row.case_id, Due(**row._mapping))
    return list(first.values())


def involved(conn: Connection, case_ids: Collection[str]) -> dict[str, frozenset[str]]:
    """Who reported each case or put it right, by case."""
    ask = select(issue.c.case_id, issue.c.reporter_id).where(
        issue.c.case_id.in_(sorted(case_ids)), issue.c.reporter_id.is_not(None)
    )
    found: dict[str, set[str]] = defaultdict(set)
    for row in conn.execute(ask.distinct()):
        found[row.case_id].add(row.reporter_id)
    handlers = handled_by(conn, case_ids)
    return {case_id: frozenset(found[case_id]) | handlers.get(case_id, frozenset()) for case_id in case_ids}


def beats(conn: Connection, day: date) -> tuple[dict[str, str], dict[str, list[tuple[float, float]]]]:
    """Who looks after each shop on `day`; and where the doors of each of them are (lon, lat)."""
    holds = and_(assignment.c.from_day <= day, or_(assignment.c.until_day.is_(None), assignment.c.until_day > day))
    ask = (
        select(assignment, location.c.lon, location.c.lat)
        .join(shop, shop.c.id == assignment.c.shop_id)
        .join(location, location.c.id == shop.c.location_id)
        .join(person, person.c.id == assignment.c.worker_id)
        .where(holds, person.c.left_at.is_(None))
        .order_by(assignment.c.shop_id, assignment.c.id)
    )
    per_shop: dict[str, list[Assignment]] = defaultdict(list)
    spots: dict[str, tuple[float, float]] = {}
    for r in conn.execute(ask):
        source = AssignmentSource(r.source)
        per_shop[r.shop_id].append(Assignment(r.id, r.shop_id, r.worker_id, source, r.from_day, r.until_day))
        if r.lon is not None and r.lat is not None:
            spots[r.shop_id] = (r.lon, r.lat)
    owners = {shop_id: one.worker_id for shop_id, some in per_shop.items() if (one := in_force(some, day))}
    doors: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for shop_id, worker_id in owners.items():
        if shop_id in spots:
            doors[worker_id].append(spots[shop_id])
    return owners, dict(doors)
