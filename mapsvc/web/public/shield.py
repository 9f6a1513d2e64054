"""Around every request of the public surface: limits on what it may carry, no other site's forms, headers."""

from flask import Flask, Response, request

from mapsvc.errors import Forbidden, Malformed
from mapsvc.web.context import csp_nonce
from mapsvc.web.csrf import SAFE, host_of

KIBIBYTE, MEBIBYTE = 1024, 1024 * 1024
LARGEST_BODY = 256 * KIBIBYTE
LARGEST_FORM = 40 * MEBIBYTE
"""With pictures: each is held to its own limit beside its field."""
LARGEST_LETTER = 32 * MEBIBYTE
EXCHANGE = "/exchange"
_STATIC = ("assets.versioned", "assets.file", "assets.icon")

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # The address of a card or an order is its secret.
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Permissions-Policy": "geolocation=(), camera=(self), microphone=(), payment=(), usb=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def policy(nonce: str) -> str:
    """The Content-Security-Policy of one answer."""
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
        "img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; manifest-src 'self'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


def largest_body(path: str, is_form: bool = False) -> int:
    """Most bytes a request to `path` may carry; is_form: with files."""
    if path == EXCHANGE:
        return LARGEST_LETTER
    return LARGEST_FORM if is_form and path.startswith(("/c/", "/w/")) else LARGEST_BODY


def _limit() -> None:
    request.max_content_length = largest_body(request.path, request.mimetype == "multipart/form-data")
    request.max_form_memory_size = LARGEST_BODY
    if "\x00" in request.path or any("\x00" in v for values in request.args.listvalues() for v in values):
        raise Malformed("网址里有不能用的字符，请检查后重试。")


def _refuse_other_sites() -> None:
    """Another site cannot name the address of a card; what its forms send is refused all the same.

    Our pages send no referrer, so browsers that know no Sec-Fetch-Site say "null" for the origin of our own forms.
    """
    if request.method in SAFE or request.path == EXCHANGE:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    is_ours = site in ("same-origin", "none") if site else origin in (None, "null") or host_of(origin) == request.host
    if not is_ours:
        raise Forbidden("这个请求来自别的网站，没有执行；请从卡上的页面再做一次。", code="csrf")


def _close_files(_: BaseException | None) -> None:
    request.close()


def _headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", policy(csp_nonce()))
    if request.endpoint not in _STATIC:
        # Neither a cache on the way nor the next one at this phone may learn what a card says.
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def init(app: Flask) -> None:
    """Put limits and headers around every request."""
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_LETTER)
    app.before_request(_limit)
    app.before_request(_refuse_other_sites)
    app.teardown_request(_close_files)
    app.after_request(_headers)
