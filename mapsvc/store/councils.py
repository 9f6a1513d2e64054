"""Councils, their parties and what was said in private, in the store."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from mapsvc.domain.councils import Council, CouncilState, Party, PartyRole, PrivateNote
from mapsvc.domain.ways_out import WayOut
from mapsvc.store.rows import by_ids as rows_by_ids
from mapsvc.store.tables import council, council_party, private_note

_FIELDS = tuple(f.name for f in fields(Council) if f.name not in {"state", "way_out"})
_PARTY = tuple(f.name for f in fields(Party) if f.name != "role")
_NOTE = tuple(f.name for f in fields(PrivateNote))


def from_row(row: Row[Any]) -> Council:
    """A council from a row of table council."""
    return Council(
        **{name: getattr(row, name) for name in _FIELDS},
        state=CouncilState(row.state) if row.state else None,
        way_out=WayOut(row.way_out) if row.way_out else None,
    )


def by_id(conn: Connection, council_id: str) -> Council | None:
    """The council with this id."""
    row = conn.execute(select(council).where(council.c.id == council_id)).first()
    return from_row(row) if row else None


def by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, Council]:
    """Councils by id; unknown ids are left out."""
    return {row.id: from_row(row) for row in rows_by_ids(conn, council, ids)}


def of_case(conn: Connection, case_id: str) -> list[Council]:
    """Councils held on a case, oldest first."""
    ask = select(council).where(council.c.case_id == case_id).order_by(council.c.held_at, council.c.id)
    return [from_row(r) for r in conn.execute(ask)]


def add(conn: Connection, new: Council) -> None:
    """Store a new council."""
    conn.execute(insert(council).values(**asdict(new)))


def replace(conn: Connection, changed: Council, version: int) -> bool:
    """Write a council that was changed; False if another change came first (the stored version is not `version`)."""
    ask = update(council).where(council.c.id == changed.id, council.c.version == version)
    return conn.execute(ask.values(**asdict(changed))).rowcount == 1


def remove(conn: Connection, council_id: str) -> None:
    """Take a council out that was never held, with its parties and notes."""
    for table in (private_note, council_party):
        conn.execute(delete(table).where(table.c.council_id == council_id))
    conn.execute(delete(council).where(council.c.id == council_id))


def parties(conn: Connection, council_ids: Collection[str]) -> dict[str, tuple[Party, ...]]:
    """Parties by council, in their order; councils without any are left out."""
    if not council_ids:
        return {}
    ask = select(council_party).where(council_party.c.council_id.in_(sorted(council_ids)))
    found: dict[str, tuple[Party, ...]] = {}
    for row in conn.execute(ask.order_by(council_party.c.sort, council_party.c.id)):
        one = _party(row)
        found[one.council_id] = (*found.get(one.council_id, ()), one)
    return found


def parties_by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, Party]:
    """Parties by id; unknown ids are left out."""
    return {row.id: _party(row) for row in rows_by_ids(conn, council_party, ids)}


def _party(row: Row[Any]) -> Party:
    return Party(**{name: getattr(row, name) for name in _PARTY}, role=PartyRole(row.role))


def add_parties(conn: Connection, new: Sequence[Party]) -> None:
    """Store new parties."""
    if new:
        conn.execute(insert(council_party), [asdict(p) for p in new])


def replace_party(conn: Connection, changed: Party) -> None:
    """Write a party that was changed."""
    conn.execute(update(council_party).where(council_party.c.id == changed.id).values(**asdict(changed)))


def notes(conn: Connection, council_ids: Collection[str]) -> dict[str, tuple[PrivateNote, ...]]:
    """What was said in private by council, oldest first; ask leave before."""
    if not council_ids:
        return {}
    ask = select(private_note).where(private_note.c.council_id.in_(sorted(council_ids)))
    found: dict[str, tuple[PrivateNote, ...]] = {}
    for row in conn.execute(ask.order_by(private_note.c.at, private_note.c.id)):
        one = PrivateNote(**{name: getattr(row, name) for name in _NOTE})
        found[one.council_id] = (*found.get(one.council_id, ()), one)
    return found


def add_note(conn: Connection, new: PrivateNote) -> None:
    """Store a new private note."""
    conn.execute(insert(private_note).values(**asdict(new)))


def remove_note(conn: Connection, council_id: str, note_id: str) -> bool:
    """Take a private note out; False if there is none of this id."""
    gone = delete(private_note).where(private_note.c.id == note_id, private_note.c.council_id == council_id)
    return conn.execute(gone).rowcount == 1
