"""加书记: the secretary's chat code as a picture, uploaded once, printed on every card."""

from uuid import uuid4

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.photos import Photo, PhotoOf
from mapsvc.domain.times import to_second
from mapsvc.errors import NotFound, Refused
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, photos

OWNER = "secretary"
LEAST_SIDE_PX = 200
"""Printed 22 mm wide, a code of fewer pixels is a blur to a phone."""
Box = tuple[float, float, float]
"""Left, top and side of the square to keep, as shares of the picture's width."""


def current(ws: Workspace) -> Photo | None:
    """The picture that is printed now."""
    with ws.read() as conn:
        return current_within(conn)


def current_within(conn: Connection) -> Photo | None:
    """As `current`, on a connection of the caller's."""
    return next(iter(reversed(photos.of_records(conn, PhotoOf.CHAT, [OWNER]).get(OWNER, ()))), None)


def put_picture(ws: Workspace, actor: Actor, content: bytes, box: Box | None = None) -> Photo:
    """Take a picture for all cards printed from now on; the one before goes. The same picture again changes nothing.

    Parameters
    ----------
    content : bytes
        JPEG or PNG; made clean and cut to a square.
    box : (left, top, side), optional
        Where the code was seen; the middle of the picture without it.

    Raises
    ------
    Forbidden
    Unsupported, Refused
        It is no picture we take, or too small to be scanned from paper.
    NoSpace
    """
    from mapsvc.operations.pictures import clean_picture, square

    require(actor, Action.MAKE_CARDS)
    picture = square(clean_picture(content), box)
    if picture.width_px < LEAST_SIDE_PX:
        told = f"这张图太小（{picture.width_px}×{picture.height_px}），印出来扫不出；请在微信里保存二维码原图再传。"
        raise Refused(told, field="picture", code="picture_too_small")
    at = to_second(ws.clock())
    new = Photo(
        str(uuid4()), picture.sha256, picture.width_px, picture.height_px, at, actor.person_id,
        owner_type=PhotoOf.CHAT, owner_id=OWNER,
    )  # fmt: skip
    with photos.written_aside(ws.folder, picture.jpeg) as aside, ws.write() as conn:
        before = current_within(conn)
        if before is not None and before.sha256 == new.sha256:
            return before
        photos.put_in_place(aside, ws.folder, new.sha256)
        if before is not None:
            photos.remove(conn, before.id, at)
        photos.add(conn, new)
        audit.append(conn, actor, "put_chat_code", "photo", new.id, before, new, at)
    return new


def remove_picture(ws: Workspace, actor: Actor) -> Photo | None:
    """Print no chat code from now on; the picture that went, None where there was none. Raises Forbidden."""
    require(actor, Action.MAKE_CARDS)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = current_within(conn)
        if before is not None:
            photos.remove(conn, before.id, at)
            audit.append(conn, actor, "remove_chat_code", "photo", before.id, before, None, at)
    return before


def restore_picture(ws: Workspace, actor: Actor, photo_id: str) -> Photo:
    """The picture before is printed again, and the present one goes.

    Raises
    ------
    Forbidden
    NotFound
        It never was one, or its file was swept since.
    """
    require(actor, Action.MAKE_CARDS)
    at = to_second(ws.clock())
    with ws.write() as conn:
        photo = photos.by_id(conn, photo_id)
        is_known = photo is not None and (photo.owner_type, photo.owner_id) == (PhotoOf.CHAT, OWNER)
        if photo is None or not is_known or not photos.file_of(ws.folder, photo.sha256).is_file():
            raise NotFound("原来的图已经清理了，请再传一次。", field="picture", code="unknown_photo")
        before = current_within(conn)
        if before is not None and before.id == photo_id:
            return photo
        if before is not None:
            photos.remove(conn, before.id, at)
        photos.remove(conn, photo_id, None)
        audit.append(conn, actor, "restore_chat_code", "photo", photo_id, before, photo, at)
    return photo
