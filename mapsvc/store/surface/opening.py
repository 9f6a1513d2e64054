"""The public surface's store as a kind of its own: its file, its tables, whose folder it must not lie in."""

from pathlib import Path

from sqlalchemy import Connection, inspect

from mapsvc.errors import Broken
from mapsvc.store.database import FILE_NAME, SURFACE_FILE_NAME, SURFACE_LOCK_NAME, Database, Scheme
from mapsvc.store.surface import facts
from mapsvc.store.surface.tables import metadata

NEWEST = 1


def open_surface(folder: Path) -> Database:
    """Open the public surface's store in `folder`, making it if there is none.

    Raises
    ------
    Broken
        If an office lives in the folder, it lies on a network drive, or the store is damaged or of a newer program.
    """
    return Database.open(folder, "", SURFACE)


def _bring_up(database: Database) -> None:
    with database.read() as conn:
        version = _version(conn)
    if version > NEWEST:
        told = f"这个公网页面的库是更新的程序建的（版本 {version}，本程序只到 {NEWEST}），请先升级程序。"
        raise Broken(told, code="newer_store")
    if version < NEWEST:
        with database.write() as conn:
            # Asked again inside the lock: another process may have been first.
            if _version(conn) < NEWEST:
                metadata.create_all(conn)
                facts.put(conn, facts.SCHEMA, NEWEST)


def _version(conn: Connection) -> int:
    if not inspect(conn).has_table("fact"):
        return 0
    return int(facts.get(conn, facts.SCHEMA) or 0)


SURFACE = Scheme(
    SURFACE_FILE_NAME,
    SURFACE_LOCK_NAME,
    FILE_NAME,
    "里有办公室的库，公网页面不能放在同一个文件夹里；请用 --data 另给一个空文件夹。",
    "请把它挪走再启动：卡和政策会重新送来，还没取走的话找不回来了。",
    _bring_up,
)
