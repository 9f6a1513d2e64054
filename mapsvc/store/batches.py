"""Writes many rows of many tables at once, parents before children."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert

from mapsvc.store.tables import metadata

_CHUNK_ROWS = 5_000


def insert_all(conn: Connection, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Insert rows by table name; every row of a table may name other columns, missing ones take their default.

    Raises
    ------
    KeyError
        A table that does not exist.
    """
    if unknown := sorted(set(rows) - set(metadata.tables)):
        raise KeyError(f"no such tables: {unknown}")
    for table in metadata.sorted_tables:
        by_columns: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
        for row in rows.get(table.name, ()):
            by_columns.setdefault(tuple(sorted(row)), []).append(row)
        for same in by_columns.values():
            for start in range(0, len(same), _CHUNK_ROWS):
                conn.execute(insert(table), same[start : start + _CHUNK_ROWS])
