"""Pictures of the public surface: those of orders, and those said with something until it is picked up."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from mapsvc.store.surface.tables import picture


def jpeg_of(conn: Connection, sha: str) -> bytes | None:
    """The picture with this SHA-256, in hex."""
    found = conn.execute(select(picture.c.jpeg).where(picture.c.sha == sha)).scalar()
    return bytes(found) if found is not None else None


def keep(conn: Connection, pictures: Mapping[str, bytes], at: datetime, *, is_laid: bool = False) -> None:
    """Keep pictures, named by their SHA-256; those that are there already stay as they are."""
    known = set(conn.execute(select(picture.c.sha).where(picture.c.sha.in_(sorted(pictures)))).scalars())
    rows = [
        {"sha": sha, "jpeg": jpeg, "is_laid": is_laid, "at": at}
        for sha, jpeg in sorted(pictures.items())
        if sha not in known
    ]
    if rows:
        conn.execute(insert(picture), rows)


def keep_only(conn: Connection, used: Iterable[str]) -> None:
    """Erase every picture that is not `used`."""
    wanted = set(used)
    for sha in list(conn.execute(select(picture.c.sha)).scalars()):
        if sha not in wanted:
            conn.execute(delete(picture).where(picture.c.sha == sha))


def bytes_said(conn: Connection) -> int:
    """Bytes of all pictures that came with something said and were not picked up yet."""
    ask = select(func.sum(func.length(picture.c.jpeg))).where(picture.c.is_laid.is_(False))
    return int(conn.execute(ask).scalar() or 0)
