"""Rosters of the guard team in the store."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from mapsvc.domain.rosters import Roster, Shift, SignUp, Slot, is_token
from mapsvc.store.tables import roster, roster_slot, slot_sign_up

_ROSTER = tuple(f.name for f in fields(Roster))
_SLOT = tuple(f.name for f in fields(Slot))
_SIGN_UP = tuple(f.name for f in fields(SignUp))


def add(conn: Connection, new: Roster, slots: Sequence[Slot]) -> None:
    """Store a roster with its slots."""
    conn.execute(insert(roster).values(**asdict(new)))
    if slots:
        conn.execute(insert(roster_slot), [asdict(s) for s in slots])


def by_token(conn: Connection, token: str) -> Roster | None:
    """The roster with this token; None for what can be no token."""
    if not is_token(token):
        return None
    row = conn.execute(select(roster).where(roster.c.token == token)).first()
    return _roster(row) if row else None


def by_id(conn: Connection, roster_id: str) -> Roster | None:
    """The roster with this id."""
    row = conn.execute(select(roster).where(roster.c.id == roster_id)).first()
    return _roster(row) if row else None


def of(conn: Connection, *, place_id: str | None = None, run_ids: Iterable[str] = ()) -> list[Roster]:
    """Rosters of a place or of runs, the latest first."""
    wanted = sorted(set(run_ids))
    ask = select(roster).where(roster.c.run_id.in_(wanted) if place_id is None else roster.c.place_id == place_id)
    return [_roster(r) for r in conn.execute(ask.order_by(roster.c.from_day.desc(), roster.c.id))]


def open_on(conn: Connection, day: date) -> list[Roster]:
    """Rosters that people may still join, the next to begin first."""
    ask = select(roster).where(roster.c.closed_at.is_(None), roster.c.until_day >= day)
    return [_roster(r) for r in conn.execute(ask.order_by(roster.c.from_day, roster.c.id))]


def slots_of(conn: Connection, roster_ids: Iterable[str]) -> list[Slot]:
    """Slots of rosters by day and hour."""
    ask = select(roster_slot).where(roster_slot.c.roster_id.in_(sorted(set(roster_ids))))
    ordered = ask.order_by(roster_slot.c.day, roster_slot.c.from_hour, roster_slot.c.id)
    return [_slot(r) for r in conn.execute(ordered)]


def held_slot(conn: Connection, slot_id: str) -> Slot | None:
    """A slot, held against others until the transaction ends."""
    row = conn.execute(select(roster_slot).where(roster_slot.c.id == slot_id).with_for_update()).first()
    return _slot(row) if row else None


def taken(conn: Connection, slot_ids: Iterable[str]) -> dict[str, int]:
    """How many took each slot."""
    wanted = sorted(set(slot_ids))
    ask = (
        select(slot_sign_up.c.slot_id, func.count())
        .where(slot_sign_up.c.slot_id.in_(wanted), slot_sign_up.c.withdrawn_at.is_(None))
        .group_by(slot_sign_up.c.slot_id)
    )
    return {slot_id: n for slot_id, n in conn.execute(ask)}


def sign_ups_of(conn: Connection, slot_ids: Iterable[str]) -> list[SignUp]:
    """Who took slots and did not withdraw, in the order of joining."""
    wanted = sorted(set(slot_ids))
    ask = select(slot_sign_up).where(slot_sign_up.c.slot_id.in_(wanted), slot_sign_up.c.withdrawn_at.is_(None))
    return [_sign_up(r) for r in conn.execute(ask.order_by(slot_sign_up.c.at, slot_sign_up.c.id))]


def sign_ups_by_ids(conn: Connection, ids: Iterable[str]) -> list[SignUp]:
    """Sign-ups by id, withdrawn ones left out."""
    wanted = sorted(set(ids))
    ask = select(slot_sign_up).where(slot_sign_up.c.id.in_(wanted), slot_sign_up.c.withdrawn_at.is_(None))
    return [_sign_up(r) for r in conn.execute(ask.order_by(slot_sign_up.c.at, slot_sign_up.c.id))]


def sign_up(conn: Connection, new: SignUp) -> None:
    """Store that somebody takes a slot."""
    conn.execute(insert(slot_sign_up).values(**asdict(new)))


def withdraw(conn: Connection, sign_up_id: str, at: datetime) -> None:
    """Somebody does not come after all; the name goes with it."""
    conn.execute(update(slot_sign_up).where(slot_sign_up.c.id == sign_up_id).values(withdrawn_at=at, name=""))


def cancel(conn: Connection, slot_ids: Iterable[str], at: datetime | None, reason: str | None) -> int:
    """Call slots off, or (None) on again; returns how many."""
    ask = update(roster_slot).where(roster_slot.c.id.in_(sorted(set(slot_ids))))
    return conn.execute(ask.values(cancelled_at=at, cancel_reason=reason)).rowcount


def close(conn: Connection, roster_id: str, at: datetime | None) -> None:
    """Write when a roster was closed; None: it goes on."""
    conn.execute(update(roster).where(roster.c.id == roster_id).values(closed_at=at))


def forget_names(conn: Connection, before: date) -> int:
    """Take the nicknames out of slots whose day lies before; returns how many there were."""
    past = select(roster_slot.c.id).where(roster_slot.c.day < before)
    ask = update(slot_sign_up).where(slot_sign_up.c.slot_id.in_(past), slot_sign_up.c.name != "")
    return conn.execute(ask.values(name="", person_id=None)).rowcount


def _roster(row: Row[Any]) -> Roster:
    return Roster(**{name: getattr(row, name) for name in _ROSTER})


def _slot(row: Row[Any]) -> Slot:
    return Slot(**{**{name: getattr(row, name) for name in _SLOT}, "shift": Shift(row.shift)})


def _sign_up(row: Row[Any]) -> SignUp:
    return SignUp(**{name: getattr(row, name) for name in _SIGN_UP})
