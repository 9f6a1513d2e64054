"""Headers that keep a page to itself, limits on what a request may carry, and the door for strangers."""

from flask import Flask, Response, g, request
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.domain.photos import LARGEST_PHOTO
from mapsvc.errors import Malformed
from mapsvc.web import context
from mapsvc.web.surfaces import is_public

MEBIBYTE = 1024 * 1024
LARGEST_BODY = 2 * MEBIBYTE
# Uploads: path prefix or suffix -> bytes. The readers of workbooks and photos have limits of their own below these.
_UPLOADS = (
    ("/admin/import", 64 * MEBIBYTE),
    ("/api/v1/tickets/import", 64 * MEBIBYTE),
    ("/admin/patches", 32 * MEBIBYTE),
    # The form around the file takes some bytes of its own.
    ("/admin/field", 65 * MEBIBYTE),
)
_PHOTOS = ("/photos", LARGEST_PHOTO)
# Forms of words and pictures: a picture that is too large is refused beside its field, and the words stay.
_FORMS = ("/cases/", "/issues/", "/places/", "/councils/", "/tasks/", "/runs/", "/w/", "/tickets/", "/reports/")
_FORM_LIMIT = 128 * MEBIBYTE

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(self), microphone=(), payment=(), usb=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def policy(nonce: str) -> str:
    """The Content-Security-Policy of one answer."""
    return (
        f"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
        "img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


def largest_body(path: str, is_form: bool = False) -> int:
    """Most bytes a request to `path` may carry; is_form: with files."""
    if is_form and path.startswith(_FORMS):
        return _FORM_LIMIT
    if path.endswith(_PHOTOS[0]):
        return _PHOTOS[1]
    return next((limit for prefix, limit in _UPLOADS if path.startswith(prefix)), LARGEST_BODY)


def _limit() -> None:
    request.max_content_length = largest_body(request.path, request.mimetype == "multipart/form-data")
    # No store takes a NUL in text; PostgreSQL fails on it.
    if "\x00" in request.path or any("\x00" in v for values in request.args.listvalues() for v in values):
        raise Malformed("网址里有不能用的字符，请检查后重试。")


def _guard() -> None:
    """Strangers see nothing but what is public, whichever blueprint a route stands in."""
    if request.endpoint and not is_public(request.endpoint):
        context.actor()


def _close_files(_: BaseException | None) -> None:
    # What was uploaded lies in open files of its own, whether a view read them or not.
    request.close()


def _headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", policy(context.csp_nonce()))
    if not is_public(request.endpoint or "") and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    visitor = g.get("visitor")
    if visitor is not None and visitor.renewed and "signed_out" not in g:
        set_cookie(response, visitor.renewed)
    return response


def set_cookie(response: AnyResponse, value: str) -> None:
    """Give the browser its session."""
    hours = context.workspace().settings.session_hours
    response.set_cookie(
        context.cookie_name(), value, max_age=hours * 3600, secure=request.is_secure, httponly=True, samesite="Lax"
    )


def init(app: Flask) -> None:
    """Put limits, door and headers around every request."""
    app.before_request(_limit)
    app.teardown_request(_close_files)
    app.before_request(_guard)
    app.after_request(_headers)
