"""Photos in the store: their rows, and their files in the data folder named by content."""

import contextlib
import errno
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, Table, insert, select, update

from mapsvc.domain.photos import Photo, PhotoOf, Purpose
from mapsvc.errors import NoSpace
from mapsvc.store.tables import (
    case_file,
    council,
    effect_check,
    issue,
    photo,
    place,
    playbook_run,
    task,
    visit,
    withdrawn,
    work_order,
)  # fmt: skip

_FIELDS = tuple(f.name for f in fields(Photo) if f.name not in {"owner_type", "purpose"})
_COLUMNS = {PhotoOf.VISIT: photo.c.visit_id, PhotoOf.ISSUE: photo.c.issue_id}
_OWNERS: dict[PhotoOf, Table] = {
    PhotoOf.VISIT: visit,
    PhotoOf.ISSUE: issue,
    PhotoOf.CASE: case_file,
    PhotoOf.ORDER: work_order,
    PhotoOf.COUNCIL: council,
    PhotoOf.TASK: task,
    PhotoOf.PLACE: place,
    PhotoOf.CHECK: effect_check,
    PhotoOf.RUN: playbook_run,
}


def from_row(row: Row[Any]) -> Photo:
    """A photo from a row of table photo."""
    values = {name: getattr(row, name) for name in _FIELDS}
    owner_type = PhotoOf(row.owner_type) if row.owner_type else None
    return Photo(**values, owner_type=owner_type, purpose=Purpose(row.purpose) if row.purpose else None)


def owner_exists(conn: Connection, of: PhotoOf, record_id: str) -> bool:
    """Whether there is such a record to hang a picture on."""
    table = _OWNERS[of]
    return conn.execute(select(table.c.id).where(table.c.id == record_id)).first() is not None


def by_id(conn: Connection, photo_id: str) -> Photo | None:
    """The photo with this id, removed or not."""
    row = conn.execute(select(photo).where(photo.c.id == photo_id)).first()
    return from_row(row) if row else None


def of_records(conn: Connection, of: PhotoOf, ids: Iterable[str | None]) -> dict[str, tuple[Photo, ...]]:
    """The photos of records of one kind by the record's id, the first taken first; without any: left out."""
    wanted = sorted({i for i in ids if i})
    found: dict[str, tuple[Photo, ...]] = {}
    if not wanted:
        return found
    column = _COLUMNS.get(of, photo.c.owner_id)
    ask = select(photo).where(column.in_(wanted), photo.c.removed_at.is_(None)).order_by(photo.c.taken_at, photo.c.id)
    if of not in _COLUMNS:
        ask = ask.where(photo.c.owner_type == of.value)
    for row in conn.execute(ask):
        one = from_row(row)
        found[one.record_id or ""] = (*found.get(one.record_id or "", ()), one)
    return found


def add(conn: Connection, new: Photo) -> None:
    """Store a new photo's row; its file must be in place."""
    conn.execute(insert(photo).values(**asdict(new)))


def remove(conn: Connection, photo_id: str, at: datetime | None) -> None:
    """A photo is shown no more, and its file goes with the next sweep; None: it is shown after all."""
    conn.execute(update(photo).where(photo.c.id == photo_id).values(removed_at=at))


def is_taken_back(conn: Connection, record_id: str) -> bool:
    """Whether this visit or issue was withdrawn by who made it."""
    return conn.execute(select(withdrawn.c.id).where(withdrawn.c.id == record_id)).first() is not None


def in_use(conn: Connection) -> set[str]:
    """SHA-256 of every photo that some record still shows."""
    return set(conn.execute(select(photo.c.sha256).where(photo.c.removed_at.is_(None)).distinct()).scalars())


def file_of(folder: Path, sha256: str) -> Path:
    """Where a photo lies in the data folder."""
    return folder / "photos" / sha256[:2] / f"{sha256}.jpg"


@contextlib.contextmanager
def written_aside(folder: Path, content: bytes) -> Iterator[Path]:
    """A file beside the photos that holds `content` on the disk itself; gone afterwards unless it was put in place.

    Raises
    ------
    NoSpace
        If the disk is full.
    """
    aside = folder / "photos" / "new" / f"{uuid4()}.part"
    try:
        with _full_disk_said():
            aside.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        yield aside
    finally:
        aside.unlink(missing_ok=True)


def put_in_place(aside: Path, folder: Path, sha256: str) -> None:
    """Give a file written aside its name, for good: after a power cut it is there. Call it before the row's commit.

    Raises
    ------
    NoSpace
        If the disk is full.
    """
    file = file_of(folder, sha256)
    with _full_disk_said():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.replace(aside, file)
        for part in (file.parent, file.parent.parent, folder):
            _flush_folder(part)


def _flush_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextlib.contextmanager
def _full_disk_said() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise NoSpace("磁盘满了，照片没有存进去；请管理员腾出空间后再传。") from error
