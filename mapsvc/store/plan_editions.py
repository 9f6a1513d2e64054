"""What a plan was before each change by hand."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, delete, insert, select, update

from mapsvc.domain.patrol import Plan
from mapsvc.domain.patrol_files import plan_from_json
from mapsvc.store.tables import patrol_edition, patrol_plan


@dataclass(frozen=True)
class Edition:
    """A plan as it was before the change that `text` names."""

    id: str
    edition: int
    plan: Plan
    text: str


def change(conn: Connection, before: Plan, after: Plan, edition: int) -> bool:
    """Put `after` in the place of `before` and raise the edition; False where `edition` is not the present one."""
    done = conn.execute(
        update(patrol_plan)
        .where(patrol_plan.c.id == before.id, patrol_plan.c.edition == edition)
        .values(plan=after.to_json(), edition=edition + 1)
    )
    return done.rowcount == 1


def keep(conn: Connection, before: Plan, edition: int, text: str, made_by: str | None, at: datetime) -> None:
    """Keep what the plan was, to take the change back."""
    row = {"id": str(uuid4()), "plan_id": before.id, "edition": edition, "plan": before.to_json(), "text": text}
    conn.execute(insert(patrol_edition).values(**row, made_by=made_by, made_at=at))


def latest(conn: Connection, plan_id: str) -> Edition | None:
    """The change made last that was not taken back."""
    kept = patrol_edition.c
    query = select(patrol_edition).where(kept.plan_id == plan_id).order_by(kept.edition.desc()).limit(1)
    row = conn.execute(query).first()
    return Edition(row.id, row.edition, plan_from_json(row.plan), row.text) if row else None


def forget(conn: Connection, edition: Edition) -> None:
    """The change was taken back."""
    conn.execute(delete(patrol_edition).where(patrol_edition.c.id == edition.id))
