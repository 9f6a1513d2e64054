"""/api/v1/session: who is signed in, and the token that unsafe requests of a browser carry."""

from flask import Blueprint, Response

from mapsvc.domain.times import iso
from mapsvc.web import context
from mapsvc.web.api import rendering as r
from mapsvc.web.api.describe import MAYBE_TEXT, MOMENT, TEXT, describe, thing

blueprint = Blueprint("api_session", __name__, url_prefix="/api/v1/session")

_SESSION = thing(person=thing(id=MAYBE_TEXT, name=TEXT), role=TEXT, csrf=MAYBE_TEXT, now=MOMENT)


@blueprint.get("")
@describe("现在是谁登录着；过期了就是 401", tag="session", responses={200: _SESSION})
def show() -> Response:
    """Who asks, as which role, and what time the office has."""
    who = context.actor()
    csrf = None if context.by_bearer() else context.visitor().session.csrf
    person = {"id": who.person_id, "name": who.name}
    now = iso(context.workspace().clock())
    return r.answer({"person": person, "role": who.role.value, "csrf": csrf, "now": now})
