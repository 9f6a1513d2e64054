"""导入台账: upload, look at what would change, choose in conflicts, confirm, undo."""

import io
from uuid import uuid4

from flask import Blueprint, jsonify, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from mapsvc.domain.jobs import Job
from mapsvc.domain.ledger import TENANCY
from mapsvc.domain.permissions import Action
from mapsvc.errors import Conflict, MapsvcError, Refused
from mapsvc.ledger.reader import LIMITS
from mapsvc.operations import imports as operations
from mapsvc.operations import jobs
from mapsvc.operations.import_batches import get_batch, list_batches, problem_rows_xlsx
from mapsvc.operations.origins import brought
from mapsvc.web import import_words as words
from mapsvc.web.admin_export import XLSX
from mapsvc.web.admin_jobs import job_words
from mapsvc.web.context import actor, require_page, workspace
from mapsvc.web.errors import wants_json

blueprint = Blueprint("admin_import", __name__, url_prefix="/admin/import")
PAGE = 50
DONE = {"chosen": "记下了。", "discard": "已放弃，什么都没有改。", "confirmed": "导入好了。"}
DATUMS = (
    ("auto", "按表里的“坐标系”列，没有就当 WGS-84"),
    ("wgs84", "WGS-84"),
    ("gcj02", "GCJ-02（高德、腾讯）"),
    ("bd09", "BD-09（百度）"),
)


@blueprint.get("")
def index() -> str:
    """Upload, earlier imports, undo."""
    return _page()


@blueprint.post("")
def upload() -> Response | tuple[str, int]:
    """Keep the file and have it looked through beside the service."""
    require_page(Action.IMPORT_LEDGER)
    sent = request.files.get("file")
    datum = request.form.get("datum", "auto")
    if sent is None or not sent.filename:
        fault = Refused("请先选一个 xlsx 文件。", field="file", code="no_file")
        if wants_json():
            raise fault
        return _page(fault, datum), 422
    folder = workspace().folder / "uploads"
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / f"{uuid4()}.xlsx"
    sent.save(file)
    told: dict[str, object] = {"file": str(file), "file_name": sent.filename[:200], "datum": datum[:200]}
    return _follow(jobs.enqueue(workspace(), actor(), "preview_ledger", told))


@blueprint.get("/<batch_id>")
def show(batch_id: str) -> str:
    """A preview or an import: counts, changed rows, problems, conflicts."""
    who = actor()
    batch = get_batch(workspace(), who, batch_id)
    asked = words.Asked.of(request.args)
    return render_template(
        "admin_import_batch.html",
        tab="ledger",
        batch=words.batch(batch),
        totals=words.totals(batch),
        asked=asked,
        rows=words.rows_of(workspace(), who, batch_id, asked, PAGE),
        done=DONE.get(request.args.get("done", "")),
        tenancy=TENANCY,
        brought_closed=batch.state == "done" and brought(workspace(), who, batch_id),
    )


@blueprint.get("/<batch_id>/problems.xlsx")
def problems(batch_id: str) -> Response:
    """The rows that had problems, as they were written, with what to do."""
    target = io.BytesIO()
    problem_rows_xlsx(workspace(), actor(), batch_id, target)
    target.seek(0)
    return send_file(target, XLSX, as_attachment=True, download_name="有问题的行.xlsx")


@blueprint.post("/<batch_id>/confirm")
def confirm(batch_id: str) -> Response:
    """Have it imported beside the service."""
    get_batch(workspace(), actor(), batch_id)
    return _follow(jobs.enqueue(workspace(), actor(), "confirm_ledger", {"batch": batch_id}))


@blueprint.post("/<batch_id>/discard")
def discard(batch_id: str) -> Response:
    """Forget a preview."""
    operations.discard_preview(workspace(), actor(), batch_id)
    return redirect(url_for("admin_import.index", done="discard"), 303)


@blueprint.post("/conflicts/<conflict_id>")
def choose(conflict_id: str) -> Response:
    """Take a side."""
    chosen = operations.choose_conflict(workspace(), actor(), conflict_id, request.form.get("choice", ""))
    if wants_json():
        return jsonify({"id": chosen.id, "choice": chosen.choice})
    return redirect(url_for("admin_import.show", batch_id=chosen.batch, show="conflicts", done="chosen"), 303)


@blueprint.post("/undo")
def undo() -> str:
    """Take the last import back; not one more when the page is sent twice."""
    last = next((b for b in list_batches(workspace(), actor()) if b.state == "done"), None)
    if last is None or last.id != request.form.get("batch"):
        raise Conflict("最近一次导入已经不是这一份了，没有撤销；请回到导入页看清楚再做。", code="not_last")
    report = operations.undo_last_import(workspace(), actor())
    return render_template("admin_import_undone.html", tab="ledger", report=report)


def _follow(job: Job) -> Response:
    if wants_json():
        answer = jsonify(job_words(job))
        answer.status_code = 202
        return answer
    return redirect(url_for("admin_jobs.show", job_id=job.id), 303)


def _page(fault: MapsvcError | None = None, datum: str = "auto") -> str:
    who = require_page(Action.IMPORT_LEDGER)
    batches = list_batches(workspace(), who)
    undoable = next((b for b in batches if b.state == "done"), None)
    return render_template(
        "admin_import.html",
        tab="ledger",
        batches=[words.batch(b) for b in batches],
        undoable=words.batch(undoable) if undoable else None,
        open_conflicts=words.open_conflict_batches(workspace(), who),
        datums=DATUMS,
        limit=LIMITS.file_bytes,
        datum=datum,
        fault=fault.message if fault else None,
        done=DONE.get(request.args.get("done", "")),
    )
