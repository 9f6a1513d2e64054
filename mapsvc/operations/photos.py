"""Photos of calls and issues: taken in once per client id, shown to those who see the map, swept when nobody's."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.photos import MOST_AT_PLACE, MOST_PER_RECORD, PHOTO_OF_NAMES, Photo, PhotoOf, Purpose
from mapsvc.domain.times import to_second
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations.issues import happened_at
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, photos

if TYPE_CHECKING:
    from mapsvc.operations.pictures import Picture

# A file is there before its row: a young one may be waiting for its commit.
ORPHANS_KEPT = timedelta(days=1)
_LEAVE: Mapping[PhotoOf, Action] = {
    PhotoOf.VISIT: Action.RECORD_VISIT,
    PhotoOf.ISSUE: Action.REPORT_ISSUE,
    PhotoOf.CASE: Action.WORK_CASE,
    PhotoOf.ORDER: Action.ANSWER_ORDER,
    PhotoOf.COUNCIL: Action.HOLD_COUNCIL,
    PhotoOf.TASK: Action.WORK_CASE,
    PhotoOf.PLACE: Action.EDIT_PLACE,
    PhotoOf.CHECK: Action.CHECK_EFFECT,
    PhotoOf.RUN: Action.RUN_PLAYBOOK,
    PhotoOf.CHAT: Action.MAKE_CARDS,
}


# Those with a column of their own.
_OF_FIELD = frozenset({PhotoOf.VISIT, PhotoOf.ISSUE})


@dataclass(frozen=True)
class NewPhoto:
    """A picture as the worker's device sends it; `id` comes from the client, so that a retry is harmless."""

    id: str
    of: PhotoOf
    record_id: str
    content: bytes
    taken_at: datetime | None = None
    purpose: Purpose | None = None


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


def add_photo(ws: Workspace, actor: Actor, new: NewPhoto, units: Collection[str | None] = ()) -> Added:
    """Keep a picture of a record; the same id again changes nothing, whatever its bytes.

    Its file is on the disk before its row is committed. `units` are those whom the record concerns.

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

    require_leave(actor, new.of, units)
    with ws.read() as conn:
        known = _known(conn, new)
    return known or keep_photo(ws, actor, new, clean_picture(new.content))


def keep_photo(ws: Workspace, actor: Actor, new: NewPhoto, picture: "Picture") -> Added:
    """Keep a picture made clean before, for an operation that asked for leave itself; raises as `add_photo`."""
    received_at = to_second(ws.clock())
    with photos.written_aside(ws.folder, picture.jpeg) as aside, ws.write() as conn:
        return keep_within(conn, ws, actor, new, picture, aside, received_at)


def keep_within(
    conn: Connection,
    ws: Workspace,
    actor: Actor,
    new: NewPhoto,
    picture: "Picture",
    aside: Path,
    received_at: datetime,
) -> Added:
    """As `keep_photo`, in the caller's transaction; `aside`: where the picture was written."""
    photo = Photo(
        new.id,
        picture.sha256,
        picture.width_px,
        picture.height_px,
        happened_at(new.taken_at, received_at),
        actor.person_id,
        visit_id=new.record_id if new.of is PhotoOf.VISIT else None,
        issue_id=new.record_id if new.of is PhotoOf.ISSUE else None,
        owner_type=new.of if new.of not in _OF_FIELD else None,
        owner_id=new.record_id if new.of not in _OF_FIELD else None,
        purpose=new.purpose,
    )
    known = _known(conn, new)
    was_taken_away = known is not None and known.photo is not None and known.photo.removed_at is not None
    if known is not None and not (was_taken_away and new.of is PhotoOf.PLACE):
        return known
    photos.put_in_place(aside, ws.folder, photo.sha256)
    if was_taken_away:
        # Its file may be swept: the same picture chosen again brings it back.
        photos.remove(conn, photo.id, None)
    else:
        photos.add(conn, photo)
    audit.append(conn, actor, "add_photo", "photo", photo.id, after=photo, at=received_at)
    return Added(photo.id, photo, True)


def require_leave(actor: Actor, of: PhotoOf, units: Collection[str | None] = ()) -> None:
    """Raise Forbidden unless `actor` may add pictures to such records: who may write them."""
    require(actor, _LEAVE[of], units=units)


def _known(conn: Connection, new: NewPhoto) -> Added | None:
    """What the store says already, or None where the picture may be added."""
    before = photos.by_id(conn, new.id)
    if before is not None:
        if new.record_id != before.record_id:
            raise Conflict("这个编号（id）已经用在另一张照片上，请换一个新的 id。", field="id", code="id_used")
        return Added(new.id, before, False)
    if photos.is_taken_back(conn, new.record_id):
        return Added(new.id, None, False)
    if not photos.owner_exists(conn, new.of, new.record_id):
        raise NotFound(
            f"{PHOTO_OF_NAMES[new.of]}还没有传到，请先传记录再传照片。",
            field=new.of.value,
            code=f"unknown_{new.of.value}",
        )
    had = photos.of_records(conn, new.of, [new.record_id]).get(new.record_id, ())
    most = MOST_AT_PLACE if new.of is PhotoOf.PLACE else MOST_PER_RECORD
    if len(had) >= most:
        raise Refused(
            f"{PHOTO_OF_NAMES[new.of]}已经有{len(had)}张照片，最多{most}张；要换请先撤销原来的记录。",
            field="file",
            code="too_many_photos",
        )
    return None


def remove_place_photo(ws: Workspace, actor: Actor, place_id: str, photo_id: str) -> None:
    """Take a picture of a place away, e.g. one that shows people; gone before, nothing changes.

    Raises
    ------
    NotFound, Forbidden
    """
    require_leave(actor, PhotoOf.PLACE)
    at = to_second(ws.clock())
    with ws.write() as conn:
        photo = photos.by_id(conn, photo_id)
        if photo is None or photo.owner_type is not PhotoOf.PLACE or photo.owner_id != place_id:
            raise NotFound("这个点位没有这张照片，请刷新后再看。", field="photo", code="unknown_photo")
        if photo.removed_at is None:
            photos.remove(conn, photo_id, at)
            audit.append(conn, actor, "remove_photo", "photo", photo_id, before=photo, at=at)


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
    return kept_file(ws, photo_id)


def kept_file(ws: Workspace, photo_id: str, of: PhotoOf | None = None, record_id: str = "") -> tuple[Photo, Path]:
    """A photo and its file, for an operation that asked for leave itself; of that record alone where one is named.

    Raises
    ------
    NotFound
    """
    with ws.read() as conn:
        photo = photos.by_id(conn, photo_id)
    if photo is not None and of is not None and (photo.owner_type, photo.owner_id) != (of, record_id):
        photo = None
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
