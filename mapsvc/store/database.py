"""The store's door: opens it, hands out connections that read or write, copies it, closes it."""

import os
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, OperationalError

from mapsvc.errors import Broken, NoSpace
from mapsvc.store.drives import network_kind
from mapsvc.store.engines import Engines, postgres_engines, sqlite_engines
from mapsvc.store.queue_lock import LONGEST_WAIT_S, TOO_LONG, QueueLock

FILE_NAME = "mapsvc.sqlite"
LOCK_NAME = "write.lock"
SURFACE_FILE_NAME = "surface.sqlite"
SURFACE_LOCK_NAME = "surface.lock"
# A write log longer than this is folded in by the writer that made it so, while it still holds the queue.
LONGEST_WAL_BYTES = 64 * 1024 * 1024
# One key for all writers of a PostgreSQL database: as on SQLite, one writes at a time, in the order of coming.
WRITE_KEY = 5_420_117


@dataclass(frozen=True)
class Scheme:
    """What kind of store it is.

    Attributes
    ----------
    not_beside : str
        File of the other kind: a folder that holds it is refused with `refusal`.
    damaged : str
        What to do about a file that cannot be read, after its name.
    bring_up : callable
        Makes or migrates the tables.
    """

    file_name: str
    lock_name: str
    not_beside: str
    refusal: str
    damaged: str
    bring_up: "Callable[[Database], None]"


def _bring_up_office(database: "Database") -> None:
    from mapsvc.store import migrations

    migrations.bring_up_to_date(database)


OFFICE = Scheme(
    FILE_NAME,
    LOCK_NAME,
    SURFACE_FILE_NAME,
    "是公网页面的数据文件夹，办公室不能用它；请用 --data 指到办公室自己的文件夹。",
    "请用 mapsvc restore 从备份恢复。",
    _bring_up_office,
)


class Database:
    """One store: a SQLite file in a folder, or a PostgreSQL database.

    One writer at a time on both, so an operation may read, decide and write without a race. Engines belong to the
    process that made them; a forked or spawned child makes its own.
    """

    def __init__(self, folder: Path, url: str = "", scheme: Scheme = OFFICE) -> None:
        self.folder = folder
        self.url = url
        self.scheme = scheme
        self.is_sqlite = not url
        self.file = folder / scheme.file_name
        self.lock = QueueLock(folder / scheme.lock_name)
        self._engines: Engines | None = None
        self._process = os.getpid()
        self._opening = threading.Lock()
        self._writing: set[tuple[int, int]] = set()
        self._was_busy_at_fork = False
        _open.add(self)

    @classmethod
    def open(cls, folder: Path, url: str = "", scheme: Scheme = OFFICE) -> "Database":
        """Open the store of `folder` (SQLite) or of `url` (PostgreSQL), creating and migrating what is missing.

        Raises
        ------
        Broken
            If the folder lies on a network drive or is another kind of store's, the store is damaged, or a newer
            program made it.
        """
        folder = Path(folder)
        if (folder / scheme.not_beside).exists():
            raise Broken(f"{folder} {scheme.refusal}", code="other_store")
        if not url:
            _refuse_network_drive(folder)
        folder.mkdir(parents=True, exist_ok=True)
        database = cls(folder, url, scheme)
        try:
            if database.is_sqlite:
                database._make_file()
            scheme.bring_up(database)
        except BaseException:
            database.close()
            raise
        return database

    @property
    def engines(self) -> Engines:
        """The engines of this process."""
        if self._engines is None or self._process != os.getpid():
            with self._opening:
                if self._engines is None or self._process != os.getpid():
                    self._start_engines()
        assert self._engines is not None
        return self._engines

    def _start_engines(self) -> None:
        if self._was_busy_at_fork and self.is_sqlite:
            # SQLite's own table of locks was copied in mid-use: whatever it says in this process may be wrong.
            raise Broken("程序在读写库的当中分出了子进程，子进程不能用库；请用 spawn 方式启动子进程。", code="forked")
        self._engines = sqlite_engines(self.file) if self.is_sqlite else postgres_engines(self.url)
        self._process = os.getpid()

    def _make_file(self) -> None:
        """See that the file is there and keeps a write log; waits for the queue only if it does not yet."""
        try:
            if self.file.exists():
                self.engines.reader.connect().close()
                return
        except (Broken, DBAPIError, sqlite3.DatabaseError) as error:
            if _code(error) in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
                raise Broken(f"库文件 {self.file} 损坏了，{self.scheme.damaged}", code="damaged") from error
            # Just being made by another process, or on a drive that cannot keep a log: then the next lines say so.
            self.engines.reader.dispose()
        with self.lock.held():
            self.engines.writer.connect().close()
            # It holds what people told. SQLite gives its log the same rights.
            self.file.chmod(0o600)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection on one unmoving state of the store; it cannot write."""
        with self.engines.reader.connect() as conn, conn.begin() as seen:
            yield conn
            seen.rollback()

    @contextmanager
    def write(self, longest_wait_s: float = LONGEST_WAIT_S) -> Iterator[Connection]:
        """A connection in one transaction, alone in the store; commits when the block ends well.

        Raises
        ------
        Broken
            If another writer does not end within `longest_wait_s`.
        NoSpace
            If the disk is full; nothing was written.
        RuntimeError
            If this thread is writing already.
        """
        with _full_disk_said(), self._queue(longest_wait_s):
            with self.engines.writer.begin() as conn:
                if not self.is_sqlite:
                    _queue_on_server(conn, longest_wait_s)
                yield conn
            if self.is_sqlite and self.wal_bytes() > LONGEST_WAL_BYTES:
                self._fold_in_log()

    def _queue(self, longest_wait_s: float) -> AbstractContextManager[None]:
        return self.lock.held(longest_wait_s) if self.is_sqlite else self._unnested()

    @contextmanager
    def _unnested(self) -> Iterator[None]:
        """The server would wait for this very thread: writes do not nest, and that is said at once."""
        here = (os.getpid(), threading.get_ident())
        if here in self._writing:
            raise RuntimeError("a write inside a write: pass the connection on instead")
        self._writing.add(here)
        try:
            yield
        finally:
            self._writing.discard(here)

    def wal_bytes(self) -> int:
        """Length of the write log; asks the folder, never opens a file."""
        try:
            return os.stat(f"{self.file}-wal").st_size
        except FileNotFoundError:
            return 0

    def checkpoint(self) -> None:
        """Fold the write log into the store, holding the queue (SQLite; elsewhere nothing to do)."""
        if self.is_sqlite:
            with self.lock.held():
                self._fold_in_log()

    def _fold_in_log(self) -> None:
        raw = self.engines.writer.raw_connection()
        try:
            # TRUNCATE would wait for readers with the queue held; PASSIVE leaves them their pages.
            raw.driver_connection.execute("PRAGMA busy_timeout=50")  # type: ignore[union-attr]
            raw.driver_connection.execute("PRAGMA wal_checkpoint(PASSIVE)")  # type: ignore[union-attr]
            raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
            raw.driver_connection.execute("PRAGMA busy_timeout=30000")  # type: ignore[union-attr]
        finally:
            raw.close()

    def copy_to(self, file: Path) -> None:
        """Write a whole, consistent copy of the SQLite store to the new `file`, while others read and write.

        Raises
        ------
        Broken, NoSpace
            If the copy cannot be written.
        """
        raw = self.engines.reader.raw_connection()
        try:
            driver = raw.driver_connection
            assert driver is not None
            driver.execute("PRAGMA query_only=OFF")
            try:
                driver.execute("VACUUM INTO ?", (str(file),))
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
                    raise NoSpace(_FULL) from error
                raise Broken(f"写不出库的副本 {file}:{error}", code="no_copy") from error
            finally:
                driver.execute("PRAGMA query_only=ON")
        finally:
            raw.close()

    def close(self) -> None:
        """Close every connection of this process; the next read or write opens anew."""
        if self._engines is not None and self._process == os.getpid():
            self._engines.dispose()
        self._engines = None
        self.lock.close()

    def __reduce__(self) -> tuple[object, ...]:
        return Database, (self.folder, self.url, self.scheme)


_open: "weakref.WeakSet[Database]" = weakref.WeakSet()


def _refuse_network_drive(folder: Path) -> None:
    kind = network_kind(folder)
    if kind:
        raise Broken(
            f"数据文件夹 {folder} 在网络盘（{kind}）上，写进去的会丢。"
            "请换成本机磁盘上的文件夹，或用 --database 连接 PostgreSQL。",
            code="network_drive",
        )


@contextmanager
def _full_disk_said() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if _code(error) == sqlite3.SQLITE_FULL or getattr(error.orig, "sqlstate", None) == "53100":
            raise NoSpace(_FULL) from error
        raise


def _code(error: BaseException) -> int | None:
    code: int | None = getattr(getattr(error, "orig", error), "sqlite_errorcode", None)
    return code


_FULL = "磁盘满了，这次没有写进去。请管理员腾出空间再试。"


def _queue_on_server(conn: Connection, longest_wait_s: float) -> None:
    conn.execute(text(f"SET LOCAL lock_timeout = {int(longest_wait_s * 1000)}"))
    try:
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITE_KEY})
    except OperationalError as error:
        raise Broken(TOO_LONG, code="busy") from error
    conn.execute(text("SET LOCAL lock_timeout = 0"))


def _before_fork() -> None:
    # Idle connections are closed, so that the child starts without SQLite's state of the parent.
    for database in list(_open):
        if database._engines is not None and database._process == os.getpid():
            database._was_busy_at_fork = database._engines.in_use > 0
            database._engines.dispose()


def _after_fork_in_parent() -> None:
    for database in list(_open):
        database._was_busy_at_fork = False


def _after_fork_in_child() -> None:
    for database in list(_open):
        # Whichever thread of the parent held it does not live here.
        database._opening = threading.Lock()


os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_after_fork_in_child)
