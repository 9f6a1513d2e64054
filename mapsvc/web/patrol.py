"""巡查: choose a shift, look at its plan, print it, take it along, hand it out."""

from datetime import date
from urllib.parse import quote

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.domain.patrol import PlanRequest, Shift
from mapsvc.errors import MapsvcError, Refused
from mapsvc.operations import plans
from mapsvc.web import patrol_words as words
from mapsvc.web.context import actor, csp_nonce, workspace
from mapsvc.web.maps import map_service

blueprint = Blueprint("patrol", __name__, url_prefix="/patrol")
FORMATS = {
    "gpx": "application/gpx+xml",
    "kml": "application/vnd.google-earth.kml+xml",
    "geojson": "application/geo+json",
    "csv": "text/csv; charset=utf-8",
}


@blueprint.get("")
def index() -> str:
    """Plan a shift; the plans there are."""
    return _start_page(request.args)


@blueprint.post("")
def create() -> AnyResponse | tuple[str, int]:
    """Plan the shift that the form describes."""
    try:
        plan = plans.make_plan(workspace(), actor(), _asked(request.form))
    except MapsvcError as error:
        if not error.problems:
            raise
        return _start_page(request.form, {p.field or "": p.message for p in error.problems}), 422
    return redirect(f"/patrol/{plan.id}", 303)


@blueprint.get("/<plan_id>")
def show(plan_id: str) -> str:
    """One plan beside its map."""
    from mapsvc.maps.plan_map import build_plan_map, plan_bounds

    ws, who = workspace(), actor()
    kept = plans.get_plan(ws, who, plan_id)
    bounds = plan_bounds(kept.plan, plans.start_of(ws))
    layers = map_service().catalog.for_actor(who)
    parts = build_plan_map(layers, f"/patrol/{plan_id}.geojson", bounds).with_nonce(csp_nonce())
    return render_template(
        "patrol_plan.html", tab="patrol", kept=kept, plan=words.describe(kept, ws.clock()), bounds=bounds,
        map_head=parts.head, map_body=parts.body, map_script=parts.script,
        may_publish=plans.may_publish(who, kept), mine=words.own_route(kept.plan, who),
        room=plans.room_of(ws, who, kept.plan),
    )  # fmt: skip


@blueprint.get("/<plan_id>/print")
def sheets(plan_id: str) -> str:
    """One A4 sheet per person."""
    ws = workspace()
    kept = plans.get_plan(ws, actor(), plan_id)
    drawings = plans.drawings(ws, actor(), kept.plan)
    return render_template(
        "patrol_print.html", tab="patrol", plan=words.describe(kept, ws.clock()), kept=kept, drawings=drawings
    )


@blueprint.get("/<plan_id>.<any(gpx, kml, geojson, csv):kind>")
def download(plan_id: str, kind: str) -> Response:
    """The plan as a file."""
    from mapsvc.patrol import exports

    plan = plans.get_plan(workspace(), actor(), plan_id).plan
    name = f"巡查_{plan.day:%Y%m%d}_{words.shift_name(plan)}_第{plan.version}版.{kind}"
    response = Response(exports.as_file(plan, kind), content_type=FORMATS[kind])
    plain = f"patrol_{plan.day:%Y%m%d}_{plan.shift.value}.{kind}"
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return response


@blueprint.post("/<plan_id>/replan")
def replan(plan_id: str) -> AnyResponse:
    """The same shift with what is due now, perhaps with other people or another length."""
    ws, who = workspace(), actor()
    old = plans.get_plan(ws, who, plan_id).plan
    asked = plans.request_of(ws, who, old, _whole("people"), _whole("minutes"))
    return redirect(f"/patrol/{plans.make_plan(ws, who, asked).id}", 303)


@blueprint.post("/<plan_id>/publish")
def publish(plan_id: str) -> AnyResponse:
    """Hand it out."""
    plans.publish_plan(workspace(), actor(), plan_id)
    return redirect(f"/patrol/{plan_id}", 303)


def _start_page(form: MultiDict[str, str], faults: dict[str, str] | None = None) -> str:
    ws, who = workspace(), actor()
    chosen = words.form_of(form, ws.clock())
    may_plan = plans.may_plan(who)
    due = plans.what_is_due(ws, who, chosen.day, chosen.shift, chosen.must) if may_plan else ()
    return render_template(
        "patrol.html", tab="patrol", form=chosen, faults=faults or {}, may_plan=may_plan,
        walkers=plans.walkers(ws, who), shifts=words.shifts(), due=words.choices(due, chosen.must),
        plans=[words.row(kept, ws.clock()) for kept in plans.recent_plans(ws, who)], bounds=plans.MINUTES,
    )  # fmt: skip


def _asked(form: MultiDict[str, str]) -> PlanRequest:
    """The form as a request; what cannot be read is refused beside its field."""
    try:
        day = date.fromisoformat(form.get("date", ""))
    except ValueError:
        raise Refused("请选一个日期。", field="date", code="date") from None
    if form.get("shift") not in list(Shift):
        raise Refused("请选一个班次。", field="shift", code="shift")
    minutes = form.get("minutes", "")
    if not minutes.isdecimal() or len(minutes) > 5:
        raise Refused("时长要是整数分钟。", field="minutes", code="minutes")
    must = tuple(dict.fromkeys(code.strip() for code in form.getlist("must") if code.strip()))
    return PlanRequest(day, Shift(form["shift"]), tuple(form.getlist("workers")), int(minutes), None, must)


def _whole(name: str) -> int | None:
    value = request.form.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 6 else None
