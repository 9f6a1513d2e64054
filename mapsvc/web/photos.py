"""/photos/{id}.jpg: a picture, for those who are signed in and see the map."""

from flask import Blueprint, Response, request

from mapsvc.operations.photos import photo_file
from mapsvc.web.api.parsing import path_code
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("photos", __name__)

THUMBNAIL_PX = 144
_KEPT_S = 3600


@blueprint.get("/photos/<photo_id>.jpg")
def show(photo_id: str) -> Response:
    """The picture; `?w=144` for one that fits a list."""
    photo, file = photo_file(workspace(), actor(), path_code(photo_id))
    is_small = request.args.get("w") == str(THUMBNAIL_PX)
    response = Response(mimetype="image/jpeg")
    response.set_etag(f"{photo.sha256[:32]}{'-small' if is_small else ''}")
    # For this browser alone, and not for long: a picture may be taken back.
    response.headers["Cache-Control"] = f"private, max-age={_KEPT_S}"
    response.headers["Vary"] = "Cookie, Authorization"
    if request.if_none_match.contains(response.get_etag()[0] or ""):
        response.status_code = 304
        return response
    response.data = _smaller(file.read_bytes()) if is_small else file.read_bytes()
    return response


def _smaller(jpeg: bytes) -> bytes:
    from mapsvc.operations.pictures import small

    return small(jpeg, THUMBNAIL_PX)
