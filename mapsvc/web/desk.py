"""`/desk`: today at the office, and the lists its numbers open."""

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from mapsvc.domain.actors import Role
from mapsvc.domain.desk import ROLES, SECTION_NAMES
from mapsvc.operations.desk import get_desk, open_list
from mapsvc.web.context import actor, workspace
from mapsvc.web.signs import icon, sign

blueprint = Blueprint("desk", __name__)
_INSTEAD = {Role.WORKER: "/today", Role.ADMIN: "/me"}


@blueprint.get("/desk")
def index() -> str | Response:
    """The numbers of the day; who walks the street has the phone's page instead, who does neither the map."""
    if actor().role not in ROLES:
        return redirect(_INSTEAD.get(actor().role, "/"))
    page = get_desk(workspace(), actor())
    return render_template("desk.html", tab="today", desk=page, section_names=SECTION_NAMES)


@blueprint.get("/desk/<list_id>")
def show(list_id: str) -> str:
    """One list, all of it."""
    opened = open_list(workspace(), actor(), list_id)
    return render_template("desk_list.html", tab="today", opened=opened, rows=opened.rows, sign=sign, icon=icon)
