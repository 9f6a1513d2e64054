"""Pictures that come with a form: read and made clean before the words are written, kept after."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import NAMESPACE_OID, uuid5

from flask import request

from mapsvc.domain.actors import Actor
from mapsvc.domain.photos import LARGEST_PHOTO, MOST_PER_RECORD, Photo, PhotoOf, Purpose
from mapsvc.errors import FieldProblem, MapsvcError, Refused
from mapsvc.operations.photos import NewPhoto, keep_photo
from mapsvc.operations.workspace import Workspace

if TYPE_CHECKING:
    from mapsvc.operations.pictures import Picture

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Upload:
    """One picture of a form, made clean."""

    name: str
    picture: "Picture"


def read_photos(field: str = "photo") -> tuple[Upload, ...]:
    """The pictures in the form's file field, made clean; none chosen is no fault.

    Raises
    ------
    Refused
        One is no picture, too large or cannot be read; names the file, under the form's field.
    """
    files = [f for f in request.files.getlist(field) if f.filename]
    if len(files) > MOST_PER_RECORD:
        told = f"一次最多{MOST_PER_RECORD}张照片，现在选了{len(files)}张；请少选几张。"
        raise _refused(field, told, "too_many_photos")
    return tuple(_clean(field, f.filename or "", f.stream.read(LARGEST_PHOTO + 1)) for f in files)


def keep_photos(
    ws: Workspace,
    actor: Actor,
    uploads: Sequence[Upload],
    of: PhotoOf,
    record_id: str,
    purpose: Purpose | None = None,
) -> tuple[Photo, ...]:
    """Keep pictures of a record whose operation asked for leave; the same form sent twice keeps each once."""
    kept = []
    for one in uploads:
        photo_id = str(uuid5(NAMESPACE_OID, f"{of.value}/{record_id}/{one.picture.sha256}"))
        done = keep_photo(ws, actor, NewPhoto(photo_id, of, record_id, b"", None, purpose), one.picture)
        if done.photo:
            kept.append(done.photo)
    return tuple(kept)


def _clean(field: str, name: str, content: bytes) -> Upload:
    from mapsvc.operations.pictures import clean_picture

    if len(content) > LARGEST_PHOTO:
        told = f"照片“{name}”太大，最多{LARGEST_PHOTO // MEBIBYTE}兆；请在相册里缩小，或用相机的普通尺寸重拍。"
        raise _refused(field, told, "photo_too_large")
    try:
        return Upload(name, clean_picture(content))
    except MapsvcError as error:
        raise _refused(field, f"照片“{name}”：{error}", error.code) from error


def _refused(field: str, told: str, code: str) -> Refused:
    return Refused(told, field=field, problems=[FieldProblem(field, code, told)], code=code)
