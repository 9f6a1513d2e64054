"""The weekly job that fits the ranking to the office's past and tries it there."""

from collections.abc import Mapping

from mapsvc.jobs.report import Report
from mapsvc.operations.fits import refit
from mapsvc.operations.workspace import Workspace


def run(ws: Workspace, _payload: Mapping[str, object], report: Report) -> Mapping[str, object]:
    """Do so; says how many reports it was tried on."""
    made = refit(ws, report.actor, report.progress)
    return {"fit": made.id, "reports": made.figures.get("n", 0)}
