"""Patrol plans in the store."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from mapsvc.domain.patrol import Plan
from mapsvc.domain.patrol_files import plan_from_json
from mapsvc.store.tables import patrol_plan


@dataclass(frozen=True)
class KeptPlan:
    """A plan with when it was made and handed out.

    Attributes
    ----------
    plan : Plan
        As it stands now.
    edition : int
        Raised by each change by hand.
    published_plan : Plan or None
        As it was handed out, of edition `published_edition`.
    """

    plan: Plan
    made_by: str | None
    made_at: datetime
    published_at: datetime | None
    edition: int = 1
    published_plan: Plan | None = None
    published_edition: int | None = None

    @property
    def carried(self) -> Plan:
        """What phones and paper carry: the plan as it was handed out, else as it stands."""
        return self.published_plan or self.plan

    @property
    def has_changes(self) -> bool:
        """Whether it was changed by hand since it was handed out."""
        return self.published_at is not None and self.carried != self.plan


def _kept(row: Row[Any]) -> KeptPlan:
    published = plan_from_json(row.published_plan) if row.published_plan else None
    return KeptPlan(
        plan_from_json(row.plan), row.made_by, row.made_at, row.published_at, row.edition, published,
        row.published_edition,
    )  # fmt: skip


def add(conn: Connection, plan: Plan, made_by: str | None, made_at: datetime) -> None:
    """Keep a new plan."""
    conn.execute(
        insert(patrol_plan).values(
            id=plan.id,
            day=plan.day,
            shift=plan.shift.value,
            version=plan.version,
            seed=plan.seed,
            input_hash=plan.input_hash,
            plan=plan.to_json(),
            made_by=made_by,
            made_at=made_at,
        )
    )


def by_id(conn: Connection, plan_id: str) -> KeptPlan | None:
    """The plan with this id."""
    row = conn.execute(select(patrol_plan).where(patrol_plan.c.id == plan_id)).first()
    return _kept(row) if row else None


def of_day(conn: Connection, day: date) -> list[KeptPlan]:
    """Plans of a day, the latest made first."""
    query = select(patrol_plan).where(patrol_plan.c.day == day)
    return [
        _kept(row)
        for row in conn.execute(
            query.order_by(patrol_plan.c.made_at.desc(), patrol_plan.c.version.desc(), patrol_plan.c.id)
        )
    ]


def walked_on(conn: Connection, day: date) -> KeptPlan | None:
    """The plan people walk by on `day`: the one handed out last, a team's before a single walk, else made last."""

    def rank(kept: KeptPlan) -> tuple[bool, bool, datetime]:
        return kept.published_at is not None, len(kept.plan.routes) > 1, kept.published_at or kept.made_at

    return max(of_day(conn, day), key=rank, default=None)


def handed_out(conn: Connection, first: date, last: date) -> list[Plan]:
    """What people were given to walk on the days from `first` to `last`: of each shift what was handed out last."""
    query = select(patrol_plan).where(
        patrol_plan.c.day >= first, patrol_plan.c.day <= last, patrol_plan.c.published_at.is_not(None)
    )
    rows = conn.execute(query.order_by(patrol_plan.c.day, patrol_plan.c.published_at, patrol_plan.c.id))
    return list({(row.day, row.shift): _kept(row).carried for row in rows}.values())


def recent(conn: Connection, limit: int) -> list[KeptPlan]:
    """The latest plans, by day and then by when they were made."""
    query = select(patrol_plan).order_by(
        patrol_plan.c.day.desc(), patrol_plan.c.made_at.desc(), patrol_plan.c.version.desc(), patrol_plan.c.id
    )
    return [_kept(row) for row in conn.execute(query.limit(limit))]


def publish(conn: Connection, kept: KeptPlan, at: datetime) -> None:
    """Mark a plan as handed out as it stands."""
    conn.execute(
        update(patrol_plan)
        .where(patrol_plan.c.id == kept.plan.id)
        .values(published_at=at, published_plan=kept.plan.to_json(), published_edition=kept.edition)
    )


def remove(conn: Connection, plan_id: str) -> None:
    """Take a draft back that nobody was given."""
    conn.execute(delete(patrol_plan).where(patrol_plan.c.id == plan_id))
