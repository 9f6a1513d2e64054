"""Cases and their steps in the store."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from mapsvc.domain.cases import OPEN_STATES, Case, CaseState, CaseStep, Limit, LimitCalendar, Severity
from mapsvc.store.rows import by_ids as rows_by_ids
from mapsvc.store.tables import case_file, case_step

_PLAIN = (
    "id",
    "opened_at",
    "version",
    "handler",
    "due_at",
    "paused_at",
    "paused_min",
    "closed_at",
    "return_visit_due_at",
    "return_visited_at",
    "rework_count",
    "is_supervised",
    "is_imported",
    "merged_into",
    "self_correct_by",
    "reopen_count",
    "reopened_at",
)


def from_row(row: Row[Any], prefix: str = "") -> Case:
    """A case from a row that carries the columns of case_file, each named `prefix` + column."""
    suspended_from, severity = getattr(row, f"{prefix}suspended_from"), getattr(row, f"{prefix}severity")
    return Case(
        **{name: getattr(row, prefix + name) for name in _PLAIN},
        state=CaseState(getattr(row, f"{prefix}state")),
        limit=Limit(LimitCalendar(getattr(row, f"{prefix}calendar")), getattr(row, f"{prefix}limit_min")),
        suspended_from=CaseState(suspended_from) if suspended_from else None,
        severity=Severity(severity) if severity else None,
    )


def values_of(case: Case) -> dict[str, object]:
    """The columns of case_file for `case`."""
    values: dict[str, object] = {name: getattr(case, name) for name in _PLAIN}
    return values | {
        "state": case.state,
        "suspended_from": case.suspended_from,
        "severity": case.severity,
        "calendar": case.limit.calendar,
        "limit_min": case.limit.minutes,
    }


def by_id(conn: Connection, case_id: str) -> Case | None:
    """The case with this id."""
    row = conn.execute(select(case_file).where(case_file.c.id == case_id)).first()
    return from_row(row) if row else None


def merged_into(conn: Connection, case_id: str) -> list[str]:
    """Ids of the cases that were merged into this one."""
    ask = select(case_file.c.id).where(case_file.c.merged_into == case_id).order_by(case_file.c.id)
    return list(conn.execute(ask).scalars())


def held(conn: Connection, case_id: str) -> Case | None:
    """As `by_id`; on PostgreSQL nobody else changes the case until the transaction ends (SQLite has one writer)."""
    row = conn.execute(select(case_file).where(case_file.c.id == case_id).with_for_update()).first()
    return from_row(row) if row else None


def open_in_working_time(conn: Connection, due_from: datetime) -> list[Case]:
    """Open cases with a deadline in working time, from `due_from` on, held until the transaction ends, by id."""
    ask = select(case_file).where(
        case_file.c.state.in_(sorted(OPEN_STATES)),
        case_file.c.due_at >= due_from,
        case_file.c.calendar != LimitCalendar.CLOCK,
    )
    return [from_row(row) for row in conn.execute(ask.order_by(case_file.c.id).with_for_update())]


def add(conn: Connection, new: Case) -> None:
    """Store a new case."""
    conn.execute(insert(case_file).values(**values_of(new)))


def replace(conn: Connection, moved: Case) -> bool:
    """Write a case that was moved; False if another move came first (the stored version is not one less)."""
    ask = update(case_file).where(case_file.c.id == moved.id, case_file.c.version == moved.version - 1)
    return conn.execute(ask.values(**values_of(moved))).rowcount == 1


def change(conn: Connection, case_id: str, **values: object) -> None:
    """Write some columns of a case that is `held`; its version counts steps and stays."""
    conn.execute(update(case_file).where(case_file.c.id == case_id).values(**values))


def _step(row: Row[Any]) -> CaseStep:
    return CaseStep(
        row.id,
        row.case_id,
        CaseState(row.to_state),
        row.version,
        row.at,
        CaseState(row.from_state) if row.from_state else None,
        row.reason,
        row.actor_id,
    )


def steps(conn: Connection, case_id: str) -> list[CaseStep]:
    """The steps of a case, oldest first."""
    ask = select(case_step).where(case_step.c.case_id == case_id).order_by(case_step.c.version, case_step.c.at)
    return [_step(row) for row in conn.execute(ask)]


def last_step(conn: Connection, case_id: str) -> CaseStep | None:
    """What was done last about a case."""
    ask = select(case_step).where(case_step.c.case_id == case_id)
    row = conn.execute(ask.order_by(case_step.c.version.desc()).limit(1)).first()
    return _step(row) if row else None


def steps_by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, CaseStep]:
    """Steps by id; unknown ids are left out."""
    return {row.id: _step(row) for row in rows_by_ids(conn, case_step, ids)}


def add_step(conn: Connection, new: CaseStep) -> None:
    """Store a new step."""
    conn.execute(insert(case_step).values(**asdict(new)))
