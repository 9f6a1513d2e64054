"""Background work: asked for, looked at, cancelled."""

import json
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from mapsvc.domain.actors import Actor
from mapsvc.domain.jobs import Job, JobState
from mapsvc.domain.permissions import Action, require
from mapsvc.errors import NotFound
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit
from mapsvc.store import jobs as store

# Whoever may do the thing may have it done; what is not named is for those who keep the service.
LEAVE: dict[str, Action] = {
    "import_ledger": Action.IMPORT_LEDGER,
    "preview_ledger": Action.IMPORT_LEDGER,
    "confirm_ledger": Action.IMPORT_LEDGER,
    "publish": Action.EXPORT,
    "alerts": Action.DECIDE_ALERT,
    "fit": Action.RUN_BACKTEST,
    "surface": Action.EXCHANGE_SURFACE,
}


def enqueue(ws: Workspace, actor: Actor, kind: str, payload: dict[str, object] | None = None) -> Job:
    """Have work of `kind` done by the job runner; `payload` is what its function takes."""
    require(actor, LEAVE.get(kind, Action.RUN_SERVICE))
    now = ws.clock()
    told = {**(payload or {}), "actor": {"person_id": actor.person_id, "name": actor.name, "role": str(actor.role)}}
    job = Job(str(uuid4()), kind, JobState.QUEUED, told, now, now, made_by=actor.person_id)
    with ws.write() as conn:
        store.add(conn, job)
        audit.append(conn, actor, "enqueue", "job", job.id, None, {"kind": kind}, now)
    return job


def get(ws: Workspace, actor: Actor, job_id: str) -> Job:
    """A job with its progress of this moment; one's own, or any for those who keep the service.

    Raises
    ------
    NotFound
        There is no such job.
    """
    with ws.read() as conn:
        job = store.by_id(conn, job_id)
    if job is None:
        raise NotFound("没有这个后台任务，可能已经过了保留期。")
    if job.made_by is None or job.made_by != actor.person_id:
        require(actor, LEAVE.get(job.kind, Action.RUN_SERVICE))
    return with_progress(ws.folder, job)


def recent(ws: Workspace, actor: Actor, limit: int = 50) -> list[Job]:
    """The newest jobs."""
    require(actor, Action.RUN_SERVICE)
    with ws.read() as conn:
        return [with_progress(ws.folder, job) for job in store.recent(conn, limit)]


def cancel(ws: Workspace, actor: Actor, job_id: str) -> Job:
    """Have a job not done, or stopped."""
    job = get(ws, actor, job_id)
    if job.state is JobState.RUNNING:
        # Not through the store: the job may be holding it for its one long transaction.
        cancel_file(ws.folder, job_id).touch()
    elif job.state is JobState.QUEUED:
        with ws.write() as conn:
            store.ask_to_cancel(conn, job_id, ws.clock())
            audit.append(conn, actor, "cancel", "job", job_id, None, None, ws.clock())
    return get(ws, actor, job_id)


def progress_file(folder: Path, job_id: str) -> Path:
    """Where a running job tells how far it is: a file, for its own transaction may keep all other writers waiting."""
    return folder / "jobs" / f"{job_id}.json"


def cancel_file(folder: Path, job_id: str) -> Path:
    """The file whose being there asks a running job to stop."""
    return folder / "jobs" / f"{job_id}.cancel"


def with_progress(folder: Path, job: Job) -> Job:
    """`job` with what its progress file says, while it runs."""
    if job.state is not JobState.RUNNING:
        return job
    try:
        told = json.loads(progress_file(folder, job.id).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return job
    return replace(job, progress=int(told["progress"]), message=told["message"] or job.message)
