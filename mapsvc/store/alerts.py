"""Warnings and the looks that found them in the store."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from mapsvc.domain.alerts import WAITING, Alert, AlertRun, AlertState, Decision, Dismissal, Rule
from mapsvc.domain.campaigns import CampaignState
from mapsvc.domain.cases import OPEN_STATES
from mapsvc.domain.context_events import MOMENTARY
from mapsvc.store.rows import by_ids as rows_by_ids
from mapsvc.store.tables import alert, alert_run, campaign, case_file, context_event, playbook_run

_FIELDS = tuple(f.name for f in fields(Alert))
_RUN = tuple(f.name for f in fields(AlertRun))


def from_row(row: Row[Any]) -> Alert:
    """A warning from a row of table alert."""
    values = {name: getattr(row, name) for name in _FIELDS}
    values |= {
        "rule": Rule(row.rule),
        "state": AlertState(row.state),
        "decision": Decision(row.decision) if row.decision else None,
        "reason": Dismissal(row.reason) if row.reason else None,
    }
    return Alert(**values)


def add(conn: Connection, new: Alert) -> None:
    """Store a new warning; its run must be stored before."""
    conn.execute(insert(alert).values(**asdict(new)))


def change(conn: Connection, alert_id: str, **values: object) -> None:
    """Write some columns."""
    conn.execute(update(alert).where(alert.c.id == alert_id).values(**values))


def take(conn: Connection, alert_id: str, version: int, **values: object) -> bool:
    """Write some columns of a warning that still has this version, and count it on; whether it had."""
    asked = update(alert).where(alert.c.id == alert_id, alert.c.version == version)
    return bool(conn.execute(asked.values(**values, version=version + 1)).rowcount)


def by_id(conn: Connection, alert_id: str) -> Alert | None:
    """The warning with this id."""
    return next(iter(by_ids(conn, [alert_id]).values()), None)


def by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, Alert]:
    """Warnings by id; unknown ids are left out."""
    return {row.id: from_row(row) for row in rows_by_ids(conn, alert, ids)}


def listed(
    conn: Connection, states: Collection[AlertState] = (), rule: Rule | None = None, limit: int | None = None
) -> list[Alert]:
    """Warnings in these states (empty: all) and of this rule, the strongest first; decided ones the latest first."""
    ask = select(alert)
    if states:
        ask = ask.where(alert.c.state.in_(sorted(states)))
    if rule is not None:
        ask = ask.where(alert.c.rule == rule)
    # decided_at is null for what waits: those stand by how clear they are.
    ask = ask.order_by(alert.c.decided_at.is_(None).desc(), alert.c.decided_at.desc(), alert.c.q, alert.c.p, alert.c.id)
    return [from_row(row) for row in conn.execute(ask.limit(limit) if limit else ask)]


def waiting(conn: Connection) -> list[Alert]:
    """What nobody has decided on yet, by id."""
    ask = select(alert).where(alert.c.state.in_(sorted(WAITING))).order_by(alert.c.id)
    return [from_row(row) for row in conn.execute(ask)]


def decided_since(conn: Connection, since: datetime) -> list[Alert]:
    """What somebody decided on since then, the earliest first."""
    ask = select(alert).where(alert.c.decided_at >= since).order_by(alert.c.decided_at, alert.c.id)
    return [from_row(row) for row in conn.execute(ask)]


def of_subject(conn: Connection, subject: str) -> list[Alert]:
    """All warnings about this, the latest first."""
    ask = select(alert).where(alert.c.subject == subject).order_by(alert.c.raised_at.desc(), alert.c.id)
    return [from_row(row) for row in conn.execute(ask)]


def count(conn: Connection, states: Collection[AlertState]) -> int:
    """How many are in these states."""
    ask = select(func.count()).select_from(alert).where(alert.c.state.in_(sorted(states)))
    return int(conn.execute(ask).scalar_one())


def add_run(conn: Connection, new: AlertRun) -> None:
    """Store a look."""
    conn.execute(insert(alert_run).values(**asdict(new)))


def runs_between(conn: Connection, first: date, last: date) -> list[AlertRun]:
    """Looks whose last day lies within these two, the earliest first."""
    ask = select(alert_run).where(alert_run.c.until_day.between(first, last))
    ordered = ask.order_by(alert_run.c.until_day, alert_run.c.id)
    return [_run(row) for row in conn.execute(ordered)]


def last_run(conn: Connection) -> AlertRun | None:
    """The look at the latest day."""
    row = conn.execute(select(alert_run).order_by(alert_run.c.until_day.desc(), alert_run.c.id).limit(1)).first()
    return _run(row) if row else None


def going_on(conn: Connection, refs: Sequence[str | None], at: datetime) -> frozenset[str]:
    """Those of these ids that are an open case, a run of a playbook, a campaign or a context event not over."""
    wanted = sorted({r for r in refs if r})
    if not wanted:
        return frozenset()
    lasts = (context_event.c.until_at > at) | context_event.c.until_at.is_(None)
    asks = (
        select(case_file.c.id).where(case_file.c.state.in_(sorted(OPEN_STATES))),
        select(playbook_run.c.id).where(playbook_run.c.ended_at.is_(None)),
        select(campaign.c.id).where(campaign.c.state != CampaignState.OVER.value),
        select(context_event.c.id).where(
            context_event.c.withdrawn_at.is_(None), context_event.c.kind.not_in(sorted(MOMENTARY)), lasts
        ),
    )
    found: set[str] = set()
    for ask in asks:
        (column,) = ask.selected_columns
        found |= set(conn.execute(ask.where(column.in_(wanted))).scalars())
    return frozenset(found)


def _run(row: Row[Any]) -> AlertRun:
    values = {name: getattr(row, name) for name in _RUN}
    return AlertRun(**(values | {"detail": row.detail or {}}))
