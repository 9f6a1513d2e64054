"""手机文件: what a phone could not send, brought in from its file."""

from flask import Blueprint, Response, jsonify, render_template, request

from mapsvc.domain.permissions import Action
from mapsvc.errors import MapsvcError, NoSpace, Refused
from mapsvc.operations.field_files import RESULT_NAMES, FieldReport, import_field_file
from mapsvc.web.context import actor, require_page, workspace
from mapsvc.web.errors import wants_json
from mapsvc.web.field_file import read_field_file

blueprint = Blueprint("admin_field", __name__, url_prefix="/admin/field")


@blueprint.get("")
def index() -> str:
    """The form; whose file may be brought in is asked when one is sent."""
    require_page(Action.SEE_MAP)
    return _page()


@blueprint.post("")
def upload() -> str | Response | tuple[str, int]:
    """Bring a file in and show what came of each record."""
    try:
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            raise Refused("请先选手机导出的文件。", field="file", code="no_file")
        report = import_field_file(workspace(), actor(), read_field_file(sent.read()))
    except NoSpace:
        raise
    except MapsvcError as error:
        if wants_json():
            raise
        return _page(fault=error.message), 422
    return jsonify(as_json(report)) if wants_json() else _page(report)


def as_json(report: FieldReport) -> dict[str, object]:
    """What came of a file, for programs."""
    lines = [{"id": o.id, "what": o.what, "result": o.result.value, "reason": o.reason} for o in report.lines]
    return {"person": report.person, "counts": report.counts, "records": lines}


def _page(report: FieldReport | None = None, fault: str = "") -> str:
    return render_template("admin_field.html", tab="ledger", report=report, names=RESULT_NAMES, fault=fault)
