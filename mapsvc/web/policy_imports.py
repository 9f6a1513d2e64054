"""Many entries at once: files to download, a file to look through, and then to take in."""

import io
from dataclasses import replace

from flask import Blueprint, Response, render_template, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.domain.permissions import Action
from mapsvc.domain.policy_markdown import read_markdown, write_markdown
from mapsvc.domain.times import office_day
from mapsvc.errors import MapsvcError, Refused
from mapsvc.operations import policy_imports
from mapsvc.operations.policy_imports import LARGEST, OUTCOME_NAMES, Outcome, Report
from mapsvc.operations.policy_samples import own_entries
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


@blueprint.post("/policies/import/own")
def look_at_own() -> AnyResponse:
    """What the office's own files in its layers folder would change."""
    require_page(Action.EDIT_POLICIES)
    pieces = read_markdown(write_markdown(own_entries(workspace().settings.layers)[0]))
    return forms.page_again(_page(policy_imports.preview(workspace(), actor(), pieces)), 200)


@blueprint.post("/policies/import/take-in")
def take_in() -> AnyResponse:
    """Take in what was looked through, in one go."""
    require_page(Action.EDIT_POLICIES)
    try:
        pieces = policy_imports.read_file(request.form.get("entries", "").encode())
        report = policy_imports.import_policies(workspace(), actor(), pieces)
    except MapsvcError as error:
        return forms.page_again(_page(faults=Faults(error)))
    return forms.page_again(_page(report, is_done=True), 200)


@blueprint.get("/policies/files/all.xlsx", defaults={"whole": True, "form": "xlsx"})
@blueprint.get("/policies/files/all.md", defaults={"whole": True, "form": "md"})
@blueprint.get("/policies/files/empty.xlsx", defaults={"whole": False, "form": "xlsx"})
@blueprint.get("/policies/files/empty.md", defaults={"whole": False, "form": "md"})
def download(whole: bool, form: str) -> Response:
    """All entries, or an empty form, as a workbook or as text."""
    require_page(Action.EDIT_POLICIES)
    content = policy_imports.export_file(workspace(), actor(), form) if whole else policy_imports.template_file(form)
    words = f"线上驿站_{office_day(workspace().clock()):%Y%m%d}.{form}" if whole else f"线上驿站_空表.{form}"
    return send_file(io.BytesIO(content), _KINDS[form], as_attachment=True, download_name=words)


def _page(report: Report | None = None, faults: dict[str, str] | None = None, *, is_done: bool = False) -> str:
    lines = report.writes if report else ()
    # Sent back as it was read: under the version each entry now has, so that nobody's later change is lost.
    entries = [replace(e, version=line.before.version if line.before else 1) for line in lines if (e := line.entry)]
    own, notes = own_entries(workspace().settings.layers) if report is None else ((), ())
    return render_template(
        "policies/import.html",
        own=own,
        notes=notes,
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
