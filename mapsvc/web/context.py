"""What a request stands in: the workspace, who is signed in, the nonce, and the words every page shows."""

import ipaddress
import secrets
from collections.abc import Callable
from importlib import import_module

from flask import Flask, current_app, g, request

from mapsvc.domain.actors import Actor
from mapsvc.domain.desk import ROLES as DESK_ROLES
from mapsvc.domain.permissions import Action, may, whom_to_ask
from mapsvc.domain.times import OFFICE_ZONE
from mapsvc.errors import Forbidden, NotSignedIn
from mapsvc.operations import signing_in
from mapsvc.operations.office import is_demo
from mapsvc.operations.workspace import Workspace
from mapsvc.web.filters import FILTERS

EXTENSION = "mapsvc"
WEEKDAYS = "一二三四五六日"
# What templates of several parts call -> the module whose `words` it is, loaded when a page first calls it.
TEMPLATE_WORDS = {"effect_words": "effects", "party_roles": "councils", "run_words": "playbooks"}


def workspace() -> Workspace:
    """The office this service serves."""
    found: Workspace = current_app.extensions[EXTENSION]
    return found


def cookie_name() -> str:
    """Name of the session cookie; the prefix makes browsers insist on TLS where there is some."""
    return "__Host-mapsvc" if request.is_secure else "mapsvc"


def actor() -> Actor:
    """Who makes this request, by bearer token or session.

    Raises
    ------
    NotSignedIn
        Nobody is signed in, or the token or session is no longer good.
    """
    if "actor" not in g:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            g.actor = signing_in.by_token(workspace(), secret.strip()).actor
        else:
            g.actor = visitor().session.account.actor
    found: Actor = g.actor
    return found


def visitor() -> signing_in.Visitor:
    """The signed-in browser that makes this request.

    Raises
    ------
    NotSignedIn
    """
    if "visitor" not in g:
        value = request.cookies.get(cookie_name())
        if not value:
            raise NotSignedIn("请先登录。")
        g.visitor = signing_in.by_cookie(workspace(), value)
    found: signing_in.Visitor = g.visitor
    return found


def by_bearer() -> bool:
    """Whether the request carries a bearer token, which no browser adds by itself."""
    return request.headers.get("Authorization", "")[:7].lower() == "bearer "


def someone() -> Actor | None:
    """Who makes this request, or None."""
    try:
        return actor()
    except NotSignedIn:
        return None


def require_page(action: Action) -> Actor:
    """The actor of a page that is for those who may do `action`, on whomever's things.

    Raises
    ------
    NotSignedIn, Forbidden
    """
    who = actor()
    if not may(who, action, who.person_id):
        raise Forbidden(f"{who.role_name}看不到这一页，要用请找{whom_to_ask(action)}。")
    return who


def source() -> str:
    """Where the request comes from, as attempts are counted: an address, of IPv6 the network of a household."""
    address = request.remote_addr or ""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if parsed.version == 6:
        return str(ipaddress.ip_network(f"{parsed}/64", strict=False))
    return address


def csp_nonce() -> str:
    """The nonce of this answer's inline scripts and styles."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def now_label() -> str:
    """Today as in 周一 11月23日 08:40, by the office's zone."""
    at = workspace().clock().astimezone(OFFICE_ZONE)
    return f"周{WEEKDAYS[at.weekday()]} {at.month}月{at.day}日 {at:%H:%M}"


def _page_words() -> dict[str, object]:
    settings, who = workspace().settings, someone()
    visitor_: signing_in.Visitor | None = g.get("visitor")
    allowed: Callable[[str], bool] = lambda name: who is not None and may(who, Action(name), who.person_id)  # noqa: E731
    return {
        "signed_in": who is not None,
        "person_name": who.name if who else "",
        "role_name": who.role_name if who else "",
        "role": who.role.value if who else "",
        "csrf_token": visitor_.session.csrf if visitor_ else "",
        "csp_nonce": csp_nonce(),
        "demo": is_demo(workspace()),
        "office_name": f"{settings.office_name} · {settings.block_name}",
        "worker_label": settings.worker_label,
        "patch_label": settings.patch_label,
        "now_label": now_label(),
        "may": allowed,
        "has_desk": who is not None and who.role in DESK_ROLES,
        "tab": "",
    }


def _words_of(module: str) -> Callable[[], object]:
    return lambda: import_module(f"mapsvc.web.{module}").words()


def init(app: Flask, ws: Workspace) -> None:
    """Give the app its workspace and the words of its pages."""
    app.extensions[EXTENSION] = ws
    app.context_processor(_page_words)
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update({name: _words_of(module) for name, module in TEMPLATE_WORDS.items()})
