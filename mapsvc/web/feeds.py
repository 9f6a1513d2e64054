"""The calendar feed: made and revoked on one's own page, read by a calendar with its secret."""

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.operations import feeds as operations
from mapsvc.operations import policy_calendar
from mapsvc.web import context
from mapsvc.web.accounts import own_page

blueprint = Blueprint("feeds", __name__)


@blueprint.get("/feeds/<secret>.ics")
def read(secret: str) -> Response:
    """What is due, for whoever has the secret."""
    return _calendar(operations.read_feed(context.workspace(), secret, request.url_root.rstrip("/")), "mapsvc.ics")


@blueprint.get("/feeds/<secret>/policy-calendar.ics")
def read_windows(secret: str) -> Response:
    """The policy calendar, for whoever has the secret."""
    text = policy_calendar.read_window_feed(context.workspace(), secret, request.url_root.rstrip("/"))
    return _calendar(text, "policy-calendar.ics")


@blueprint.post("/me/feed")
def make() -> str:
    """Make it; its address is shown this once."""
    made = operations.make_feed(context.workspace(), context.visitor().session)
    base = f"{request.url_root.rstrip('/')}/feeds/{made.secret}"
    return own_page(feed_address=f"{base}.ics", window_feed_address=f"{base}/policy-calendar.ics")


@blueprint.post("/me/feed/revoke")
def revoke() -> AnyResponse:
    """Revoke it."""
    operations.revoke_feed(context.workspace(), context.visitor().session)
    return redirect("/me?done=feed", 303)


def _calendar(text: str, name: str) -> Response:
    response = Response(text, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
