"""线上驿站 in the store: entries in force and put away, and all their versions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, func, insert, select, update

from mapsvc.domain.policies import PolicyEntry
from mapsvc.domain.policy_files import from_document, to_document
from mapsvc.store.tables import person, policy, policy_version, revision

LIVE, RETIRED = "live", "retired"


@dataclass(frozen=True)
class Kept:
    """An entry as it stands, live or put away."""

    entry: PolicyEntry
    is_live: bool
    updated_at: datetime | None


@dataclass(frozen=True)
class Version:
    """An entry as it once stood: who changed it when, and why in a word (`text`)."""

    entry: PolicyEntry
    text: str
    made_at: datetime
    made_by: str | None
    made_by_name: str | None


def all_kept(conn: Connection) -> list[Kept]:
    """All entries in the office's order."""
    return [_kept(row) for row in conn.execute(select(policy).order_by(policy.c.position, policy.c.id))]


def by_id(conn: Connection, policy_id: str) -> Kept | None:
    """One, live or put away."""
    row = conn.execute(select(policy).where(policy.c.id == policy_id)).first()
    return _kept(row) if row else None


def put(conn: Connection, entry: PolicyEntry, text: str, made_by: str | None, at: datetime, position: int = 0) -> None:
    """Store an entry as it now stands and as a version; `position` is for new ones."""
    document = to_document(entry)
    values = {
        "topic": entry.topic, "title": entry.title, "version": entry.version, "entry": document,
        "valid_from": entry.valid_from, "valid_until": entry.valid_until, "is_sample": entry.is_sample,
        "updated_at": at,
    }  # fmt: skip
    changed = conn.execute(update(policy).where(policy.c.id == entry.id).values(**values))
    if not changed.rowcount:
        conn.execute(insert(policy).values(id=entry.id, state=LIVE, position=position, **values))
    conn.execute(
        insert(policy_version).values(
            id=str(uuid4()), policy_id=entry.id, version=entry.version, entry=document, text=text, made_by=made_by,
            made_at=at,
        )
    )  # fmt: skip


def set_live(conn: Connection, policy_id: str, is_live: bool, at: datetime) -> None:
    """Put an entry away, or take it out again."""
    values = {"state": LIVE if is_live else RETIRED, "updated_at": at}
    conn.execute(update(policy).where(policy.c.id == policy_id).values(**values))


def versions(conn: Connection, policy_id: str) -> list[Version]:
    """All versions of one, the newest first."""
    ask = (
        select(policy_version, person.c.nickname, person.c.name)
        .join(person, person.c.id == policy_version.c.made_by, isouter=True)
        .where(policy_version.c.policy_id == policy_id)
        .order_by(policy_version.c.version.desc())
    )
    return [
        Version(from_document(row.entry), row.text, row.made_at, row.made_by, row.nickname or row.name)
        for row in conn.execute(ask)
    ]


def next_position(conn: Connection) -> int:
    """Where a new entry stands: at the end."""
    last = conn.execute(select(func.max(policy.c.position))).scalar()
    return 0 if last is None else last + 1


def revision_of(conn: Connection) -> int:
    """The number that rises with every change of the policies."""
    return conn.execute(select(revision.c.n).where(revision.c.layer == "policies")).scalar() or 0


def _kept(row: Row[Any]) -> Kept:
    return Kept(from_document(row.entry), row.state == LIVE, row.updated_at)
