"""The job that makes a backup."""

from collections.abc import Mapping
from pathlib import Path

from mapsvc.jobs.report import Report
from mapsvc.operations import backup
from mapsvc.operations.workspace import Workspace


def run(ws: Workspace, payload: Mapping[str, object], report: Report) -> Mapping[str, object]:
    """Back up to `payload["file"]`, or to a file named by the minute in DIR/backups, where old ones make room."""
    given = payload.get("file")
    file = Path(str(given)) if given else backup.named_by_minute(ws)
    done = backup.backup(ws, report.actor, file, report.progress)
    gone = [] if given else backup.prune(file.parent, ws.settings.backup_days)
    return {"file": str(done.file), "bytes": done.bytes, "photos": done.photos, "removed": len(gone)}
