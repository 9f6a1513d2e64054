"""One patrol plan beside its map: read, changed by hand, planned otherwise, handed out."""

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.errors import Conflict, Forbidden, MapsvcError, NotFound, Refused
from mapsvc.operations import plan_edits, plans
from mapsvc.operations.plan_edits import Act, Edit
from mapsvc.store.patrols import KeptPlan
from mapsvc.web import patrol_plan_words as words
from mapsvc.web.context import actor, csp_nonce, workspace
from mapsvc.web.maps import map_service

blueprint = Blueprint("patrol_plan", __name__, url_prefix="/patrol")


@blueprint.get("/<plan_id>")
def show(plan_id: str) -> str:
    """One plan beside its map."""
    return _page(plans.get_plan(workspace(), actor(), plan_id))


@blueprint.post("/<plan_id>/edit")
def edit(plan_id: str) -> AnyResponse:
    """Change one stop by hand."""
    wanted = _edit_of(request.form.get("do", ""))
    return _done(plan_id, lambda: plan_edits.edit(workspace(), actor(), plan_id, wanted), f"?stop={wanted.ref}")


@blueprint.post("/<plan_id>/undo")
def undo(plan_id: str) -> AnyResponse:
    """Take the last change back."""
    return _done(plan_id, lambda: plan_edits.undo(workspace(), actor(), plan_id, _edition()))


@blueprint.post("/<plan_id>/publish")
def publish(plan_id: str) -> AnyResponse:
    """Hand it out as it stands."""
    edition = _edition() if "edition" in request.form else None
    return _done(plan_id, lambda: plans.publish_plan(workspace(), actor(), plan_id, edition))


@blueprint.post("/<plan_id>/replan")
def replan(plan_id: str) -> AnyResponse:
    """The same shift with what is due now, perhaps with other people or another length."""
    ws, who = workspace(), actor()
    old = plans.get_plan(ws, who, plan_id).plan
    asked = plans.request_of(ws, who, old, _whole("people"), _whole("minutes"))
    return redirect(f"/patrol/{plans.make_plan(ws, who, asked).id}", 303)


def _page(kept: KeptPlan, fault: str = "") -> str:
    from mapsvc.maps.plan_map import build_plan_map, plan_bounds

    ws, who = workspace(), actor()
    bounds = plan_bounds(kept.plan, plans.start_of(ws))
    layers = map_service().catalog.for_actor(who)
    parts = build_plan_map(layers, f"/patrol/{kept.plan.id}.geojson", bounds).with_nonce(csp_nonce())
    before = plan_edits.last_week(ws, who, kept.plan)
    return render_template(
        "patrol_plan.html", tab="patrol", kept=kept, plan=words.describe(kept, ws.clock(), before), bounds=bounds,
        map_head=parts.head, map_body=parts.body, map_script=parts.script, fault=fault,
        may_edit=plans.may_publish(who, kept), asked=request.args.get("stop", ""),
        mine=words.own_route(kept.plan, who, request.args.get("route", "")),
        changed=plan_edits.last_change(ws, who, kept.plan.id), room=plans.room_of(ws, who, kept.plan),
    )  # fmt: skip


def _done(plan_id: str, act: object, to: str = "") -> AnyResponse:
    """Do it and go back to the plan; where it is refused, the plan as it is now with what is wrong."""
    assert callable(act)
    try:
        act()
    except MapsvcError as error:
        if isinstance(error, (Forbidden, NotFound)):
            raise
        page = _page(plans.get_plan(workspace(), actor(), plan_id), str(error))
        return make_response(page, 409 if isinstance(error, Conflict) else 422)
    return redirect(f"/patrol/{plan_id}{to}", 303)


def _edit_of(do: str) -> Edit:
    """What the button said: `move 小陈`, `to 3`, `lock`, `unlock`, `leave_out`."""
    verb, _, told = do.partition(" ")
    ref = request.form.get("ref", "")[:80]
    if verb == "to" and told.isdecimal() and len(told) < 4:
        return Edit(_edition(), Act.MOVE, ref, None, int(told))
    if verb not in list(Act):
        raise Refused("请从按钮里选一个改法。", field="do", code="not_a_choice")
    return Edit(_edition(), Act(verb), ref, told[:40] or None)


def _edition() -> int:
    value = request.form.get("edition", "")
    return int(value) if value.isdecimal() and len(value) < 9 else 0


def _whole(name: str) -> int | None:
    value = request.form.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 6 else None
