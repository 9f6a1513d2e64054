"""The queue of jobs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, or_, select

from mapsvc.domain.jobs import Job, JobState
from mapsvc.store.tables import job

_OVER = [JobState.DONE.value, JobState.FAILED.value, JobState.CANCELLED.value]


def add(conn: Connection, new: Job) -> None:
    """Queue a job."""
    values = {column.name: getattr(new, column.name) for column in job.columns}
    conn.execute(job.insert().values(values | {"state": new.state.value, "payload": dict(new.payload)}))


def by_id(conn: Connection, job_id: str) -> Job | None:
    """One job."""
    row = conn.execute(select(job).where(job.c.id == job_id)).mappings().first()
    return _job(row) if row else None


def recent(conn: Connection, limit: int = 50, kind: str | None = None) -> list[Job]:
    """Jobs, the newest first."""
    query = select(job).order_by(job.c.made_at.desc(), job.c.id).limit(limit)
    if kind:
        query = query.where(job.c.kind == kind)
    return [_job(row) for row in conn.execute(query).mappings()]


def has_waiting(conn: Connection, kind: str) -> bool:
    """Whether a job of this kind is queued or running."""
    query = select(func.count()).select_from(job).where(job.c.kind == kind, job.c.state.not_in(_OVER))
    return bool(conn.execute(query).scalar())


def is_due(conn: Connection, at: datetime) -> bool:
    """Whether any job waits to be run at `at`; cheap enough to ask all the time."""
    query = select(job.c.id).where(job.c.state == JobState.QUEUED.value, job.c.run_at <= at).limit(1)
    return conn.execute(query).first() is not None


def claim(conn: Connection, runner: str, at: datetime, lease_until: datetime) -> Job | None:
    """Take the job that waits longest, if any; it is the runner's until `lease_until`."""
    ready = (job.c.state == JobState.QUEUED.value) & (job.c.run_at <= at)
    query = select(job).where(ready).order_by(job.c.run_at, job.c.made_at, job.c.id).limit(1)
    row = conn.execute(query.with_for_update(skip_locked=True)).mappings().first()
    if row is None:
        return None
    taken = {
        "state": JobState.RUNNING.value,
        "attempts": row["attempts"] + 1,
        "runner": runner,
        "lease_until": lease_until,
        "heartbeat_at": at,
        "progress": 0,
        "message": None,
    }
    conn.execute(job.update().where(job.c.id == row["id"]).values(taken))
    return _job({**row, **taken})


def heartbeat(conn: Connection, job_id: str, at: datetime, lease_until: datetime, progress: int, message: str) -> None:
    """Say that the job is still worked on, and how far it is."""
    told = {"heartbeat_at": at, "lease_until": lease_until, "progress": progress, "message": message or None}
    conn.execute(job.update().where(job.c.id == job_id, job.c.state == JobState.RUNNING.value).values(told))


def finish(
    conn: Connection,
    job_id: str,
    state: JobState,
    at: datetime,
    message: str | None = None,
    result: Mapping[str, object] | None = None,
) -> None:
    """End a job."""
    told: dict[str, Any] = {"state": state.value, "ended_at": at, "message": message, "lease_until": None}
    if result is not None:
        told["result"] = dict(result)
    if state is JobState.DONE:
        told["progress"] = 100
    conn.execute(job.update().where(job.c.id == job_id, job.c.state.not_in(_OVER)).values(told))


def requeue(
    conn: Connection, job_id: str, run_at: datetime, message: str | None = None, *, counts: bool = True
) -> None:
    """Put a running job back into the queue; `counts`: whether this attempt counts as one."""
    told: dict[str, Any] = {
        "state": JobState.QUEUED.value,
        "run_at": run_at,
        "message": message,
        "lease_until": None,
        "runner": None,
    }
    if not counts:
        told["attempts"] = job.c.attempts - 1
    conn.execute(job.update().where(job.c.id == job_id, job.c.state == JobState.RUNNING.value).values(told))


def abandoned(conn: Connection, at: datetime, but: str | None = None) -> list[Job]:
    """Running jobs whose lease is over, and those of any runner other than `but` (None: only the lease counts)."""
    left = job.c.lease_until < at
    if but is not None:
        left = or_(left, job.c.runner != but)
    query = select(job).where(job.c.state == JobState.RUNNING.value, left).order_by(job.c.run_at, job.c.id)
    return [_job(row) for row in conn.execute(query).mappings()]


def ask_to_cancel(conn: Connection, job_id: str, at: datetime) -> None:
    """End a queued job; mark a running one, whose runner ends it."""
    queued = job.c.state == JobState.QUEUED.value
    ended = {"state": JobState.CANCELLED.value, "ended_at": at, "wants_cancel": True}
    conn.execute(job.update().where(job.c.id == job_id, queued).values(ended))
    conn.execute(
        job.update().where(job.c.id == job_id, job.c.state == JobState.RUNNING.value).values(wants_cancel=True)
    )


def forget_before(conn: Connection, at: datetime) -> int:
    """Remove jobs that ended before `at`; returns how many."""
    return conn.execute(job.delete().where(job.c.ended_at < at)).rowcount


def _job(row: RowMapping | Mapping[str, Any]) -> Job:
    return Job(**{**row, "state": JobState(row["state"])})
