"""The daily job that removes what is kept for a time only."""

from collections.abc import Mapping

from mapsvc.jobs.report import Report
from mapsvc.operations import retention
from mapsvc.operations.workspace import Workspace


def run(ws: Workspace, _payload: Mapping[str, object], report: Report) -> Mapping[str, object]:
    """Remove it and say how many of each."""
    report.progress(0, 1, "正在清理")
    return dict(retention.clear_up(ws))
