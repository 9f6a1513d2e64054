"""The daily clearing up: old before-images, ended sessions and jobs, files nobody points to."""

from datetime import datetime, timedelta
from pathlib import Path

from mapsvc.operations.workspace import Workspace
from mapsvc.store import accounts, jobs, retention

JOBS_KEPT = timedelta(days=30)
ATTEMPTS_KEPT = timedelta(days=1)
# A photo is written before its record: a young file may be waiting for its commit.
ORPHANS_KEPT = timedelta(days=1)


def clear_up(ws: Workspace) -> dict[str, int]:
    """Remove what is kept for a time only; how many of each."""
    now = ws.clock()
    with ws.write() as conn:
        accounts.remove_expired(conn, now, now - ATTEMPTS_KEPT)
        images = retention.forget_before_images(conn, now - timedelta(days=ws.settings.undo_days))
        ended = jobs.forget_before(conn, now - JOBS_KEPT)
    with ws.read() as conn:
        used = retention.photos_in_use(conn)
    photos = _sweep(ws.folder / "photos", used, now - ORPHANS_KEPT)
    return {"before_images": images, "jobs": ended, "photos": photos}


def _sweep(folder: Path, used: set[str], before: datetime) -> int:
    gone = 0
    for file in sorted(folder.glob("*/*")):
        if file.stem not in used and file.is_file() and file.stat().st_mtime < before.timestamp():
            file.unlink()
            gone += 1
    return gone
