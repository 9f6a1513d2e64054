"""Extensions asked for, of cases and of tickets, in the store."""

from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import Connection, func, insert, select, update

from mapsvc.domain.cases import OPEN_STATES
from mapsvc.domain.limits import Extension
from mapsvc.store.rows import by_ids as rows_by_ids
from mapsvc.store.tables import case_file, extension


def by_id(conn: Connection, extension_id: str) -> Extension | None:
    """The extension with this id."""
    return by_ids(conn, [extension_id]).get(extension_id)


def by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, Extension]:
    """Extensions by id; unknown ids are left out."""
    return {row.id: Extension(**row._mapping) for row in rows_by_ids(conn, extension, ids)}


def of_case(conn: Connection, case_id: str) -> list[Extension]:
    """What was asked for a case, oldest first."""
    ask = select(extension).where(extension.c.case_id == case_id).order_by(extension.c.asked_at, extension.c.id)
    return [Extension(**row._mapping) for row in conn.execute(ask)]


def of_ticket(conn: Connection, ticket_id: str) -> list[Extension]:
    """What was asked for a ticket, oldest first."""
    ask = select(extension).where(extension.c.ticket_id == ticket_id).order_by(extension.c.asked_at, extension.c.id)
    return [Extension(**row._mapping) for row in conn.execute(ask)]


def pending_of_cases(conn: Connection) -> list[Extension]:
    """What somebody asked for an open case and nobody decided, oldest first."""
    ask = select(extension).join(case_file, case_file.c.id == extension.c.case_id)
    ask = ask.where(extension.c.decided_at.is_(None), case_file.c.state.in_(sorted(OPEN_STATES)))
    return [Extension(**row._mapping) for row in conn.execute(ask.order_by(extension.c.asked_at, extension.c.id))]


def count(conn: Connection, case_id: str) -> int:
    """How often more time was asked for a case."""
    ask = select(func.count()).select_from(extension).where(extension.c.case_id == case_id)
    return int(conn.execute(ask).scalar_one())


def add(conn: Connection, new: Extension) -> None:
    """Store what was asked for."""
    conn.execute(insert(extension).values(**asdict(new)))


def decide(conn: Connection, decided: Extension) -> bool:
    """Write what was decided; False if somebody decided before."""
    ask = update(extension).where(extension.c.id == decided.id, extension.c.decided_at.is_(None))
    values = {n: getattr(decided, n) for n in ("decided_at", "decided_by", "is_granted", "decision")}
    return conn.execute(ask.values(**values)).rowcount == 1
