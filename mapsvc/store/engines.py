"""SQLAlchemy engines: how a connection of each kind is made, checked and begun."""

import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from mapsvc.errors import Broken, Usage

BUSY_S = 30.0
UNSAFE = "unsafe_drive"


@dataclass(frozen=True)
class Engines:
    """The engines of one process: `reader` cannot write, `writer` begins as a writer."""

    reader: Engine
    writer: Engine

    def dispose(self) -> None:
        """Close what is pooled."""
        self.writer.dispose()
        self.reader.dispose()

    @property
    def in_use(self) -> int:
        """Connections handed out at this moment."""
        pools: list[Any] = [self.reader.pool, self.writer.pool]
        return sum(pool.checkedout() for pool in pools)


def sqlite_engines(file: Path) -> Engines:
    """Engines on the SQLite `file`; nothing else may ever open it."""
    return Engines(_sqlite(file, writes=False), _sqlite(file, writes=True))


def postgres_engines(url: str) -> Engines:
    """Engines on PostgreSQL: one pool, the reader's transactions are read-only snapshots."""
    engine = create_engine(postgres_url(url), pool_size=5, max_overflow=20, pool_pre_ping=True, pool_use_lifo=True)
    reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Engines(reader, engine)


def postgres_url(text: str) -> URL:
    """Read the address of a PostgreSQL database.

    Raises
    ------
    Usage
        If it is none.
    """
    try:
        url = make_url(text)
    except ArgumentError:
        url = None
    if url is None or not url.drivername.startswith("postgres"):
        raise Usage("数据库地址看不懂，应写成 postgresql://用户@主机/库名。", field="database")
    return url.set(drivername="postgresql+psycopg")


def _sqlite(file: Path, *, writes: bool) -> Engine:
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(file)),
        connect_args={"timeout": BUSY_S, "cached_statements": 256},
        pool_size=1 if writes else 8,
        max_overflow=2 if writes else 56,
        pool_use_lifo=True,
    )
    event.listen(engine, "connect", _prepare_writer if writes else _prepare_reader)
    event.listen(engine, "begin", _begin_writing if writes else _begin_reading)
    return engine


def _prepare_writer(raw: Any, _record: object) -> None:
    # None: the driver begins nothing by itself; _begin_writing does.
    raw.isolation_level = None
    _turn_on_log(raw)
    _prepare(raw)
    # Checkpoints are made under the queue lock only (Database.checkpoint).
    raw.execute("PRAGMA wal_autocheckpoint=0")


def _prepare_reader(raw: Any, _record: object) -> None:
    raw.isolation_level = None
    _prepare(raw)
    raw.execute("PRAGMA query_only=ON")


def _turn_on_log(raw: Any) -> None:
    # The queue is held here, but a reader may be looking at the file this very moment, and SQLite does not wait.
    for _ in range(100):
        try:
            raw.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            time.sleep(0.02)


def _prepare(raw: Any) -> None:
    raw.execute("PRAGMA synchronous=FULL")
    raw.execute("PRAGMA foreign_keys=ON")
    raw.execute("PRAGMA temp_store=MEMORY")
    raw.execute("PRAGMA cache_size=-16000")
    mode = raw.execute("PRAGMA journal_mode").fetchone()[0]
    full = raw.execute("PRAGMA synchronous").fetchone()[0]
    if mode != "wal" or full != 2:
        raise Broken("这个文件夹所在的磁盘不支持安全写入（WAL），请把数据文件夹放到本机磁盘上。", code=UNSAFE)


def _begin_writing(conn: Connection) -> None:
    conn.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_reading(conn: Connection) -> None:
    conn.exec_driver_sql("BEGIN")
