"""Columns added to tables that stores already have."""

from collections.abc import Iterable

from sqlalchemy import Connection, Table
from sqlalchemy.schema import CreateColumn

Added = Iterable[tuple[Table, tuple[str, ...]]]


def add(conn: Connection, added: Added) -> None:
    """Add the named columns to each table, in native DDL."""
    for table, names in added:
        for name in names:
            spelled = CreateColumn(table.c[name]).compile(dialect=conn.dialect)
            conn.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {spelled}")
