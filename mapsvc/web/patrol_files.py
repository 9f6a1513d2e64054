"""A patrol plan for paper and for other programs: sheets, GPX, KML, GeoJSON, CSV."""

from urllib.parse import quote

from flask import Blueprint, Response, render_template, request

from mapsvc.domain.patrol import Plan
from mapsvc.errors import NotFound
from mapsvc.operations import plans
from mapsvc.web import patrol_plan_words as words
from mapsvc.web.codes import code_svg, inside_address, is_reachable
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("patrol_files", __name__, url_prefix="/patrol")
FORMATS = {
    "gpx": "application/gpx+xml",
    "kml": "application/vnd.google-earth.kml+xml",
    "geojson": "application/geo+json",
    "csv": "text/csv; charset=utf-8",
}
_CODE_MM = 18.0


@blueprint.get("/<plan_id>/print")
def sheets(plan_id: str) -> str:
    """One A4 sheet per person, of what was handed out; before that of the draft. `worker` prints one."""
    ws, who = workspace(), actor()
    kept = plans.get_plan(ws, who, plan_id)
    plan = kept.carried
    only = _only(plan)
    said = words.describe(kept, ws.clock(), plan=plan)
    walked = [item for item in said.routes if item.route.stops and only in (None, item.route.worker)]
    drawings = plans.drawings(ws, who, plan)
    return render_template(
        "patrol_print.html", tab="patrol", plan=said, kept=kept, walked=walked, drawings=drawings,
        codes={item.index: code_svg(_address(plan_id, item.index), _CODE_MM) for item in walked},
        skipped=plan.skipped, is_reachable=is_reachable(is_inside=True),
    )  # fmt: skip


@blueprint.get("/<plan_id>.<any(gpx, kml, geojson, csv):kind>")
def download(plan_id: str, kind: str) -> Response:
    """The plan as it stands as a file; `worker` leaves one person's."""
    from mapsvc.patrol import exports

    kept = plans.get_plan(workspace(), actor(), plan_id)
    plan, only = kept.plan, _only(kept.plan)
    response = Response(exports.as_file(plan, kind, only), content_type=FORMATS[kind])
    plain = f"patrol_{plan.day:%Y%m%d}_{plan.shift.value}.{kind}"
    whose = f"_{exports.tag_of(plan, only)}" if only else ""
    edition = words.edition_words(plan, kept.edition)
    name = f"巡查_{plan.day:%Y%m%d}_{words.shift_name(plan)}{whose}_{edition}.{kind}"
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return response


def _only(plan: Plan) -> str | None:
    """Whose walk alone is asked for; None: everybody's."""
    worker = request.args.get("worker")
    if worker is not None and all(route.worker != worker for route in plan.routes):
        raise NotFound("这份巡查里没有这个人，请从巡查页重新打开。", code="unknown_worker")
    return worker


def _address(plan_id: str, index: int) -> str:
    """Where a phone opens that walk of the plan."""
    return inside_address(f"/patrol/{plan_id}?route={index + 1}")
