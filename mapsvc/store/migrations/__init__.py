"""Versions of the schema: a new store is made whole, an older one is brought up step by step."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Column, Connection, Integer, MetaData, Table, inspect, select

from mapsvc.errors import Broken
from mapsvc.store.migrations import alerts, casework, field, patrols, schema, service
from mapsvc.store.tables.base import time

if TYPE_CHECKING:
    from mapsvc.store.database import Database

# STEPS[n] takes a store from version n+1 to n+2. `schema.create` makes the newest at once; a test holds that both
# roads lead to one schema. Steps use native DDL, each inside one transaction.
STEPS: tuple[Callable[[Connection], None], ...] = (field.add, casework.add, alerts.add, patrols.add, service.add)
NEWEST = len(STEPS) + 1

schema_version = Table("schema_version", MetaData(), Column("version", Integer, primary_key=True), time("at"))


def bring_up_to_date(database: "Database") -> None:
    """Create or migrate the store; one process does it, the others wait; quick when nothing is to do.

    Raises
    ------
    Broken
        If the store was made by a newer program.
    """
    with database.read() as conn:
        version = version_of(conn)
    if version > NEWEST:
        told = f"这个库是更新的程序建的（版本 {version}，本程序只到 {NEWEST}），请先升级程序。"
        raise Broken(told, code="newer_store")
    if version == NEWEST:
        return
    if version > 0:
        _keep_copy(database, version)
    with database.write() as conn:
        _migrate(conn)


def version_of(conn: Connection) -> int:
    """The schema version of the store behind `conn`; 0 for an empty one."""
    if not inspect(conn).has_table(schema_version.name):
        return 0
    return (
        conn.execute(select(schema_version.c.version).order_by(schema_version.c.version.desc()).limit(1)).scalar() or 0
    )


def _migrate(conn: Connection) -> None:
    # Asked again inside the lock: another process may have been first.
    version = version_of(conn)
    if version == 0:
        schema.create(conn)
        schema_version.create(conn)
    else:
        for step in STEPS[version - 1 :]:
            step(conn)
    if version != NEWEST:
        conn.execute(schema_version.insert().values(version=NEWEST, at=datetime.now(UTC)))


def _keep_copy(database: "Database", version: int) -> None:
    if database.is_sqlite:
        copy = database.folder / f"before-version-{NEWEST}.sqlite"
        copy.unlink(missing_ok=True)
        database.copy_to(copy)
