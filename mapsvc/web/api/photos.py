"""/api/v1/visits/{id}/photos and /api/v1/issues/{id}/photos: pictures of what was recorded."""

from typing import Any

from flask import Blueprint, Response, request

from mapsvc.domain.photos import Photo, PhotoOf
from mapsvc.errors import Unsupported
from mapsvc.operations.photos import NewPhoto, add_photo, require_leave
from mapsvc.web.api import parsing as p
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import FLAG, MOMENT, TEXT, WHOLE, describe, thing
from mapsvc.web.context import actor, workspace
from mapsvc.web.csrf import FIELD as CSRF_FIELD

blueprint = Blueprint("api_photos", __name__, url_prefix="/api/v1")

_PHOTO = {"id": p.identifier(), "taken_at": p.optional(p.moment())}
_UPLOAD = _PHOTO | {"file": p.Field(lambda value, _: value, {"type": "string", "format": "binary"})}
_ADDED = thing(id=TEXT, url=TEXT, taken_at=MOMENT, width_px=WHOLE, height_px=WHOLE, withdrawn=FLAG)
_HOW: dict[str, Any] = {
    "tag": "photos",
    "request": _UPLOAD,
    "media": "multipart/form-data",
    "responses": {201: _ADDED, 200: _ADDED},
    "problems": (404, 409, 413, 415, 422, 507),
}


@blueprint.post("/visits/<visit_id>/photos")
@describe("给走访加照片：JPEG 或 PNG，存下来的不带拍摄信息；同一个 id 再发一次不会重复", **_HOW)
def of_visit(visit_id: str) -> Response:
    """Keep a picture of a call."""
    return _added(PhotoOf.VISIT, visit_id)


@blueprint.post("/issues/<issue_id>/photos")
@describe("给问题加照片：JPEG 或 PNG，存下来的不带拍摄信息；同一个 id 再发一次不会重复", **_HOW)
def of_issue(issue_id: str) -> Response:
    """Keep a picture of an issue."""
    return _added(PhotoOf.ISSUE, issue_id)


def _added(of: PhotoOf, record_id: str) -> Response:
    require_leave(actor(), of)
    if request.mimetype != "multipart/form-data":
        raise Unsupported("照片请用表单（multipart/form-data）发送：id、taken_at、file。", code="not_a_form")
    sent = p.record(_PHOTO).read({k: v for k, v in request.form.items() if k != CSRF_FIELD}, "")
    file = request.files.get("file")
    if file is None:
        raise p.wrong("file", "缺少 file：照片本身。", "missing")
    record = p.path_code(record_id).lower()
    done = add_photo(workspace(), actor(), NewPhoto(sent["id"], of, record, file.read(), sent["taken_at"]))
    return r.answer(_line(done.id, done.photo), 201 if done.is_new else 200)


def _line(photo_id: str, one: Photo | None) -> r.Json:
    if one is None:
        return {"id": photo_id, "withdrawn": True}
    return r.photo(one) | {"width_px": one.width_px, "height_px": one.height_px}
