"""The outbox of the public surface: what was said there, kept until the inside has it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from mapsvc.domain.surface import Said, SaidKind
from mapsvc.store.surface.tables import said


def add(conn: Connection, new: Said) -> Said:
    """Put something said at the end of the queue; the same id again changes nothing. Its `seq` comes with it."""
    before = by_id(conn, new.id)
    if before is not None:
        return before
    conn.execute(
        insert(said).values(
            id=new.id,
            key=new.key,
            kind=new.kind.value,
            body=dict(new.body),
            photos=list(new.photos),
            is_held=new.is_held,
            said_at=new.said_at,
        )
    )
    kept = by_id(conn, new.id)
    assert kept is not None
    return kept


def by_id(conn: Connection, said_id: str) -> Said | None:
    """What was said under this id; of what was picked up the body is gone."""
    row = conn.execute(select(said).where(said.c.id == said_id)).first()
    return _said(row) if row else None


def of_key(conn: Connection, key: str, since: datetime | None = None) -> list[Said]:
    """What was said with a card or order, the oldest first; of what was picked up the body is gone."""
    ask = select(said).where(said.c.key == key)
    if since is not None:
        ask = ask.where(said.c.said_at >= since)
    return [_said(row) for row in conn.execute(ask.order_by(said.c.seq))]


def waiting_of_key(conn: Connection, key: str) -> list[Said]:
    """What was said with a card or order and nobody has picked up, the oldest first."""
    ask = select(said).where(said.c.key == key, said.c.taken_at.is_(None))
    return [_said(row) for row in conn.execute(ask.order_by(said.c.seq))]


def waiting(conn: Connection, limit: int) -> list[Said]:
    """The next to be picked up, the oldest first."""
    ask = select(said).where(said.c.taken_at.is_(None)).order_by(said.c.seq).limit(limit)
    return [_said(row) for row in conn.execute(ask)]


def count_waiting(conn: Connection) -> int:
    """How many wait to be picked up."""
    return int(conn.execute(select(func.count()).where(said.c.taken_at.is_(None))).scalar() or 0)


def count_of_key(conn: Connection, key: str, since: datetime, kinds: Iterable[SaidKind] = tuple(SaidKind)) -> int:
    """How much was said with a card since then, picked up or not."""
    ask = select(func.count()).where(
        said.c.key == key, said.c.said_at >= since, said.c.kind.in_([kind.value for kind in kinds])
    )
    return int(conn.execute(ask).scalar() or 0)


def take_away(conn: Connection, up_to: int, at: datetime) -> int:
    """The inside has all up to this seq: bodies and photos go; how many there were."""
    ask = update(said).where(said.c.seq <= up_to, said.c.taken_at.is_(None))
    return conn.execute(ask.values(taken_at=at, body=None, photos=None)).rowcount


def photos_waiting(conn: Connection) -> set[str]:
    """SHA-256 of every photo said with something that nobody has picked up."""
    found = conn.execute(select(said.c.photos).where(said.c.taken_at.is_(None))).scalars()
    return {sha for some in found for sha in some or ()}


def id_at(conn: Connection, seq: int) -> str | None:
    """What was said at this place in the queue."""
    return conn.execute(select(said.c.id).where(said.c.seq == seq)).scalar()


def forget_taken_before(conn: Connection, before: datetime) -> None:
    """Erase the traces of what was picked up long ago."""
    conn.execute(delete(said).where(said.c.taken_at < before))


def _said(row: Row[Any]) -> Said:
    return Said(
        row.id, row.key, SaidKind(row.kind), row.body or {}, row.said_at, tuple(row.photos or ()), row.is_held, row.seq
    )
