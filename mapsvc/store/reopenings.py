"""Reopenings filed for the secretary, in the store."""

from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import Connection, func, insert, select, update

from mapsvc.domain.limits import Reopening
from mapsvc.store.rows import by_ids as rows_by_ids
from mapsvc.store.tables import reopening


def by_id(conn: Connection, reopening_id: str) -> Reopening | None:
    """The reopening with this id."""
    return by_ids(conn, [reopening_id]).get(reopening_id)


def by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, Reopening]:
    """Reopenings by id; unknown ids are left out."""
    return {row.id: Reopening(**row._mapping) for row in rows_by_ids(conn, reopening, ids)}


def of_case(conn: Connection, case_id: str) -> list[Reopening]:
    """What was filed on a case, oldest first."""
    ask = select(reopening).where(reopening.c.case_id == case_id).order_by(reopening.c.filed_at, reopening.c.id)
    return [Reopening(**row._mapping) for row in conn.execute(ask)]


def pending(conn: Connection) -> list[Reopening]:
    """What nobody decided yet, oldest first."""
    ask = select(reopening).where(reopening.c.decided_at.is_(None))
    return [Reopening(**row._mapping) for row in conn.execute(ask.order_by(reopening.c.filed_at, reopening.c.id))]


def count(conn: Connection, case_id: str) -> int:
    """How often reopening a case was filed."""
    ask = select(func.count()).select_from(reopening).where(reopening.c.case_id == case_id)
    return int(conn.execute(ask).scalar_one())


def add(conn: Connection, new: Reopening) -> None:
    """Store what was filed."""
    conn.execute(insert(reopening).values(**asdict(new)))


def decide(conn: Connection, decided: Reopening) -> bool:
    """Write what was decided; False if somebody decided before."""
    ask = update(reopening).where(reopening.c.id == decided.id, reopening.c.decided_at.is_(None))
    values = {n: getattr(decided, n) for n in ("decided_at", "decided_by", "is_accepted", "decision")}
    return conn.execute(ask.values(**values)).rowcount == 1
