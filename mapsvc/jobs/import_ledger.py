"""The job that imports an office's workbook."""

from collections.abc import Mapping
from pathlib import Path

from mapsvc.jobs.report import Report
from mapsvc.operations.imports import import_ledger
from mapsvc.operations.seeding import settle_patches
from mapsvc.operations.workspace import Workspace


def run(ws: Workspace, payload: Mapping[str, object], report: Report) -> Mapping[str, object]:
    """Import `payload["file"]`; `datum` and `file_name` as in `operations.imports.import_ledger`.

    Ids follow from the rows, so that a second run after a crash finds everything in place.
    """
    done = import_ledger(
        ws,
        report.actor,
        Path(str(payload["file"])),
        datum=str(payload.get("datum") or "auto"),
        progress=report.progress,
        file_name=str(payload["file_name"]) if payload.get("file_name") else None,
    )
    settle_patches(ws)
    return done.as_json()
