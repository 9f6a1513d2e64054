"""The daily job that removes what is kept for a time only, and looks anew at what was known before calls."""

from collections.abc import Mapping

from mapsvc.jobs.report import Report
from mapsvc.operations import retention
from mapsvc.operations.ticket_known import refresh_known
from mapsvc.operations.workspace import Workspace


def run(ws: Workspace, _payload: Mapping[str, object], report: Report) -> Mapping[str, object]:
    """Remove it and say how many of each."""
    report.progress(0, 1, "正在清理")
    # Records come in late and are taken back: what a ticket claims to have been known follows.
    refresh_known(ws)
    return dict(retention.clear_up(ws))
