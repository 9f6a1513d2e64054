"""Notes on cases in the store."""

from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import Connection, func, insert, select

from mapsvc.domain.cases import CaseNote
from mapsvc.store.rows import by_ids as rows_by_ids
from mapsvc.store.tables import case_note


def of_case(conn: Connection, case_id: str) -> list[CaseNote]:
    """The notes of a case, oldest first."""
    ask = select(case_note).where(case_note.c.case_id == case_id).order_by(case_note.c.at, case_note.c.id)
    return [CaseNote(**row._mapping) for row in conn.execute(ask)]


def by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, CaseNote]:
    """Notes by id; unknown ids are left out."""
    return {row.id: CaseNote(**row._mapping) for row in rows_by_ids(conn, case_note, ids)}


def count(conn: Connection, case_id: str) -> int:
    """How many notes stand on a case."""
    return int(conn.execute(select(func.count()).where(case_note.c.case_id == case_id)).scalar_one())


def add(conn: Connection, new: CaseNote) -> None:
    """Store a new note."""
    conn.execute(insert(case_note).values(**asdict(new)))
