"""The job that writes the published copy."""

from collections.abc import Mapping
from pathlib import Path

from mapsvc.jobs.report import Report
from mapsvc.maps.publish import publish
from mapsvc.operations.workspace import Workspace


def run(ws: Workspace, payload: Mapping[str, object], report: Report) -> Mapping[str, object]:
    """Publish to `payload["file"]`, or to view.gpkg of the data folder."""
    file = payload.get("file")
    report.progress(0, 1, "正在写 QGIS 副本")
    done = publish(ws, Path(str(file)) if file else None)
    return {"file": str(done.file), "layers": done.counts}
