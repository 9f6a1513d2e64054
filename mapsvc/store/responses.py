"""红色响应 in the store: who was called together for a case, and when they came."""

from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from mapsvc.domain.responses import Party, PartyRole, Response
from mapsvc.store.rows import by_ids as rows_by_ids
from mapsvc.store.tables import response, response_party

_FIELDS = tuple(f.name for f in fields(Response))
_PARTY_FIELDS = tuple(f.name for f in fields(Party) if f.name != "role")


def _response(row: Row[Any]) -> Response:
    return Response(**{name: getattr(row, name) for name in _FIELDS})


def _party(row: Row[Any]) -> Party:
    return Party(**{name: getattr(row, name) for name in _PARTY_FIELDS}, role=PartyRole(row.role))


def by_id(conn: Connection, response_id: str) -> Response | None:
    """The response with this id."""
    row = conn.execute(select(response).where(response.c.id == response_id)).first()
    return _response(row) if row else None


def by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, Response]:
    """Responses by id; unknown ids are left out."""
    return {row.id: _response(row) for row in rows_by_ids(conn, response, ids)}


def of_case(conn: Connection, case_id: str) -> list[Response]:
    """The responses of a case, the latest first."""
    ask = select(response).where(response.c.case_id == case_id)
    return [_response(row) for row in conn.execute(ask.order_by(response.c.called_at.desc(), response.c.id))]


def open_of_case(conn: Connection, case_id: str) -> Response | None:
    """The response that goes on in a case, if any."""
    return next((one for one in of_case(conn, case_id) if one.is_open), None)


def open_ones(conn: Connection) -> list[Response]:
    """Every response that goes on, the first called first."""
    ask = select(response).where(response.c.stood_down_at.is_(None))
    return [_response(row) for row in conn.execute(ask.order_by(response.c.called_at, response.c.id))]


def add(conn: Connection, new: Response) -> None:
    """Store a new response."""
    conn.execute(insert(response).values(**asdict(new)))


def replace(conn: Connection, changed: Response) -> None:
    """Write a response that was changed."""
    conn.execute(update(response).where(response.c.id == changed.id).values(**asdict(changed)))


def set_first_contact(conn: Connection, response_id: str, at: datetime | None) -> None:
    """When somebody was reached first."""
    conn.execute(update(response).where(response.c.id == response_id).values(first_contact_at=at))


def parties(conn: Connection, response_ids: Iterable[str]) -> list[Party]:
    """Who was called in these responses: by kind of party, then by name."""
    ask = select(response_party).where(response_party.c.response_id.in_(sorted(set(response_ids))))
    roles = list(PartyRole)
    return sorted((_party(row) for row in conn.execute(ask)), key=lambda p: (roles.index(p.role), p.name, p.id))


def party_by_id(conn: Connection, party_id: str) -> Party | None:
    """The party with this id."""
    row = conn.execute(select(response_party).where(response_party.c.id == party_id)).first()
    return _party(row) if row else None


def parties_by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, Party]:
    """Parties by id; unknown ids are left out."""
    return {row.id: _party(row) for row in rows_by_ids(conn, response_party, ids)}


def add_parties(conn: Connection, new: Iterable[Party]) -> None:
    """Put parties on the list."""
    rows = [asdict(one) for one in new]
    if rows:
        conn.execute(insert(response_party), rows)


def replace_party(conn: Connection, changed: Party) -> None:
    """Write a party that was changed."""
    conn.execute(update(response_party).where(response_party.c.id == changed.id).values(**asdict(changed)))


def remove_party(conn: Connection, party_id: str) -> None:
    """Take a party off the list."""
    conn.execute(delete(response_party).where(response_party.c.id == party_id))
