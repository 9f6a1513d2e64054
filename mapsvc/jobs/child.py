"""A job's own process: opens the store anew, does the work, writes how it ended."""

import contextlib
import ctypes
import signal
import sys
import traceback
from datetime import timedelta

from mapsvc.config import Settings
from mapsvc.domain.jobs import Job, JobState
from mapsvc.errors import MapsvcError
from mapsvc.jobs.kinds import Kind, function_of
from mapsvc.jobs.report import Cancelled, Report
from mapsvc.operations.workspace import Workspace
from mapsvc.store import jobs as store

RETRY_AFTER = timedelta(seconds=5)


def run(settings: Settings, job_id: str, kind: Kind) -> None:
    """Do the job and record its end; the main function of the process."""
    _end_with_parent()
    # The runner decides when to stop; a Ctrl+C at the terminal reaches the whole group.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ws = Workspace.open(settings)
    with ws.read() as conn:
        job = store.by_id(conn, job_id)
    if job is not None:
        perform(ws, job, kind)
    ws.database.close()


def perform(ws: Workspace, job: Job, kind: Kind) -> None:
    """Do `job` in this process and record its end."""
    report = Report(ws.folder, job)
    state, message, result = JobState.DONE, None, None
    try:
        report.stop_if_asked()
        result = function_of(kind)(ws, job.payload, report)
    except Cancelled as asked:
        state, message = JobState.CANCELLED, asked.message
    except MapsvcError as refusal:
        state, message = JobState.FAILED, refusal.message
        result = {"code": refusal.code, **refusal.extra}
    except Exception as error:
        traceback.print_exc(file=sys.stderr)
        if job.attempts < kind.attempts:
            _again(ws, job)
            return
        state, message = JobState.FAILED, f"程序出错（{type(error).__name__}），详情在服务的日志里，请告诉管理员。"
    with ws.write() as conn:
        store.finish(conn, job.id, state, ws.clock(), message, result)
    report.clear()


def _again(ws: Workspace, job: Job) -> None:
    with ws.write() as conn:
        store.requeue(conn, job.id, ws.clock() + RETRY_AFTER * job.attempts, "出了错，稍后再试。")


def _end_with_parent() -> None:
    # A killed runner must not leave a job at work that the next runner begins again.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
