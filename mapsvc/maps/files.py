"""Layers as files for other programs: GeoJSON, GeoPackage, Shapefile, KML, GPX, or a table; without people."""

import io
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as Xml

import orjson

from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import office_day
from mapsvc.errors import Refused, Unsupported
from mapsvc.maps.service import MapService
from mapsvc.operations import exports, publish
from mapsvc.operations.workspace import Workspace

if TYPE_CHECKING:
    from mapsvc.geo.vector_files import VectorFeature

TABLES = (".xlsx", ".csv")
SHAPES = (".geojson", ".gpkg", ".kml", ".shp", ".gpx")
POINTS = ("shops", "issues", "places")
_GPX = "http://www.topografix.com/GPX/1/1"


def write_layer(ws: Workspace, actor: Actor, layer: str, file: Path, datum: str = "wgs84") -> int:
    """Write a layer to the kind of file its name says; returns how many features.

    Parameters
    ----------
    layer : str
        Id of a layer of the map, or ``visits`` (as a table only).
    file : Path
        .geojson, .gpkg, .shp, .kml, .gpx, .xlsx or .csv.
    datum : str
        What coordinates are written in; GPX and KML are WGS-84 always.

    Raises
    ------
    Forbidden, NotFound, Refused, Unsupported
    """
    require(actor, Action.EXPORT)
    suffix = file.suffix.lower()
    if suffix in TABLES:
        return sum(exports.export_layer(ws, actor, layer, file, form=suffix[1:], datum=datum).rows.values())
    if suffix not in SHAPES:
        known = "、".join((*SHAPES, *TABLES))
        raise Unsupported(
            f"不能写成 {suffix or '没有扩展名的'} 文件，可用：{known}。", field="file", code="unknown_format"
        )
    features = _features(ws, actor, layer)
    if not features:
        raise Refused(f"图层“{layer}”现在没有内容可导出。", field="layer", code="empty")
    if suffix == ".gpx":
        _write_gpx(file, features, datum)
    else:
        from mapsvc.geo.vector_files import write_features

        write_features(file, features, datum, layer)
    return len(features)


def layer_bytes(ws: Workspace, actor: Actor, layer: str, suffix: str, datum: str = "wgs84") -> tuple[bytes, str]:
    """The same as a download: content and file name; a Shapefile comes zipped with its parts."""
    with tempfile.TemporaryDirectory(prefix="export-", dir=ws.folder) as folder:
        file = Path(folder) / f"{layer}{suffix}"
        write_layer(ws, actor, layer, file, datum)
        if suffix != ".shp":
            return file.read_bytes(), file.name
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in sorted(Path(folder).iterdir()):
                archive.write(part, part.name)
        return packed.getvalue(), f"{layer}.zip"


def _features(ws: Workspace, actor: Actor, layer: str) -> list["VectorFeature"]:
    import shapely
    from shapely.geometry import shape

    from mapsvc.geo.vector_files import VectorFeature

    if layer in POINTS:
        rows: list[dict[str, Any]] = getattr(publish.plain(ws), layer)
        return [
            VectorFeature(shapely.Point(row["lon"], row["lat"]), _flat(row, {"lon", "lat"}))
            for row in rows
            if row["lon"] is not None
        ]
    told = (
        _all_cells(ws, actor) if layer == "hotspots" else orjson.loads(MapService(ws).features(actor, layer, {}).make())
    )
    return [VectorFeature(shape(f["geometry"]), _flat(f["properties"], set())) for f in told["features"]]


def _all_cells(ws: Workspace, actor: Actor) -> dict[str, Any]:
    """The map draws what stands out alone; a file has the usual as well."""
    from mapsvc.operations.hotspot_exports import hotspots_geojson
    from mapsvc.operations.hotspots import HotspotQuery

    return hotspots_geojson(ws, actor, HotspotQuery(until=office_day(ws.clock())))


def _flat(properties: dict[str, Any], without: set[str]) -> dict[str, Any]:
    """Properties as a table takes them: lists and objects as JSON text."""
    kept = {name: value for name, value in properties.items() if name not in without}
    return {n: orjson.dumps(v).decode() if isinstance(v, list | dict) else v for n, v in kept.items()}


def _write_gpx(file: Path, features: list["VectorFeature"], datum: str) -> None:
    from mapsvc.geo.datum import parse_datum

    if parse_datum(datum).name != "WGS-84" or any(f.geometry.geom_type != "Point" for f in features):
        raise Refused("GPX 只收 WGS-84 的点；线和面请用 GeoJSON 或 GeoPackage。", field="file", code="not_for_gpx")
    Xml.register_namespace("", _GPX)
    root = Xml.Element(f"{{{_GPX}}}gpx", {"version": "1.1", "creator": "mapsvc"})
    for feature in features:
        lat, lon = f"{feature.geometry.y:.6f}", f"{feature.geometry.x:.6f}"
        point = Xml.SubElement(root, f"{{{_GPX}}}wpt", {"lat": lat, "lon": lon})
        told = feature.properties
        name = told.get("name") or told.get("number") or told.get("code") or ""
        Xml.SubElement(point, f"{{{_GPX}}}name").text = str(name)
        if told.get("address"):
            Xml.SubElement(point, f"{{{_GPX}}}desc").text = str(told["address"])
    file.write_bytes(Xml.tostring(root, encoding="utf-8", xml_declaration=True))
