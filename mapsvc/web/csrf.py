"""Unsafe requests of a session carry its token: header X-CSRF-Token or form field csrf_token."""

import hmac
from urllib.parse import urlsplit

from flask import Flask, request

from mapsvc.errors import Forbidden
from mapsvc.web import context
from mapsvc.web.surfaces import is_public

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
HEADER = "X-CSRF-Token"
FIELD = "csrf_token"
# Their address is the secret: another site cannot name it, and as their pages send no referrer, browsers that know no
# Sec-Fetch-Site send "null" for the origin of their own forms.
_SECRET_ADDRESSES = frozenset({"order_links.answered"})
STALE = "页面太旧了，没有保存；请刷新页面再做一次。"


def _check() -> None:
    if request.method in SAFE or request.endpoint is None:
        return
    if context.by_bearer():
        return
    if is_public(request.endpoint):
        _refuse_other_sites()
        return
    expected = context.visitor().session.csrf
    given = request.headers.get(HEADER) or _field()
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise Forbidden(STALE, code="csrf")


def _field() -> str:
    # A JSON body holds no form; parsing it as one would use up the stream.
    return request.form.get(FIELD, "") if request.mimetype != "application/json" else ""


def _refuse_other_sites() -> None:
    """Nobody is signed in yet, so there is no token; the browser itself says which site asks."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is None and origin == "null" and request.endpoint in _SECRET_ADDRESSES:
        return
    is_ours = site in ("same-origin", "none") if site else origin is None or host_of(origin) == request.host
    if not is_ours:
        raise Forbidden("这个请求来自别的网站，没有执行；请从本系统的页面再做一次。", code="csrf")


def host_of(origin: str) -> str:
    """The host that an Origin header names; empty for one that is none."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def init(app: Flask) -> None:
    """Check every request."""
    app.before_request(_check)
