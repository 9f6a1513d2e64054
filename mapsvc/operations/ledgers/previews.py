"""Uploaded workbooks waiting for a yes: where they lie, and what is written down about them."""

from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from mapsvc.errors import TooLarge
from mapsvc.ledger.reader import LIMITS
from mapsvc.operations.ledgers.context import Run
from mapsvc.operations.workspace import Workspace
from mapsvc.store import imports

KEPT = timedelta(days=1)
"""A preview nobody confirmed is forgotten after this, with its file."""


def upload_of(ws: Workspace, batch_id: str) -> Path:
    """Where the file of a preview lies."""
    return ws.folder / "uploads" / f"{batch_id}.xlsx"


def keep(ws: Workspace, batch_id: str, source: Path | IO[bytes]) -> Path:
    """Copy an upload into the data folder, up to the limit of the reader."""
    target = upload_of(ws, batch_id)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with target.open("wb") as out:
            if isinstance(source, Path):
                with source.open("rb") as opened:
                    _copy(opened, out)
            else:
                _copy(source, out)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return target


def _copy(source: IO[bytes], out: IO[bytes]) -> None:
    taken = 0
    while piece := source.read(1 << 20):
        taken += len(piece)
        if taken > LIMITS.file_bytes:
            raise TooLarge(
                f"文件超过 {LIMITS.file_bytes / 1e6:.0f} MB。请删掉图片和用不到的表，或按年份拆成几个文件再导入。",
                field="file",
                code="file_too_large",
            )
        out.write(piece)


def write_down(run: Run, conn: Any, file_name: str, sha256: str, datum: str, counts: dict[str, Any]) -> None:
    """Store a preview with what would change; the changes only as far as they are shown."""
    imports.add_batch(
        conn,
        id=run.batch_id,
        file_name=file_name,
        file_sha256=sha256,
        datum=datum[:200],
        state="previewed",
        counts=counts,
        actor_id=run.actor.person_id,
        at=run.now,
    )
    imports.add_changes(conn, run.outcome.changes)


def sweep(ws: Workspace, conn: Any) -> None:
    """Forget old previews and files nobody points to."""
    now = ws.clock()
    for batch_id in imports.old_previews(conn, now - KEPT):
        upload_of(ws, batch_id).unlink(missing_ok=True)
        imports.remove_batch(conn, batch_id)
    for file in (ws.folder / "uploads").glob("*.xlsx"):
        found = imports.batch(conn, file.stem)
        if (found is None or found.state != "previewed") and file.stat().st_mtime < (now - KEPT).timestamp():
            file.unlink(missing_ok=True)
