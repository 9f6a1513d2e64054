"""The job that makes a backup."""

from collections.abc import Mapping
from pathlib import Path

from mapsvc.jobs.report import Report
from mapsvc.operations import backup
from mapsvc.operations.workspace import Workspace


def run(ws: Workspace, payload: Mapping[str, object], report: Report) -> Mapping[str, object]:
    """Back up to `payload["file"]`."""
    done = backup.backup(ws, report.actor, Path(str(payload["file"])), report.progress)
    return {"file": str(done.file), "bytes": done.bytes, "photos": done.photos}
