"""Patrols walked, in the store; nothing here is asked for but by the walker, and by coverage without names."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from mapsvc.domain.walks import SkipReason, Step, StepOutcome, Walk
from mapsvc.store.tables import patrol_step, patrol_walk


def add(conn: Connection, new: Walk) -> None:
    """Store a walk that begins."""
    conn.execute(
        insert(patrol_walk).values(
            id=new.id, plan_id=new.plan_id, person_id=new.person_id, started_at=new.started_at, ended_at=new.ended_at
        )
    )


def by_id(conn: Connection, walk_id: str) -> Walk | None:
    """The walk with this id."""
    return next(iter(_walks(conn, patrol_walk.c.id == walk_id)), None)


def of_plans(conn: Connection, person_id: str, plan_ids: Iterable[str]) -> dict[str, Walk]:
    """One person's walks of these plans, by plan."""
    wanted = sorted(set(plan_ids))
    if not wanted:
        return {}
    mine = (patrol_walk.c.person_id == person_id) & patrol_walk.c.plan_id.in_(wanted)
    return {walk.plan_id: walk for walk in _walks(conn, mine)}


def end(conn: Connection, walk_id: str, at: datetime | None) -> None:
    """Say when it ended; None: it goes on."""
    conn.execute(update(patrol_walk).where(patrol_walk.c.id == walk_id).values(ended_at=at))


def add_step(conn: Connection, new: Step) -> None:
    """Store a step."""
    conn.execute(
        insert(patrol_step).values(
            id=new.id,
            walk_id=new.walk_id,
            ref=new.ref,
            outcome=new.outcome.value,
            reason=new.reason.value if new.reason else None,
            text=new.text,
            segments=list(new.segments),
            at=new.at,
            withdrawn_at=new.withdrawn_at,
        )
    )


def step(conn: Connection, step_id: str) -> Step | None:
    """The step with this id, taken back or not."""
    row = conn.execute(select(patrol_step).where(patrol_step.c.id == step_id)).first()
    return _step(row) if row else None


def withdraw_step(conn: Connection, step_id: str, at: datetime) -> None:
    """Take a step back."""
    conn.execute(update(patrol_step).where(patrol_step.c.id == step_id).values(withdrawn_at=at))


def _walks(conn: Connection, which: ColumnElement[bool]) -> list[Walk]:
    found = conn.execute(select(patrol_walk).where(which).order_by(patrol_walk.c.started_at, patrol_walk.c.id)).all()
    steps: dict[str, list[Step]] = {row.id: [] for row in found}
    standing = patrol_step.c.walk_id.in_(sorted(steps)) & patrol_step.c.withdrawn_at.is_(None)
    for row in conn.execute(select(patrol_step).where(standing).order_by(patrol_step.c.at, patrol_step.c.id)):
        steps[row.walk_id].append(_step(row))
    return [
        Walk(row.id, row.plan_id, row.person_id, row.started_at, row.ended_at, tuple(steps[row.id])) for row in found
    ]


def _step(row: Row[Any]) -> Step:
    return Step(
        row.id,
        row.walk_id,
        row.ref,
        StepOutcome(row.outcome),
        row.at,
        SkipReason(row.reason) if row.reason else None,
        row.text,
        tuple(row.segments),
        row.withdrawn_at,
    )
