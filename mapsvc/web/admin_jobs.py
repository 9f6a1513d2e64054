"""后台任务: what is being done beside the service, how far it is, and stopping it."""

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from mapsvc.domain.jobs import KIND_NAMES, Job
from mapsvc.domain.permissions import Action, may
from mapsvc.domain.times import OFFICE_ZONE, iso
from mapsvc.errors import Refused
from mapsvc.operations import jobs as operations
from mapsvc.operations.exchange.standing import standing_of
from mapsvc.web.context import actor, require_page, workspace
from mapsvc.web.errors import wants_json

blueprint = Blueprint("admin_jobs", __name__, url_prefix="/admin/jobs")
RESULT_NAMES = {"file": "文件", "bytes": "大小（字节）", "photos": "照片（张）", "layers": "图层"}
# What a person may start by hand.
STARTABLE = ("publish", "backup", "retention")
# The same, where there is a public surface.
WITH_SURFACE = (*STARTABLE, "surface")


@blueprint.get("")
def index() -> str:
    """The newest jobs."""
    who = require_page(Action.RUN_SERVICE)
    jobs = [job_words(job) for job in operations.recent(workspace(), who)]
    stands = standing_of(workspace(), who)
    kinds = WITH_SURFACE if stands.is_configured else STARTABLE
    startable = [(kind, KIND_NAMES[kind]) for kind in kinds if may(who, operations.LEAVE.get(kind, Action.RUN_SERVICE))]
    return render_template("admin_jobs.html", tab="ledger", jobs=jobs, startable=startable, surface=stands)


@blueprint.get("/<job_id>")
def show(job_id: str) -> Response | str:
    """One job; for scripts as JSON."""
    job = job_words(operations.get(workspace(), actor(), job_id))
    return jsonify(job) if wants_json() else render_template("admin_job.html", tab="ledger", job=job)


@blueprint.post("")
def start() -> AnyResponse:
    """Have something done now."""
    kind = request.form.get("kind", "")
    if kind not in WITH_SURFACE:
        raise Refused("没有这种可以手工开始的任务。", field="kind", code="unknown_kind")
    job = operations.enqueue(workspace(), actor(), kind)
    return redirect(url_for("admin_jobs.show", job_id=job.id), 303)


@blueprint.post("/<job_id>/cancel")
def cancel(job_id: str) -> AnyResponse:
    """Have a job stopped."""
    job = operations.cancel(workspace(), actor(), job_id)
    return jsonify(job_words(job)) if wants_json() else redirect(url_for("admin_jobs.show", job_id=job_id), 303)


def job_words(job: Job) -> dict[str, object]:
    """A job as pages and their scripts show it."""
    made = job.made_at.astimezone(OFFICE_ZONE)
    return {
        "id": job.id,
        "kind": job.kind,
        "title": job.title,
        "state": job.state.value,
        "state_name": job.state_name,
        "progress": job.progress,
        "message": job.message or "",
        "is_over": job.is_over,
        "made_at": iso(job.made_at),
        "made": f"{made.month}月{made.day}日 {made:%H:%M}",
        "result": dict(job.result) if job.result else None,
        "told": _told(job),
    }


def _told(job: Job) -> list[tuple[str, str]]:
    """What a finished job answered, in words; what has no name here is for programs."""
    result = job.result or {}
    return [(RESULT_NAMES[name], _line(value)) for name, value in result.items() if name in RESULT_NAMES]


def _line(value: object) -> str:
    if isinstance(value, dict):
        return "，".join(f"{name} {n}" for name, n in value.items())
    return f"{value:,}" if isinstance(value, int) else str(value)
