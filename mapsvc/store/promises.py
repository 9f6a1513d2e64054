"""Promises in the store."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, insert, nulls_last, or_, select, update

from mapsvc.domain.promises import Promise
from mapsvc.store.rows import by_ids as rows_by_ids
from mapsvc.store.tables import location, promise, shop, tenancy

_FIELDS = tuple(f.name for f in fields(Promise))


@dataclass(frozen=True)
class PromiseAt:
    """A promise with its door."""

    promise: Promise
    shop_code: str
    shop_name: str | None
    address: str | None


def from_row(row: Row[Any]) -> Promise:
    """A promise from a row of table promise."""
    return Promise(**{name: getattr(row, name) for name in _FIELDS})


def by_id(conn: Connection, promise_id: str) -> Promise | None:
    """The promise with this id."""
    row = conn.execute(select(promise).where(promise.c.id == promise_id)).first()
    return from_row(row) if row else None


def by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, Promise]:
    """Promises by id; unknown ids are left out."""
    return {row.id: from_row(row) for row in rows_by_ids(conn, promise, ids)}


def of_visit(conn: Connection, visit_id: str) -> list[Promise]:
    """What was promised on a visit, by id."""
    ask = select(promise).where(promise.c.visit_id == visit_id).order_by(promise.c.id)
    return [from_row(r) for r in conn.execute(ask)]


def open_of_shop(conn: Connection, shop_id: str, tenancy_id: str | None = None, limit: int = 20) -> list[Promise]:
    """Promises to a shop still open, the next due first; with `tenancy_id` none made to an earlier tenant."""
    ask = select(promise).where(
        promise.c.shop_id == shop_id, promise.c.kept_at.is_(None), promise.c.withdrawn_at.is_(None)
    )
    if tenancy_id:
        ask = ask.where(or_(promise.c.tenancy_id == tenancy_id, promise.c.tenancy_id.is_(None)))
    ask = ask.order_by(nulls_last(promise.c.due_at), promise.c.promised_at, promise.c.id).limit(limit)
    return [from_row(r) for r in conn.execute(ask)]


def add_many(conn: Connection, new: Sequence[Promise]) -> None:
    """Store new promises."""
    if new:
        conn.execute(insert(promise), [asdict(p) for p in new])


def settle(conn: Connection, done: Promise) -> None:
    """Write when a promise was kept or withdrawn, and when the merchant was told."""
    ask = update(promise).where(promise.c.id == done.id)
    conn.execute(ask.values(kept_at=done.kept_at, withdrawn_at=done.withdrawn_at, told_at=done.told_at))


def of_case(conn: Connection, case_id: str) -> list[Promise]:
    """What was promised over a case, the next due first, what is settled last."""
    ask = select(promise).where(promise.c.case_id == case_id)
    found = [from_row(r) for r in conn.execute(ask)]
    return sorted(found, key=lambda p: (not p.is_open, p.due_at is None, p.due_at or p.promised_at, p.id))


def of_tenancies(conn: Connection, tenancy_ids: Iterable[str], since: datetime) -> dict[str, list[Promise]]:
    """What was promised to tenancies, by tenancy, the latest first: open, or kept since then; nothing taken back."""
    wanted, found = sorted(set(tenancy_ids)), dict[str, list[Promise]]()
    ask = select(promise).where(promise.c.withdrawn_at.is_(None))
    ask = ask.where(or_(promise.c.kept_at.is_(None), promise.c.kept_at >= since))
    for start in range(0, len(wanted), 900):
        these = ask.where(promise.c.tenancy_id.in_(wanted[start : start + 900]))
        for row in conn.execute(these.order_by(promise.c.promised_at.desc(), promise.c.id)):
            found.setdefault(row.tenancy_id, []).append(from_row(row))
    return found


def untold(conn: Connection, since: datetime, shop_id: str | None = None) -> list[PromiseAt]:
    """Promises kept since then to who runs the shop now, and not told yet; the first kept first."""
    now = and_(tenancy.c.shop_id == shop.c.id, tenancy.c.ended_on.is_(None))
    ask = (
        select(promise, shop.c.code, tenancy.c.sign_name, location.c.address)
        .join(shop, shop.c.id == promise.c.shop_id)
        .join(location, location.c.id == shop.c.location_id)
        .join(tenancy, now)
        .where(promise.c.kept_at >= since, promise.c.told_at.is_(None))
        .where(or_(promise.c.tenancy_id.is_(None), promise.c.tenancy_id == tenancy.c.id))
        .order_by(promise.c.kept_at, promise.c.id)
    )
    ask = ask.where(promise.c.shop_id == shop_id) if shop_id else ask
    return [PromiseAt(from_row(r), r.code, r.sign_name, r.address) for r in conn.execute(ask)]
