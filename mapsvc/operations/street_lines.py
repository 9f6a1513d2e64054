"""The streets as lines to draw, straight from the layer's file: what the phone's own map is painted from."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from mapsvc.errors import Broken
from mapsvc.operations.workspace import Workspace
from mapsvc.paths import shipped

FILE = "streets.geojson"


@dataclass(frozen=True)
class StreetLine:
    """A street's centreline; points are (lon, lat) in WGS-84, kind is road or rail."""

    name: str
    street_class: str
    width_m: float
    kind: str
    points: tuple[tuple[float, float], ...]


def street_lines(ws: Workspace) -> tuple[StreetLine, ...]:
    """The office's own streets where it has some, else the shipped ones, in the order of the file.

    Raises
    ------
    Broken
        The file is missing or no collection of lines.
    """
    own = ws.settings.layers / FILE if ws.settings.layers else None
    file = own if own is not None and own.is_file() else shipped("layers") / FILE
    try:
        return _read(file, file.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Broken(f"道路图层 {file.name} 缺失或损坏；请恢复安装包里的文件。", code="broken_layer") from error


@lru_cache(maxsize=4)
def _read(file: Path, _changed_at: int) -> tuple[StreetLine, ...]:
    features = json.loads(file.read_text(encoding="utf-8"))["features"]
    return tuple(_line(f["properties"], f["geometry"]["coordinates"]) for f in features)


def _line(properties: dict[str, Any], coordinates: list[list[float]]) -> StreetLine:
    return StreetLine(
        str(properties.get("name") or ""),
        str(properties.get("class") or "D"),
        float(properties.get("width_m") or 10.0),
        str(properties.get("kind") or "road"),
        tuple((round(float(p[0]), 6), round(float(p[1]), 6)) for p in coordinates),
    )
