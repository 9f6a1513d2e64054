"""Fits: what was chosen by trying it on the office's own past."""

from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select

from mapsvc.domain.backtests import Fit
from mapsvc.store.tables import fit


def from_row(row: Row[Any]) -> Fit:
    """A fit from a row of table fit."""
    return Fit(row.id, row.name, row.until_day, row.made_at, row.chosen, row.figures)


def add(conn: Connection, new: Fit) -> None:
    """Store a new fit."""
    conn.execute(insert(fit).values(**asdict(new)))


def latest(conn: Connection, name: str, until: date | None = None) -> Fit | None:
    """The newest fit of that name; with `until`, of those that looked at no day after it."""
    row = conn.execute(_newest(select(fit), name, until)).first()
    return from_row(row) if row else None


def latest_id(conn: Connection, name: str, until: date | None = None) -> str | None:
    """Its id alone."""
    return conn.execute(_newest(select(fit.c.id), name, until)).scalar()


def _newest(query: Select[Any], name: str, until: date | None) -> Select[Any]:
    query = query.where(fit.c.name == name)
    if until is not None:
        query = query.where(fit.c.until_day <= until)
    return query.order_by(fit.c.until_day.desc(), fit.c.made_at.desc(), fit.c.id).limit(1)
