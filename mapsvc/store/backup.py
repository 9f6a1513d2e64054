"""One consistent file of the whole store, made while it serves; putting it back; looking for damage."""

from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from mapsvc.errors import Refused
from mapsvc.store import audit, system
from mapsvc.store.copying import copy_rows
from mapsvc.store.database import Database

MEMBER = "mapsvc.sqlite"


def write_copy(database: Database, folder: Path) -> Path:
    """Write one unmoving state of the store into the empty `folder` as a SQLite file; returns the file.

    From PostgreSQL every row is carried over, so a backup has one form and can be put back on either database.
    """
    file = folder / MEMBER
    if database.is_sqlite:
        database.copy_to(file)
        return file
    copy = Database.open(folder)
    try:
        with database.read() as source, copy.write() as target:
            copy_rows(source, target)
        copy.checkpoint()
    finally:
        copy.close()
    copy.lock.path.unlink(missing_ok=True)
    return file


def put_back(copy: Path, database: Database) -> None:
    """Carry the rows of a copy (a folder with its file) into the empty PostgreSQL `database`.

    Raises
    ------
    Refused
        There is something in the database already.
    """
    source_store = Database.open(copy)
    try:
        with source_store.read() as source, database.write() as target:
            if not system.is_empty(target):
                raise Refused("这个 PostgreSQL 库里已经有数据，请换一个空库再恢复。", code="not_empty")
            copy_rows(source, target)
    finally:
        source_store.close()


def damage(database: Database) -> list[str]:
    """What is wrong with the store, one Chinese sentence each; nothing when it is whole."""
    found: list[str] = []
    if database.is_sqlite:
        with database.read() as conn:
            found += _sqlite_damage(conn)
        found += _index_damage(database)
    with database.read() as conn:
        verdict = audit.verify(conn)
    return [*found, verdict.problem] if verdict.problem else found


def _sqlite_damage(conn: Connection) -> list[str]:
    told = [row[0] for row in conn.execute(text("PRAGMA integrity_check"))]
    found = [] if told == ["ok"] else [f"库文件损坏：{line}" for line in told[:20]]
    broken = conn.execute(text("PRAGMA foreign_key_check")).all()
    return found + [f"表 {row[0]} 第 {row[1]} 行指向的 {row[2]} 不存在。" for row in broken[:20]]


def _index_damage(database: Database) -> list[str]:
    try:
        with database.write() as conn:
            conn.execute(text("INSERT INTO search_index(search_index, rank) VALUES ('integrity-check', 1)"))
    except DBAPIError:
        return ["搜索索引和资料对不上，请运行一次重建索引。"]
    return []
