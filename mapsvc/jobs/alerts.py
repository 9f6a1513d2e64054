"""The daily job that looks for early warnings."""

from collections.abc import Mapping

from mapsvc.jobs.report import Report
from mapsvc.operations.alerts import run_alerts
from mapsvc.operations.workspace import Workspace


def run(ws: Workspace, _payload: Mapping[str, object], report: Report) -> Mapping[str, object]:
    """Look at yesterday and say what came of it; a second time on a day changes nothing."""
    report.progress(0, 1, "正在查有没有要提醒的")
    done = run_alerts(ws, report.actor)
    return {"until": done.until_day.isoformat(), "tested": done.tested, "found": done.found, "shown": done.shown}
