"""Carrying all rows from one store to another, whichever database each is on."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, bindparam, select, text

from mapsvc.store import search
from mapsvc.store.tables import metadata

_BATCH = 1000
# Filled by the new store's own making; the old store's rows take their place, last, for copying raises numbers.
_PREFILLED = ("revision", "guard", "audit_head")


def copy_rows(source: Connection, target: Connection) -> dict[str, int]:
    """Put every row of `source` into the empty store `target`; rows per table.

    Both are stores of the newest version; `source` should be one unmoving state.
    """
    counts = {}
    for table in metadata.sorted_tables:
        if table.name not in _PREFILLED:
            counts[table.name] = _copy(source, target, table)
    for name in _PREFILLED:
        target.execute(metadata.tables[name].delete())
        counts[name] = _copy(source, target, metadata.tables[name])
    if target.dialect.name == "sqlite":
        search.rebuild(target)
    else:
        _set_counters(target)
    return counts


def _copy(source: Connection, target: Connection, table: Table) -> int:
    # A row may point to one that comes later in its own table: such links are made when all rows are there.
    own = [c.name for c in table.columns if any(key.column.table is table for key in c.foreign_keys)]
    links: list[dict[str, Any]] = []
    n = 0
    for rows in _batches(source, table):
        links += [
            {"row_id": row["id"], **{name: row[name] for name in own}} for row in rows if any(row[c] for c in own)
        ]
        target.execute(table.insert(), [row | dict.fromkeys(own) for row in rows])
        n += len(rows)
    if links:
        target.execute(table.update().where(table.c.id == bindparam("row_id")), links)
    return n


def _batches(source: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    with source.execute(select(table).execution_options(yield_per=_BATCH)) as result:
        for rows in result.mappings().partitions():
            yield [dict(row) for row in rows]


def _set_counters(target: Connection) -> None:
    """PostgreSQL counts on from its own sequences, which copied ids did not move."""
    for table in metadata.sorted_tables:
        counter = table.autoincrement_column
        if counter is not None:
            name, column = table.name, counter.name
            highest = f"(SELECT coalesce(max({column}), 0) + 1 FROM {name})"
            target.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', '{column}'), {highest}, false)"))
