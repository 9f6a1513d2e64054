"""Enquiries in the store."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from mapsvc.domain.enquiries import Enquiry
from mapsvc.store.rows import by_ids as rows_by_ids
from mapsvc.store.tables import enquiry

_FIELDS = tuple(f.name for f in fields(Enquiry))


def from_row(row: Row[Any]) -> Enquiry:
    """An enquiry from a row of table enquiry."""
    return Enquiry(**{name: getattr(row, name) for name in _FIELDS})


def by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, Enquiry]:
    """Enquiries by id; unknown ids are left out."""
    return {row.id: from_row(row) for row in rows_by_ids(conn, enquiry, ids)}


def open_of_shop(conn: Connection, shop_id: str, tenancy_id: str | None, limit: int = 20) -> list[Enquiry]:
    """Questions of the present tenancy nobody has answered, newest first."""
    ask = select(enquiry).where(
        enquiry.c.shop_id == shop_id, enquiry.c.answered_at.is_(None), enquiry.c.answer.is_(None)
    )
    if tenancy_id:
        ask = ask.where(enquiry.c.tenancy_id == tenancy_id)
    return [from_row(r) for r in conn.execute(ask.order_by(enquiry.c.asked_at.desc(), enquiry.c.id).limit(limit))]


def add_many(conn: Connection, new: Sequence[Enquiry]) -> None:
    """Store new enquiries."""
    if new:
        conn.execute(insert(enquiry), [asdict(e) for e in new])
