"""The job that imports a workbook after its preview was confirmed."""

from collections.abc import Mapping

from mapsvc.jobs.report import Report
from mapsvc.operations.imports import confirm_import
from mapsvc.operations.seeding import settle_patches
from mapsvc.operations.workspace import Workspace


def run(ws: Workspace, payload: Mapping[str, object], report: Report) -> Mapping[str, object]:
    """Import the preview `payload["batch"]`."""
    done = confirm_import(ws, report.actor, str(payload["batch"]), progress=report.progress)
    settle_patches(ws)
    return {"batch": done.batch}
