"""Jobs that tests run in real processes."""

import os
import signal
import time
from collections.abc import Mapping

from mapsvc.errors import Refused
from mapsvc.jobs.kinds import Kind, register
from mapsvc.jobs.report import Report
from mapsvc.operations.workspace import Workspace
from mapsvc.store import settings


def _count(ws: Workspace, name: str) -> int:
    with ws.write() as conn:
        n = int(settings.get(conn, name, "0")) + 1
        settings.put(conn, name, str(n), ws.clock())
    return n


def echo(ws: Workspace, payload: Mapping[str, object], report: Report) -> Mapping[str, object]:
    """Tell how far it is, and answer what it was given."""
    report.progress(1, 2, "一半")
    return {"said": payload["say"], "by": report.actor.name, "runs": _count(ws, "echo")}


def refuse(ws: Workspace, payload: Mapping[str, object], report: Report) -> None:
    """Refuse for a reason a person can read."""
    _count(ws, "refuse")
    raise Refused("表头缺少“商铺编号”这一列。", code="missing_column")


def stumble(ws: Workspace, payload: Mapping[str, object], report: Report) -> Mapping[str, object]:
    """Fail the first time."""
    if _count(ws, "stumble") == 1:
        raise ZeroDivisionError
    return {}


def die(ws: Workspace, payload: Mapping[str, object], report: Report) -> None:
    """End as by the kernel."""
    _count(ws, "die")
    os.kill(os.getpid(), signal.SIGKILL)


def write_long(ws: Workspace, payload: Mapping[str, object], report: Report) -> None:
    """Hold one transaction open, telling how far it is, until asked to stop."""
    with ws.write() as conn:
        settings.put(conn, "half", "done", ws.clock())
        for n in range(600):
            report.progress(n, 600, f"第 {n} 行")
            time.sleep(0.1)


def register_all() -> None:
    """Make them known in this process."""
    for function in (echo, refuse, stumble, die, write_long):
        register(function.__name__, Kind(f"tests.jobs.works:{function.__name__}", attempts=2))
