"""One runner per office: a lock file in the data folder, and on PostgreSQL a lock in the database too."""

import fcntl
import os
from pathlib import Path
from typing import Self

from mapsvc.store.database import Database
from mapsvc.store.runner_lock import RunnerLock

LOCK_NAME = "jobs.lock"


class Singleton:
    """Held by the one runner; freed by the kernel and the server when the process dies, however it dies."""

    def __init__(self, database: Database) -> None:
        self._file: Path = database.folder / LOCK_NAME
        self._in_database = RunnerLock(database)
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Become the one runner; False if another is."""
        if self._descriptor is None:
            self._descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        if self._in_database.take():
            return True
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        return False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._in_database.free()
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
