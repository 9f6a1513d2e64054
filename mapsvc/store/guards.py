"""The append-only tables' guards: triggers refuse UPDATE and DELETE unless the guard is lifted.

Only retention, undo and erasure lift a guard, for the length of one block in one transaction; no other transaction
sees it lifted.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from mapsvc.store.tables import guard


@contextmanager
def lifted(conn: Connection, table: str) -> Iterator[None]:
    """Let rows of the append-only `table` ("event" or "audit") be changed within the block."""
    one = guard.update().where(guard.c.name == table)
    conn.execute(one.values(is_lifted=True))
    yield
    conn.execute(one.values(is_lifted=False))
