"""Photos of calls and issues: taken in once per client id, shown to those who see the map, swept when nobody's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.photos import MOST_PER_RECORD, Photo, PhotoOf
from mapsvc.domain.times import to_second
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations.issues import happened_at
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, issues, photos, visits

# A file is there before its row: a young one may be waiting for its commit.
ORPHANS_KEPT = timedelta(days=1)
_LEAVE: Mapping[PhotoOf, Action] = {PhotoOf.VISIT: Action.RECORD_VISIT, PhotoOf.ISSUE: Action.REPORT_ISSUE}
_NAMES: Mapping[PhotoOf, str] = {PhotoOf.VISIT: "这次走访", PhotoOf.ISSUE: "这个问题"}


@dataclass(frozen=True)
class NewPhoto:
    """A picture as the worker's device sends it; `id` comes from the client, so that a retry is harmless."""

    id: str
    of: PhotoOf
    record_id: str
    content: bytes
    taken_at: datetime | None = None


@dataclass(frozen=True)
class Added:
    """What came of it: `photo` is None when the visit or issue was taken back, and nothing was kept."""

    id: str
    photo: Photo | None
    is_new: bool

    @property
    def is_withdrawn(self) -> bool:
        """Whether its visit or issue was taken back."""
        return self.photo is None


@dataclass(frozen=True)
class Swept:
    """Files nobody pointed to, removed; and content hashes of photos whose file is missing."""

    removed: int
    missing: tuple[str, ...]


def add_photo(ws: Workspace, actor: Actor, new: NewPhoto) -> Added:
    """Keep a picture of a visit or an issue; the same id again changes nothing, whatever its bytes.

    Its file is on the disk before its row is committed.

    Raises
    ------
    Forbidden
    NotFound
        No such visit or issue: it has to be sent before its pictures.
    Conflict
        If the id was used for a picture of something else.
    Unsupported, Refused
        It is no picture we take, or one too many.
    NoSpace
        The disk is full; nothing was kept.
    """
    from mapsvc.operations.pictures import clean_picture

    require_leave(actor, new.of)
    with ws.read() as conn:
        known = _known(conn, new)
    if known is not None:
        return known
    picture = clean_picture(new.content)
    received_at = to_second(ws.clock())
    photo = Photo(
        new.id,
        picture.sha256,
        picture.width_px,
        picture.height_px,
        happened_at(new.taken_at, received_at),
        actor.person_id,
        visit_id=new.record_id if new.of is PhotoOf.VISIT else None,
        issue_id=new.record_id if new.of is PhotoOf.ISSUE else None,
    )
    with photos.written_aside(ws.folder, picture.jpeg) as aside, ws.write() as conn:
        known = _known(conn, new)
        if known is not None:
            return known
        photos.put_in_place(aside, ws.folder, photo.sha256)
        photos.add(conn, photo)
        audit.append(conn, actor, "add_photo", "photo", photo.id, after=photo, at=received_at)
    return Added(photo.id, photo, True)


def require_leave(actor: Actor, of: PhotoOf) -> None:
    """Raise Forbidden unless `actor` may add pictures to visits, or to issues: who may record them."""
    require(actor, _LEAVE[of])


def _known(conn: Connection, new: NewPhoto) -> Added | None:
    """What the store says already, or None where the picture may be added."""
    before = photos.by_id(conn, new.id)
    if before is not None:
        if new.record_id != (before.visit_id if new.of is PhotoOf.VISIT else before.issue_id):
            raise Conflict("这个编号（id）已经用在另一张照片上，请换一个新的 id。", field="id", code="id_used")
        return Added(new.id, before, False)
    if photos.is_taken_back(conn, new.record_id):
        return Added(new.id, None, False)
    found = (visits if new.of is PhotoOf.VISIT else issues).by_id(conn, new.record_id)
    if found is None:
        raise NotFound(
            f"{_NAMES[new.of]}还没有传到，请先传记录再传照片。", field=new.of.value, code=f"unknown_{new.of.value}"
        )
    had = photos.of_records(conn, new.of, [new.record_id]).get(new.record_id, ())
    if len(had) >= MOST_PER_RECORD:
        raise Refused(
            f"{_NAMES[new.of]}已经有{len(had)}张照片，最多{MOST_PER_RECORD}张；要换请先撤销原来的记录。",
            field="file",
            code="too_many_photos",
        )
    return None


def shown_with(
    conn: Connection, visit_ids: Iterable[str | None], issue_ids: Iterable[str | None]
) -> dict[str, tuple[Photo, ...]]:
    """The pictures of visits and issues, by the record's id."""
    return photos.of_records(conn, PhotoOf.VISIT, visit_ids) | photos.of_records(conn, PhotoOf.ISSUE, issue_ids)


def photo_file(ws: Workspace, actor: Actor, photo_id: str) -> tuple[Photo, Path]:
    """A photo and its file, for those who see the map.

    Raises
    ------
    NotFound, Forbidden
    """
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        photo = photos.by_id(conn, photo_id)
    if photo is None or photo.removed_at is not None:
        raise NotFound("没有这张照片，可能已经和记录一起撤销了。", code="unknown_photo")
    file = photos.file_of(ws.folder, photo.sha256)
    if not file.is_file():
        raise NotFound("这张照片的文件不见了，请管理员运行 mapsvc check 查看。", code="photo_lost")
    return photo, file


def sweep(ws: Workspace) -> Swept:
    """Remove files older than a day that no record shows, and tell which shown ones are missing."""
    before = (ws.clock() - ORPHANS_KEPT).timestamp()
    old = [f for f in sorted((ws.folder / "photos").glob("*/*")) if f.is_file() and f.stat().st_mtime < before]
    with ws.read() as conn:
        used = photos.in_use(conn)
    removed = 0
    if any(file.stem not in used for file in old):
        # Alone in the store: the same picture may be coming in again this very moment.
        with ws.write() as conn:
            used = photos.in_use(conn)
            for file in old:
                if file.stem not in used and file.stat().st_mtime < before:
                    file.unlink()
                    removed += 1
    missing = sorted(sha256 for sha256 in used if not photos.file_of(ws.folder, sha256).exists())
    return Swept(removed, tuple(missing))
