"""The queue of writers: one lock file beside the store, never the store's own file."""

import fcntl
import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mapsvc.errors import Broken

LONGEST_WAIT_S = 120.0
TOO_LONG = "库一直被别的程序占着，写不进去。请稍候再试；还不行，请管理员看看有没有没结束的导入或备份。"


class QueueLock:
    """Lets one thread of one process through at a time; a killed process frees it at once.

    The threads of a process share the file's descriptor, so they queue at a lock of their own first.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._thread_lock = threading.Lock()
        self._owner: int | None = None
        self._descriptor: int | None = None
        self._process = os.getpid()

    @contextmanager
    def held(self, longest_wait_s: float = LONGEST_WAIT_S) -> Iterator[None]:
        """Hold the lock.

        Raises
        ------
        Broken
            If nobody lets go for `longest_wait_s`.
        RuntimeError
            If this thread holds it already: writes do not nest.
        """
        if self._process != os.getpid():
            self._renew_after_fork()
        if self._owner == threading.get_ident():
            raise RuntimeError("a write inside a write: pass the connection on instead")
        until = time.monotonic() + longest_wait_s
        if not self._thread_lock.acquire(timeout=longest_wait_s):
            raise Broken(TOO_LONG, code="busy")
        try:
            self._owner = threading.get_ident()
            descriptor = self._take(until)
            try:
                yield
            finally:
                fcntl.flock(descriptor, fcntl.LOCK_UN)
        finally:
            self._owner = None
            self._thread_lock.release()

    def _take(self, until: float) -> int:
        if self._descriptor is None:
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        pause_s = 0.0005
        while True:
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return self._descriptor
            except BlockingIOError:
                if time.monotonic() > until:
                    raise Broken(TOO_LONG, code="busy") from None
                # Uneven pauses, so that no process is always the last.
                time.sleep(pause_s * random.uniform(0.5, 1.5))
                pause_s = min(pause_s * 1.5, 0.01)

    def _renew_after_fork(self) -> None:
        # A child shares the parent's open file, and with it the parent's lock: it needs its own.
        if self._descriptor is not None:
            os.close(self._descriptor)
        self.__init__(self.path)  # type: ignore[misc]

    def close(self) -> None:
        """Close the file; the lock opens it again when needed."""
        if self._descriptor is not None and self._process == os.getpid():
            os.close(self._descriptor)
        self._descriptor = None
