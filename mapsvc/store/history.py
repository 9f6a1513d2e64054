"""Words behind the history: what was corrected, and how many entries a door has."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from mapsvc.store.rows import by_ids
from mapsvc.store.tables import correction, event

Change = Mapping[str, object]
"""``{"field", "before", "after"}``; before and after are absent for personal fields."""


def add_correction(
    conn: Connection,
    correction_id: str,
    changes: Sequence[Change],
    at: datetime,
    shop_id: str | None = None,
    place_id: str | None = None,
) -> None:
    """Store what was corrected at a shop or a place."""
    values = {"id": correction_id, "shop_id": shop_id, "place_id": place_id, "at": at}
    conn.execute(insert(correction).values(**values, changes=[dict(c) for c in changes]))


def corrections(conn: Connection, ids: Iterable[str]) -> dict[str, list[dict[str, object]]]:
    """The changes of corrections, by id."""
    return {row.id: list(row.changes) for row in by_ids(conn, correction, ids)}


def count_by_type(
    conn: Connection, shop_id: str | None = None, place_id: str | None = None
) -> dict[tuple[str, str | None], int]:
    """How many events a shop or a place has, by (type, case id)."""
    where = event.c.shop_id == shop_id if shop_id else event.c.place_id == place_id
    ask = select(event.c.type, event.c.case_id, func.count()).where(where).group_by(event.c.type, event.c.case_id)
    return {(row[0], row[1]): row[2] for row in conn.execute(ask)}
