"""Columns added to tables that stores already have."""

from collections.abc import Iterable

from sqlalchemy import Connection, Table, inspect
from sqlalchemy.schema import CreateColumn

Added = Iterable[tuple[Table, tuple[str, ...]]]


def add(conn: Connection, added: Added) -> None:
    """Add the named columns to each table, in native DDL; a table that an earlier step made is whole already."""
    for table, names in added:
        known = {column["name"] for column in inspect(conn).get_columns(table.name)}
        for name in (n for n in names if n not in known):
            spelled = CreateColumn(table.c[name]).compile(dialect=conn.dialect)
            conn.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {spelled}")
