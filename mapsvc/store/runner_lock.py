"""The lock that says, on a PostgreSQL database, that one runner of jobs is at work."""

from sqlalchemy import Connection, text

from mapsvc.store.database import Database

_KEY = 5_420_118


class RunnerLock:
    """Held by a connection of its own; the server frees it when the connection ends, however it ends.

    On SQLite there is nothing to do: the lock file in the folder is enough.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._conn: Connection | None = None

    def take(self) -> bool:
        """Become the one runner; False if another is."""
        if self._database.is_sqlite:
            return True
        if self._conn is None:
            self._conn = self._database.engines.writer.connect().execution_options(isolation_level="AUTOCOMMIT")
        if self._conn.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _KEY}).scalar():
            return True
        self.free()
        return False

    def free(self) -> None:
        """Stop being the one runner."""
        if self._conn is not None:
            self._conn.execute(text("SELECT pg_advisory_unlock_all()"))
            self._conn.close()
            self._conn = None
