"""Effect checks in the store."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select

from mapsvc.domain.cases import CaseState
from mapsvc.domain.effects import EffectCheck, Result, Satisfaction, ToldBy
from mapsvc.store.rows import by_ids as rows_by_ids
from mapsvc.store.tables import (
    case_file,
    case_step,
    effect_check,
    issue,
    location,
    place,
    playbook,
    playbook_run,
    shop,
)

_PLAIN = ("id", "at", "received_at", "case_id", "run_id", "place_id", "shop_id", "visit_id", "note", "actor_id")
# Who brought a case so far did what is checked; who closes it has only looked.
_HANDLED = (CaseState.HANDLING, CaseState.VERIFYING)


def from_row(row: Row[Any]) -> EffectCheck:
    """A check from a row of table effect_check."""
    return EffectCheck(
        **{name: getattr(row, name) for name in _PLAIN},
        result=Result(row.result),
        satisfaction=Satisfaction(row.satisfaction) if row.satisfaction else None,
        told_by=ToldBy(row.told_by) if row.told_by else None,
    )


def add(conn: Connection, new: EffectCheck) -> None:
    """Store a new check."""
    conn.execute(insert(effect_check).values(**asdict(new)))


def by_id(conn: Connection, check_id: str) -> EffectCheck | None:
    """The check with this id."""
    row = conn.execute(select(effect_check).where(effect_check.c.id == check_id)).first()
    return from_row(row) if row else None


def by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, EffectCheck]:
    """Checks by id; unknown ids are left out."""
    return {row.id: from_row(row) for row in rows_by_ids(conn, effect_check, ids)}


def of_visit(conn: Connection, visit_id: str) -> list[EffectCheck]:
    """What was found on a return visit, by id."""
    return _ordered(conn, effect_check.c.visit_id == visit_id)


def of_case(conn: Connection, case_id: str) -> list[EffectCheck]:
    """All checks of a case, oldest first."""
    return _ordered(conn, effect_check.c.case_id == case_id)


def of_run(conn: Connection, run_id: str) -> list[EffectCheck]:
    """All checks of a playbook's run, oldest first."""
    return _ordered(conn, effect_check.c.run_id == run_id)


def of_place(conn: Connection, place_id: str) -> list[EffectCheck]:
    """All checks of a place, oldest first."""
    return _ordered(conn, effect_check.c.place_id == place_id)


def between(conn: Connection, since: datetime, until: datetime) -> list[EffectCheck]:
    """Checks from `since` to before `until`, oldest first."""
    return _ordered(conn, (effect_check.c.at >= since) & (effect_check.c.at < until))


def remove(conn: Connection, ids: Sequence[str]) -> None:
    """Remove checks that were taken back."""
    if ids:
        conn.execute(delete(effect_check).where(effect_check.c.id.in_(ids)))


def handled_by(conn: Connection, case_ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """Who brought each case to its handling or through it, by case."""
    ask = select(case_step.c.case_id, case_step.c.actor_id).where(
        case_step.c.case_id.in_(sorted(set(case_ids))),
        case_step.c.to_state.in_(_HANDLED),
        case_step.c.actor_id.is_not(None),
    )
    found: dict[str, set[str]] = {}
    for row in conn.execute(ask.distinct()):
        found.setdefault(row.case_id, set()).add(row.actor_id)
    return {case_id: frozenset(some) for case_id, some in found.items()}


def _ordered(conn: Connection, where: Any) -> list[EffectCheck]:
    ask = select(effect_check).where(where).order_by(effect_check.c.at, effect_check.c.received_at, effect_check.c.id)
    return [from_row(row) for row in conn.execute(ask)]


@dataclass(frozen=True)
class ReportAt:
    """An issue as the effect counts it: WGS-84 degrees."""

    issue_id: str
    case_id: str
    kind: str
    lon: float
    lat: float
    happened_at: datetime
    place_id: str | None


def reports(conn: Connection, since: datetime, until: datetime) -> list[ReportAt]:
    """All reports with a position from `since` to before `until`, oldest first."""
    ask = (
        select(
            issue.c.id.label("issue_id"), issue.c.case_id, issue.c.kind, location.c.lon, location.c.lat,
            issue.c.happened_at, issue.c.place_id,
        )
        .join(location, location.c.id == issue.c.location_id)
        .join(case_file, case_file.c.id == issue.c.case_id)
        .where(issue.c.happened_at >= since, issue.c.happened_at < until)
        .where(location.c.lon.is_not(None), location.c.lat.is_not(None))
        # What was no case at all is no report; what was merged into another is one more.
        .where(or_(case_file.c.state != CaseState.REJECTED, case_file.c.merged_into.is_not(None)))
        .order_by(issue.c.happened_at, issue.c.id)
    )  # fmt: skip
    return [ReportAt(**row._mapping) for row in conn.execute(ask)]


def treated(conn: Connection, since: datetime, until: datetime) -> list[tuple[float, float]]:
    """Where a playbook was begun from `since` to before `until`: lon, lat."""
    where = func.coalesce(playbook_run.c.location_id, place.c.location_id, shop.c.location_id)
    ask = (
        select(location.c.lon, location.c.lat)
        .select_from(playbook_run)
        .outerjoin(place, place.c.id == playbook_run.c.place_id)
        .outerjoin(shop, shop.c.id == playbook_run.c.shop_id)
        .join(location, location.c.id == where)
        .where(playbook_run.c.started_at >= since, playbook_run.c.started_at < until, location.c.lon.is_not(None))
        .order_by(location.c.id)
    )
    return [(row.lon, row.lat) for row in conn.execute(ask)]


def last_turn(conn: Connection, place_id: str) -> tuple[str, datetime] | None:
    """The playbook begun at a place last, in words, and when."""
    run = (
        select(playbook.c.name, playbook_run.c.started_at)
        .join(playbook, playbook.c.id == playbook_run.c.playbook_id)
        .where(playbook_run.c.place_id == place_id)
        .order_by(playbook_run.c.started_at.desc(), playbook_run.c.id)
    )
    begun = conn.execute(run.limit(1)).first()
    return (f"治理样板“{begun.name}”", begun.started_at) if begun else None
