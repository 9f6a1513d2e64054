"""People in the store: staff, merchants, others."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from mapsvc.domain.people import Person, PersonKind
from mapsvc.store.tables import person


def from_row(row: Row[Any]) -> Person:
    """A person from a row of table person."""
    return Person(
        row.id,
        PersonKind(row.kind),
        row.name,
        row.nickname,
        row.phone,
        row.created_at,
        row.left_at,
        row.erased_at,
    )


def by_id(conn: Connection, person_id: str) -> Person | None:
    """The person with this id."""
    row = conn.execute(select(person).where(person.c.id == person_id)).first()
    return from_row(row) if row else None


def by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, Person]:
    """People by id; unknown ids are left out."""
    wanted = sorted({i for i in ids if i})
    if not wanted:
        return {}
    return {row.id: from_row(row) for row in conn.execute(select(person).where(person.c.id.in_(wanted)))}


def staff(conn: Connection) -> list[Person]:
    """Staff that has not left, by nickname."""
    ask = select(person).where(person.c.kind == PersonKind.STAFF, person.c.left_at.is_(None))
    return [from_row(row) for row in conn.execute(ask.order_by(person.c.nickname, person.c.id))]


def staff_by_nickname(conn: Connection, nickname: str) -> Person | None:
    """The staff person colleagues call so."""
    ask = select(person).where(person.c.kind == PersonKind.STAFF, person.c.nickname == nickname)
    row = conn.execute(ask).first()
    return from_row(row) if row else None


def add(conn: Connection, new: Person) -> None:
    """Store a new person."""
    conn.execute(
        insert(person).values(
            id=new.id,
            kind=new.kind,
            name=new.name,
            nickname=new.nickname,
            phone=new.phone,
            created_at=new.created_at,
            left_at=new.left_at,
            erased_at=new.erased_at,
        )
    )


def change(conn: Connection, person_id: str, **values: object) -> None:
    """Write some columns of a person."""
    conn.execute(update(person).where(person.c.id == person_id).values(**values))
