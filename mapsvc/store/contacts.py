"""Attempts to reach somebody, in the store."""

from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from mapsvc.domain.contacts import ContactAttempt, ContactParty, ContactResult, ContactWay
from mapsvc.store.rows import by_ids as rows_by_ids
from mapsvc.store.tables import contact_attempt

_FIELDS = tuple(f.name for f in fields(ContactAttempt) if f.name not in {"party", "way", "result"})


def _attempt(row: Row[Any]) -> ContactAttempt:
    return ContactAttempt(
        **{name: getattr(row, name) for name in _FIELDS},
        party=ContactParty(row.party),
        way=ContactWay(row.way),
        result=ContactResult(row.result),
    )


def by_id(conn: Connection, attempt_id: str) -> ContactAttempt | None:
    """The attempt with this id."""
    row = conn.execute(select(contact_attempt).where(contact_attempt.c.id == attempt_id)).first()
    return _attempt(row) if row else None


def by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, ContactAttempt]:
    """Attempts by id; unknown ids are left out."""
    return {row.id: _attempt(row) for row in rows_by_ids(conn, contact_attempt, ids)}


def of_case(conn: Connection, case_id: str) -> list[ContactAttempt]:
    """The attempts in a case, the first first."""
    return _all(conn, contact_attempt.c.case_id == case_id)


def of_response(conn: Connection, response_id: str) -> list[ContactAttempt]:
    """The attempts of a response, the first first."""
    return _all(conn, contact_attempt.c.response_id == response_id)


def of_ticket(conn: Connection, ticket_id: str) -> list[ContactAttempt]:
    """The attempts of a ticket, the first first."""
    return _all(conn, contact_attempt.c.ticket_id == ticket_id)


def add(conn: Connection, new: ContactAttempt) -> None:
    """Store a new attempt."""
    conn.execute(insert(contact_attempt).values(**asdict(new)))


def _all(conn: Connection, where: Any) -> list[ContactAttempt]:
    ask = select(contact_attempt).where(where).order_by(contact_attempt.c.at, contact_attempt.c.id)
    return [_attempt(row) for row in conn.execute(ask)]
