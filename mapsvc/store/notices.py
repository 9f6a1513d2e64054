"""Notices in the store."""

from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from mapsvc.domain.notices import Notice
from mapsvc.store.rows import by_ids as rows_by_ids
from mapsvc.store.tables import notice

_FIELDS = tuple(f.name for f in fields(Notice))


def from_row(row: Row[Any]) -> Notice:
    """A notice from a row of table notice."""
    return Notice(**{name: getattr(row, name) for name in _FIELDS})


def add(conn: Connection, new: Notice) -> None:
    """Store a new notice."""
    conn.execute(insert(notice).values(**asdict(new)))


def by_id(conn: Connection, notice_id: str) -> Notice | None:
    """The notice with this id."""
    return by_ids(conn, [notice_id]).get(notice_id)


def by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, Notice]:
    """Notices by id; unknown ids are left out."""
    return {row.id: from_row(row) for row in rows_by_ids(conn, notice, ids)}


def of(conn: Connection, *, case_id: str | None = None, place_id: str | None = None) -> list[Notice]:
    """Notices of a case or a place: those up first, the latest first."""
    ask = select(notice)
    if case_id is not None:
        ask = ask.where(notice.c.case_id == case_id)
    if place_id is not None:
        ask = ask.where(notice.c.place_id == place_id)
    return sorted(_all(conn, ask.order_by(notice.c.from_day.desc(), notice.c.id)), key=lambda n: not n.is_up)


def of_run(conn: Connection, run_id: str) -> list[Notice]:
    """Notices of a playbook's run, the earliest first."""
    return _all(conn, select(notice).where(notice.c.run_id == run_id).order_by(notice.c.from_day, notice.c.id))


def past(conn: Connection, day: date) -> list[Notice]:
    """Notices still up although their last day is over on `day`, the longest over first."""
    ask = select(notice).where(notice.c.taken_down_at.is_(None), notice.c.until_day < day)
    return _all(conn, ask.order_by(notice.c.until_day, notice.c.id))


def up(conn: Connection) -> list[Notice]:
    """All that are up, the first to come down first."""
    return _all(conn, select(notice).where(notice.c.taken_down_at.is_(None)).order_by(notice.c.until_day, notice.c.id))


def change(conn: Connection, notice_id: str, **values: object) -> None:
    """Write some columns of a notice."""
    conn.execute(update(notice).where(notice.c.id == notice_id).values(**values))


def take_down(conn: Connection, notice_id: str, at: datetime | None) -> None:
    """Write when it was taken down; None: it hangs after all."""
    change(conn, notice_id, taken_down_at=at)


def _all(conn: Connection, ask: Select[Any]) -> list[Notice]:
    return [from_row(row) for row in conn.execute(ask)]
