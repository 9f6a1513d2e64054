"""The office's own allowed times, and those set for one case, in the store."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from mapsvc.domain.clock import Limit, LimitCalendar
from mapsvc.domain.limits import LimitChange, Rules
from mapsvc.store.rows import by_ids as rows_by_ids
from mapsvc.store.tables import limit_change, limit_rule


@dataclass(frozen=True)
class LimitRule:
    """An allowed time the office set itself; severity "" means any."""

    kind: str
    severity: str
    limit: Limit
    changed_at: datetime
    changed_by: str | None = None


def read(conn: Connection) -> Rules:
    """The office's own allowed times by kind and severity."""
    return {(rule.kind, rule.severity): rule.limit for rule in rules(conn)}


def rules(conn: Connection) -> list[LimitRule]:
    """The office's own allowed times, by kind and severity."""
    ask = select(limit_rule).order_by(limit_rule.c.kind, limit_rule.c.severity)
    return [
        LimitRule(
            row.kind, row.severity, Limit(LimitCalendar(row.calendar), row.limit_min), row.changed_at, row.changed_by
        )
        for row in conn.execute(ask)
    ]


def put(conn: Connection, rule: LimitRule) -> None:
    """Set an allowed time, replacing what was set."""
    remove(conn, rule.kind, rule.severity)
    conn.execute(
        insert(limit_rule).values(
            kind=rule.kind,
            severity=rule.severity,
            calendar=rule.limit.calendar,
            limit_min=rule.limit.minutes,
            changed_at=rule.changed_at,
            changed_by=rule.changed_by,
        )
    )


def remove(conn: Connection, kind: str, severity: str) -> bool:
    """Go back to what is shipped; False if nothing was set."""
    gone = delete(limit_rule).where(limit_rule.c.kind == kind, limit_rule.c.severity == severity)
    return conn.execute(gone).rowcount == 1


def add_change(conn: Connection, new: LimitChange) -> None:
    """Store what was set for one case."""
    conn.execute(
        insert(limit_change).values(
            id=new.id,
            case_id=new.case_id,
            before=_document(new.before),
            after=_document(new.after),
            reason=new.reason,
            actor_id=new.actor_id,
            at=new.at,
        )
    )


def changes_of_case(conn: Connection, case_id: str) -> list[LimitChange]:
    """What was set for one case, oldest first."""
    ask = select(limit_change).where(limit_change.c.case_id == case_id).order_by(limit_change.c.at, limit_change.c.id)
    return [_change(row) for row in conn.execute(ask)]


def changes_by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, LimitChange]:
    """Changes by id; unknown ids are left out."""
    return {row.id: _change(row) for row in rows_by_ids(conn, limit_change, ids)}


def _change(row: Row[Any]) -> LimitChange:
    return LimitChange(row.id, row.case_id, _limit(row.before), _limit(row.after), row.reason, row.at, row.actor_id)


def _document(limit: Limit) -> dict[str, object]:
    return {"calendar": limit.calendar.value, "minutes": limit.minutes}


def _limit(document: dict[str, Any] | None) -> Limit:
    return Limit(LimitCalendar(document["calendar"]), document["minutes"]) if document else Limit()
