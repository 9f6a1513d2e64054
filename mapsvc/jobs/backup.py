"""The job that makes a backup."""

from collections.abc import Mapping
from pathlib import Path

from mapsvc.domain.times import OFFICE_ZONE
from mapsvc.jobs.report import Report
from mapsvc.operations import backup
from mapsvc.operations.workspace import Workspace


def run(ws: Workspace, payload: Mapping[str, object], report: Report) -> Mapping[str, object]:
    """Back up to `payload["file"]`, or to a file named by the minute in DIR/backups."""
    named = f"mapsvc-{ws.clock().astimezone(OFFICE_ZONE):%Y%m%d-%H%M}.zip"
    file = Path(str(payload["file"])) if payload.get("file") else ws.folder / "backups" / named
    done = backup.backup(ws, report.actor, file, report.progress)
    return {"file": str(done.file), "bytes": done.bytes, "photos": done.photos}
