"""Signing in and out, and the own page 我的."""

from urllib.parse import urlsplit

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mapsvc.domain.permissions import ACTION_NAMES, Reach, reach
from mapsvc.errors import MapsvcError, NotSignedIn, Refused, TooMany
from mapsvc.operations import accounts as operations
from mapsvc.operations import feeds, signing_in
from mapsvc.web import context
from mapsvc.web.security import set_cookie

blueprint = Blueprint("accounts", __name__)
# A choice of sentences, so that an address cannot put words on the page.
DONE = {"password": "密码改好了，其他设备都已退出。", "feed": "日历地址已作废，订阅它的日历不会再更新。"}


def inside(address: str | None) -> str:
    """`address` if it is a page of this service, else the map."""
    parts = urlsplit(address or "")
    is_ours = not parts.scheme and not parts.netloc and parts.path.startswith("/") and "\\" not in parts.path
    return address if address and is_ours and not address.startswith("//") else "/"


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response | str | tuple[str, int]:
    """The form; signs in by password."""
    onward = inside(request.values.get("next"))
    if request.method == "GET":
        if context.someone() is not None:
            return redirect(onward)
        return render_template("login.html", onward=onward, login="", error=None)
    login = request.form.get("login", "")
    try:
        done = signing_in.sign_in(context.workspace(), login, request.form.get("password", ""), context.source())
    except (Refused, TooMany) as error:
        status = 429 if isinstance(error, TooMany) else 422
        return render_template("login.html", onward=onward, login=login, error=error.message), status
    return _enter(done, onward)


@blueprint.route("/sign-in/<secret>", methods=["GET", "POST"])
def once(secret: str) -> Response | str:
    """A one-time link: looking shows a button, pressing it signs in."""
    if request.method == "GET":
        account = signing_in.whose_link(context.workspace(), secret)
        return render_template("login_once.html", account=account)
    return _enter(signing_in.sign_in_once(context.workspace(), secret), inside(request.form.get("next")))


def _enter(done: signing_in.SignedIn, onward: str) -> Response:
    # Signing in always makes a new session; the browser's old one ends.
    _end_session()
    response = redirect(onward, 303)
    set_cookie(response, signing_in.cookie_value(context.workspace(), done.secret))
    g.signed_out = True
    return response


def _end_session() -> None:
    try:
        signing_in.sign_out(context.workspace(), context.visitor().session)
    except NotSignedIn:
        return


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End this browser's session, or with `everywhere` all of the account."""
    session = context.visitor().session
    if request.form.get("everywhere"):
        signing_in.sign_out_everywhere(context.workspace(), session)
    else:
        signing_in.sign_out(context.workspace(), session)
    g.signed_out = True
    response = redirect(url_for("accounts.sign_in"), 303)
    response.delete_cookie(context.cookie_name(), secure=request.is_secure, httponly=True, samesite="Lax")
    return response


@blueprint.get("/me")
def me() -> str:
    """The own page."""
    return own_page()


@blueprint.post("/me/password")
def change_password() -> Response | tuple[str, int]:
    """Change one's own password."""
    session = context.visitor().session
    old, new = request.form.get("old_password", ""), request.form.get("new_password", "")
    try:
        operations.change_password(context.workspace(), session, old, new)
    except Refused as error:
        return own_page(error), 422
    return redirect(url_for("accounts.me", done="password"), 303)


def own_page(error: MapsvcError | None = None, feed_address: str = "", window_feed_address: str = "") -> str:
    """The own page; with the addresses of a feed that was made just now."""
    page = operations.own_page(context.workspace(), context.visitor().session)
    who = page.session.account.actor
    abilities = [(ACTION_NAMES[a], reach(who, a) is Reach.OWN) for a in page.abilities]
    faults = {p.field: p.message for p in error.problems} if error else {}
    return render_template(
        "me.html",
        tab="me",
        own=page,
        abilities=abilities,
        faults=faults,
        done=DONE.get(request.args.get("done", "")),
        feed=feeds.own_feed(context.workspace(), page.session),
        feed_address=feed_address,
        window_feed_address=window_feed_address,
    )
