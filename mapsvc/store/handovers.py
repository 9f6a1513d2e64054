"""顶班 and 交接 in the store, and the assignments they move."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, delete, insert, or_, select, update

from mapsvc.domain.handovers import Handover, Moves, Return
from mapsvc.domain.shops import Assignment, AssignmentSource
from mapsvc.store.tables import assignment, handover

_FIELDS = tuple(f.name for f in fields(Handover))
_CHUNK = 5_000


def _handover(row: Row[Any]) -> Handover:
    return Handover(**{name: getattr(row, name) for name in _FIELDS})


def by_id(conn: Connection, handover_id: str) -> Handover | None:
    """The handover with this id."""
    row = conn.execute(select(handover).where(handover.c.id == handover_id)).first()
    return _handover(row) if row else None


def latest(conn: Connection, limit: int, of_person: str | None = None) -> list[Handover]:
    """The newest handovers first, undone ones too; with `of_person` those from or to that person."""
    ask = select(handover).order_by(handover.c.made_at.desc(), handover.c.id).limit(limit)
    if of_person is not None:
        ask = ask.where(or_(handover.c.from_id == of_person, handover.c.to_id == of_person))
    return [_handover(row) for row in conn.execute(ask)]


def standing_of(conn: Connection, from_id: str) -> list[Handover]:
    """Handovers of a person's doors that were not undone; the earliest first."""
    ask = select(handover).where(handover.c.from_id == from_id, handover.c.undone_at.is_(None))
    return [_handover(row) for row in conn.execute(ask.order_by(handover.c.from_day, handover.c.made_at))]


def running(conn: Connection, day: date) -> list[Handover]:
    """顶班 that hold on `day`; the earliest first."""
    ask = select(handover).where(handover.c.undone_at.is_(None), handover.c.from_day <= day, handover.c.until_day > day)
    return [_handover(row) for row in conn.execute(ask.order_by(handover.c.from_day, handover.c.id))]


def made_since(conn: Connection, at: datetime, but: str) -> list[Handover]:
    """Handovers made at or after `at` that stand, without the one with id `but`."""
    ask = select(handover).where(handover.c.made_at >= at, handover.c.undone_at.is_(None), handover.c.id != but)
    return [_handover(row) for row in conn.execute(ask.order_by(handover.c.made_at, handover.c.id))]


def add(conn: Connection, new: Handover) -> None:
    """Store a new handover."""
    conn.execute(insert(handover).values(asdict(new)))


def change(conn: Connection, handover_id: str, **values: object) -> None:
    """Write some columns of a handover: when it was undone, or another last day."""
    conn.execute(update(handover).where(handover.c.id == handover_id).values(**values))


def assignments_per_shop(conn: Connection, person_id: str, from_day: date) -> dict[str, list[Assignment]]:
    """All assignments ever of each shop that a person has some day from `from_day` on, by shop id."""
    alive = or_(assignment.c.until_day.is_(None), assignment.c.until_day > from_day)
    theirs = select(assignment.c.shop_id).where(and_(assignment.c.worker_id == person_id, alive))
    return _per_shop(conn, assignment.c.shop_id.in_(theirs))


def assignments_of_shops(conn: Connection, shop_ids: Iterable[str]) -> dict[str, list[Assignment]]:
    """All assignments ever of these shops, by shop id."""
    wanted = sorted(set(shop_ids))
    found: dict[str, list[Assignment]] = {}
    for start in range(0, len(wanted), _CHUNK):
        found |= _per_shop(conn, assignment.c.shop_id.in_(wanted[start : start + _CHUNK]))
    return found


def _per_shop(conn: Connection, which: ColumnElement[bool]) -> dict[str, list[Assignment]]:
    found: dict[str, list[Assignment]] = {}
    for r in conn.execute(select(assignment).where(which).order_by(assignment.c.shop_id, assignment.c.id)):
        one = Assignment(r.id, r.shop_id, r.worker_id, AssignmentSource(r.source), r.from_day, r.until_day)
        found.setdefault(r.shop_id, []).append(one)
    return found


def move(conn: Connection, moves: Sequence[Moves]) -> None:
    """Write what a handover changes at each of its shops."""
    _end(conn, [cut for one in moves for cut in one.cuts])
    if new := [asdict(a) for one in moves for a in one.new]:
        conn.execute(insert(assignment), new)


def take_back(conn: Connection, returns: Sequence[Return]) -> None:
    """Write what undoing a handover changes at each of its shops."""
    gone = sorted(piece for one in returns for piece in one.gone)
    for start in range(0, len(gone), _CHUNK):
        conn.execute(delete(assignment).where(assignment.c.id.in_(gone[start : start + _CHUNK])))
    _end(conn, [end for one in returns for end in one.ends])


def _end(conn: Connection, ends: Sequence[tuple[str, date | None]]) -> None:
    if ends:
        ask = update(assignment).where(assignment.c.id == bindparam("piece_id"))
        conn.execute(ask.values(until_day=bindparam("day")), [{"piece_id": piece, "day": day} for piece, day in ends])
