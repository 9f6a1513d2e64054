"""The job that looks through an uploaded workbook and says what importing it would do."""

from collections.abc import Mapping
from pathlib import Path

from mapsvc.jobs.report import Report
from mapsvc.operations.imports import preview_import
from mapsvc.operations.workspace import Workspace


def run(ws: Workspace, payload: Mapping[str, object], report: Report) -> Mapping[str, object]:
    """Preview `payload["file"]`, which is removed afterwards, whatever comes of it; the result names the batch."""
    file = Path(str(payload["file"]))
    try:
        done = preview_import(
            ws,
            report.actor,
            file,
            str(payload["file_name"]),
            datum=str(payload.get("datum") or "auto"),
            progress=report.progress,
        )
    finally:
        file.unlink(missing_ok=True)
    return {"batch": done.batch}
