"""Many entries at once: files to download, a file to look through, and then to take in."""

import io
from dataclasses import replace

from flask import Blueprint, Response, render_template, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.domain.permissions import Action
from mapsvc.domain.policy_markdown import read_markdown, write_markdown
from mapsvc.domain.times import office_day
from mapsvc.errors import MapsvcError, NotFound, Refused
from mapsvc.operations import policy_imports
from mapsvc.operations.policy_imports import LARGEST, OUTCOME_NAMES, Outcome, Report
from mapsvc.web import forms
from mapsvc.web.context import actor, require_page, workspace
from mapsvc.web.forms import Faults

blueprint = Blueprint("policy_imports", __name__)
_KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "md": "text/markdown; charset=utf-8",
}


@blueprint.get("/policies/import")
def index() -> str:
    """What the files look like, and the file to choose."""
    require_page(Action.EDIT_POLICIES)
    return _page()


@blueprint.post("/policies/import")
def look() -> AnyResponse:
    """What the chosen file would change."""
    require_page(Action.EDIT_POLICIES)
    try:
        file = request.files.get("file")
        if file is None or not file.filename:
            raise Refused("请选一个文件：填好的 .xlsx 表格，或 .md 文本。", field="file", code="no_file")
        pieces = policy_imports.read_file(file.stream.read(LARGEST + 1))
        report = policy_imports.preview(workspace(), actor(), pieces)
    except MapsvcError as error:
        return forms.page_again(_page(faults=Faults(error)))
    return forms.page_again(_page(report), 200)


@blueprint.post("/policies/import/take-in")
def take_in() -> AnyResponse:
    """Take in what was looked through, in one go."""
    require_page(Action.EDIT_POLICIES)
    pieces = read_markdown(request.form.get("entries", "").replace("\r\n", "\n"))
    report = policy_imports.import_policies(workspace(), actor(), pieces)
    return forms.page_again(_page(report, is_done=True), 200)


@blueprint.get("/policies/files/<name>")
def download(name: str) -> Response:
    """All entries, or an empty form, as a workbook or as text."""
    require_page(Action.EDIT_POLICIES)
    stem, _, form = name.rpartition(".")
    if stem not in ("all", "empty") or form not in _KINDS:
        raise NotFound("没有这个文件，请从导入导出页上下载。", code="unknown_file")
    whole = stem == "all"
    content = policy_imports.export_file(workspace(), actor(), form) if whole else policy_imports.template_file(form)
    words = f"线上驿站_{office_day(workspace().clock()):%Y%m%d}.{form}" if whole else f"线上驿站_空表.{form}"
    return send_file(io.BytesIO(content), _KINDS[form], as_attachment=True, download_name=words)


def _page(report: Report | None = None, faults: dict[str, str] | None = None, *, is_done: bool = False) -> str:
    lines = report.writes if report else ()
    # Sent back as it was read: under the version each entry now has, so that nobody's later change is lost.
    entries = [replace(e, version=line.before.version if line.before else 1) for line in lines if (e := line.entry)]
    return render_template(
        "policies/import.html",
        tab="enquiries",
        report=report,
        counts=[(o, OUTCOME_NAMES[o], len(report.of(o))) for o in Outcome] if report else [],
        names=OUTCOME_NAMES,
        rejected=Outcome.REJECTED,
        unchanged=Outcome.UNCHANGED,
        entries=write_markdown(entries),
        is_done=is_done,
        faults=faults,
        form=None,
    )
