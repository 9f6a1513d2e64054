"""Rounds of the guard team in the store."""

from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from mapsvc.domain.patrol import Shift
from mapsvc.domain.rounds import GuardRound, RoundWalked
from mapsvc.store.rows import by_ids as rows_by_ids
from mapsvc.store.tables import guard_round, guard_round_walk

_FIELDS = tuple(f.name for f in fields(GuardRound))


def add(conn: Connection, new: GuardRound) -> None:
    """Store a new one."""
    values = asdict(new) | {"segments": list(new.segments), "shift": new.shift.value}
    conn.execute(insert(guard_round).values(**values))


def by_id(conn: Connection, round_id: str) -> GuardRound | None:
    """The round with this id, ended or not."""
    return by_ids(conn, [round_id]).get(round_id)


def by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, GuardRound]:
    """Rounds by id; unknown ids are left out."""
    return {row.id: _from_row(row) for row in rows_by_ids(conn, guard_round, ids)}


def every(conn: Connection) -> list[GuardRound]:
    """All of them, by name."""
    ask = select(guard_round).order_by(guard_round.c.name, guard_round.c.made_at, guard_round.c.id)
    return [_from_row(row) for row in conn.execute(ask)]


def on(conn: Connection, day: date, shift: Shift) -> list[GuardRound]:
    """Those walked in that shift of that day, by name."""
    ask = select(guard_round).where(
        guard_round.c.ended_at.is_(None), guard_round.c.shift == shift.value, guard_round.c.from_day <= day,
        or_(guard_round.c.until_day.is_(None), guard_round.c.until_day >= day),
    )  # fmt: skip
    rows = conn.execute(ask.order_by(guard_round.c.name, guard_round.c.made_at, guard_round.c.id))
    return [one for row in rows if (one := _from_row(row)).is_on(day, shift)]


def end(conn: Connection, round_id: str, at: datetime | None) -> None:
    """Write when it was ended; None: it goes on."""
    conn.execute(update(guard_round).where(guard_round.c.id == round_id).values(ended_at=at))


def add_walk(conn: Connection, new: RoundWalked, made_by: str | None, made_at: datetime) -> None:
    """Store that a round was walked."""
    values = asdict(new) | {"segments": list(new.segments), "made_by": made_by, "made_at": made_at}
    conn.execute(insert(guard_round_walk).values(**values))


def walks_of(conn: Connection, round_id: str, since: date) -> list[RoundWalked]:
    """On which days since then a round was walked, the latest first; what was taken back is left out."""
    walked = guard_round_walk.c
    ask = select(guard_round_walk).where(
        walked.round_id == round_id, walked.day >= since, walked.withdrawn_at.is_(None)
    )
    return [_walked(row) for row in conn.execute(ask.order_by(walked.day.desc(), walked.id))]


def walk_by_id(conn: Connection, walk_id: str) -> RoundWalked | None:
    """One of them, unless it was taken back."""
    walked = guard_round_walk.c
    row = conn.execute(select(guard_round_walk).where(walked.id == walk_id, walked.withdrawn_at.is_(None))).first()
    return _walked(row) if row else None


def withdraw_walk(conn: Connection, walk_id: str, at: datetime) -> None:
    """It was not walked after all."""
    conn.execute(update(guard_round_walk).where(guard_round_walk.c.id == walk_id).values(withdrawn_at=at))


def _walked(row: Row[Any]) -> RoundWalked:
    return RoundWalked(row.id, row.round_id, row.day, tuple(row.segments), row.at)


def _from_row(row: Row[Any]) -> GuardRound:
    values = {name: getattr(row, name) for name in _FIELDS}
    return GuardRound(**{**values, "segments": tuple(row.segments), "shift": Shift(row.shift)})
