"""`/desk`: today at the office, and the lists its numbers open."""

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from mapsvc.domain.actors import Role
from mapsvc.domain.desk import ROLES, SECTION_NAMES
from mapsvc.domain.permissions import Action, Reach, may, reach
from mapsvc.operations.desk import get_desk, open_list
from mapsvc.operations.policy_lists import policy_lines
from mapsvc.web.context import actor, workspace
from mapsvc.web.signs import icon, sign

blueprint = Blueprint("desk", __name__)
# (address, words, leave): where the office's other work is; on a phone the only way there.
BESIDE = (
    ("/enquiries", "咨询", Action.SEE_ENQUIRIES),
    ("/tickets", "12345工单", Action.HANDLE_TICKETS),
    ("/orders", "派单", Action.ANSWER_ORDER),
    ("/needs", "诉求", Action.WORK_CASE),
    ("/silent", "沉默商户", Action.WORK_CASE),
    ("/playbooks", "治理样板", Action.SEE_MAP),
    ("/notices", "温馨提示", Action.SEE_MAP),
    ("/alerts", "早发现", Action.SEE_ALERTS),
    ("/context-events", "诱因", Action.SEE_MAP),
    ("/storms", "雨前雨后", Action.CALL_STORM),
    ("/figures", "办理情况", Action.SEE_FIGURES),
    ("/reports", "周报、月报", Action.WRITE_REPORT),
)
_INSTEAD = {Role.WORKER: "/today", Role.ADMIN: "/me"}


@blueprint.get("/desk")
def index() -> str | Response:
    """The numbers of the day; who walks the street has the phone's page instead, who does neither the map."""
    if actor().role not in ROLES:
        return redirect(_INSTEAD.get(actor().role, "/"))
    page, who = get_desk(workspace(), actor()), actor()
    # What a unit may do on its own things alone has no page of all of them, but for its orders.
    beside = [
        (url, words)
        for url, words, leave in BESIDE
        if reach(who, leave) is Reach.ALL
        or (leave is Action.ANSWER_ORDER and reach(who, leave) is Reach.OWN and who.unit)
    ]
    return render_template(
        "desk.html",
        tab="today",
        desk=page,
        section_names=SECTION_NAMES,
        beside=beside,
        policy_lines=policy_lines(workspace(), who) if may(who, Action.EDIT_POLICIES) else (),
    )


@blueprint.get("/desk/<list_id>")
def show(list_id: str) -> str:
    """One list, all of it."""
    opened = open_list(workspace(), actor(), list_id)
    return render_template("desk_list.html", tab="today", opened=opened, rows=opened.rows, sign=sign, icon=icon)
