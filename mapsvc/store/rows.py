"""Small helpers that several noun files share."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, Table, select


def by_ids(conn: Connection, table: Table, ids: Iterable[str | None]) -> list[Row[Any]]:
    """Rows of `table` with these ids, in no order; None and unknown ids are left out."""
    wanted = sorted({i for i in ids if i})
    return list(conn.execute(select(table).where(table.c.id.in_(wanted)))) if wanted else []
