"""The published copy for QGIS: one GeoPackage, masked and styled, never the store itself.

GDAL opens the new file only. Rows come from the store through its own connection, so no second program ever holds the
store's file.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.kinds import KINDS
from mapsvc.domain.times import iso, office_day
from mapsvc.errors import MapsvcError
from mapsvc.maps import qgis_styles as qgis
from mapsvc.maps.catalog import Catalog, load_catalog
from mapsvc.maps.kinds import KindStyles
from mapsvc.operations.publish import Plain, plain
from mapsvc.operations.workspace import Workspace
from mapsvc.paths import shipped

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

NAME = "view.gpkg"
# QGIS shapes nearest to ours.
_SHAPES = {"drop": "circle", "square": "square", "cross": "cross_fill"}
_HOT = (("much", "明显偏多"), ("more", "偏多"), ("slightly", "略多"))


@dataclass(frozen=True)
class Published:
    """The copy that was written, and how many features each layer of it has."""

    file: Path
    counts: Mapping[str, int]


@dataclass(frozen=True)
class _Layer:
    name: str
    title: str
    frame: "GeoDataFrame"
    style: str


def publish(ws: Workspace, file: Path | None = None) -> Published:
    """Write the copy to `file` (default: view.gpkg in the data folder), swapped in whole.

    Parameters
    ----------
    ws : Workspace
    file : Path, optional
        Where a copy for somebody goes; the default one is kept fresh by the job runner.
    """
    target = file or ws.folder / NAME
    told = plain(ws)
    layers = _layers(ws, told)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.stem}-{os.getpid()}.gpkg")
    fresh.unlink(missing_ok=True)
    try:
        _write(fresh, layers, iso(ws.clock()))
        _flush(fresh)
        os.replace(fresh, target)
    finally:
        fresh.unlink(missing_ok=True)
    if file is None:
        _note(ws, told)
    return Published(target, {layer.name: len(layer.frame) for layer in layers})


def _layers(ws: Workspace, told: Plain) -> list[_Layer]:
    catalog = load_catalog(shipped("layers"), ws.settings.layers)
    styles = KindStyles.load((ws.settings.layers, shipped("layers")))
    return [
        *_base_layers(catalog),
        *_hotspots(ws),
        _Layer("patches", "网格片区", _areas(told.patches), qgis.single(qgis.area("#ffffff", "#948d7e", 0), "name")),
        _Layer("places", "点位", _points(told.places, _PLACE), qgis.single(qgis.marker("#68635a", "square"), "name")),
        _Layer("shops", "商铺", _points(told.shops, _SHOP), _shop_style()),
        _Layer("issues", "问题", _points(told.issues, _ISSUE), _issue_style(styles)),
    ]


# fmt: off
# Columns in the order in which QGIS shows them; nothing else goes out.
_SHOP = (
    "code", "name", "address", "street", "house_number", "state", "state_name", "trade", "area_m2",
    "visited_this_month", "position_source", "error_m",
)
_ISSUE = (
    "number", "kind", "kind_name", "state", "state_name", "source", "source_name", "severity", "happened_at", "due_at",
    "closed_at", "rework_count", "address", "shop", "place", "position_source", "error_m",
)
_PLACE = ["code", "name", "kind", "responsible_unit"]
_PATCH = ["code", "name", "valid_from", "is_illustrative"]
# fmt: on
_TIMES = {"happened_at", "due_at", "closed_at"}
_WHOLE = {"house_number", "rework_count"}
_REAL = {"area_m2", "error_m"}


def _points(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> "GeoDataFrame":
    import shapely

    lon, lat = [row["lon"] for row in rows], [row["lat"] for row in rows]
    return _frame(rows, columns, shapely.points(lon, lat) if rows else [])


def _areas(rows: Sequence[Mapping[str, Any]]) -> "GeoDataFrame":
    import shapely

    areas = [shapely.from_wkb(bytes(row["area"])) for row in rows]
    return _frame(rows, _PATCH, [shapely.MultiPolygon([a]) if a.geom_type == "Polygon" else a for a in areas])


def _frame(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], geometry: Any) -> "GeoDataFrame":
    """A frame in EPSG:4326 whose columns have their kind even without rows."""
    import geopandas
    import pandas

    values: dict[str, Any] = {}
    for name in columns:
        told = [row[name] for row in rows]
        if name in _TIMES:
            values[name] = pandas.to_datetime(pandas.Series(told, dtype="object"), utc=True)
        elif name in _WHOLE or name in _REAL:
            values[name] = pandas.array(told, dtype="Int64" if name in _WHOLE else "Float64")
        elif name in {"visited_this_month", "is_illustrative"}:
            values[name] = pandas.array(told, dtype="bool")
        else:
            values[name] = pandas.Series(told, dtype="object")
    return geopandas.GeoDataFrame(values, geometry=list(geometry), crs="EPSG:4326")


def _base_layers(catalog: Catalog) -> list[_Layer]:
    import geopandas

    found = []
    for manifest in catalog.layers:
        if manifest.source != "geojson" or manifest.file is None:
            continue
        features = json.loads((manifest.folder / manifest.file).read_text(encoding="utf-8"))["features"]
        kept = [
            f | {"properties": {name: (f.get("properties") or {}).get(name) for name in manifest.fields}}
            for f in features
        ]
        if kept:
            frame = geopandas.GeoDataFrame.from_features(kept, crs="EPSG:4326")
            found.append(_Layer(manifest.id, manifest.title, frame, _base_style(frame, manifest.style)))
    return found


def _hotspots(ws: Workspace) -> list[_Layer]:
    import geopandas
    import shapely

    from mapsvc.operations.hotspots import HotspotQuery, cell_json, hotspot_map

    try:
        found = hotspot_map(ws, SYSTEM, HotspotQuery(until=office_day(ws.clock())))
    except MapsvcError:
        return []
    cells = [cell for cell in found.cells if len(cell.shape.ring) > 2]
    if not cells:
        return []
    names = (
        "cell",
        "label",
        "side",
        "verdict",
        "count",
        "report_days",
        "episodes",
        "expected",
        "band",
        "enough",
        "text",
    )
    rows = [{name: cell_json(cell)[name] for name in names} for cell in cells]
    frame = geopandas.GeoDataFrame(rows, geometry=[shapely.Polygon(cell.shape.ring) for cell in cells], crs="EPSG:4326")
    colors = ("#7d4a96", "#b48fc6", "#dccbe6")
    told = [qgis.Category(v, t, qgis.area(c, c, 0.9)) for (v, t), c in zip(_HOT, colors, strict=True)]
    return [_Layer("hotspots", "问题分布", frame, qgis.by_value("verdict", told, qgis.area("#e3ded3", "#e3ded3", 0.4)))]


def _shop_style() -> str:
    told = [
        qgis.Category("1", "本月走到", qgis.marker("#55514a")),
        qgis.Category("0", "还没走到", qgis.marker("#fdfcfa", edge="#55514a")),
    ]
    return qgis.by_value("visited_this_month", told, qgis.marker("#a09c93"), "name")


def _issue_style(styles: KindStyles) -> str:
    told = []
    for kind in KINDS:
        look = styles.of(kind.code)
        shape = _SHAPES.get(look.shape, look.shape)
        told.append(
            qgis.Category(kind.code, kind.short_name, qgis.marker(look.color, shape, 3.4, look.edge or "#ffffff"))
        )
    return qgis.by_value("kind", told, qgis.marker(styles.fallback.color, size_mm=3.4))


def _base_style(frame: "GeoDataFrame", style: Mapping[str, Any]) -> str:
    color = str(style.get("color", "#8b867b"))
    kind = str(frame.geom_type.iloc[0])
    if kind.endswith("Polygon"):
        return qgis.single(qgis.area(str(style.get("fill", "#f3f1eb")), color, 0.5))
    if kind.endswith("Point"):
        return qgis.single(qgis.marker(color, size_mm=1.2), "name")
    if "class" not in frame.columns:
        return qgis.single(qgis.line(color))
    # Class D has an invented shape and must not look surveyed.
    surveyed = [qgis.Category(c, f"{c} 级", qgis.line("#a79f8d", 1.0 if c == "B" else 0.7)) for c in ("B", "C")]
    invented = qgis.Category("D", "走向未核实", qgis.line("#a79f8d", 0.5, "dash"))
    return qgis.by_value("class", [*surveyed, invented], qgis.line("#a79f8d", 0.5), "name")


def _write(file: Path, layers: Sequence[_Layer], at: str) -> None:
    import pyogrio

    for n, layer in enumerate(layers):
        kind = {"patches": "MultiPolygon"}.get(layer.name, "Point") if layer.frame.empty else None
        pyogrio.write_dataframe(
            layer.frame,
            file,
            layer=layer.name,
            driver="GPKG",
            append=n > 0,
            geometry_type=kind,
            # 1.3 writes user_version 10300, which older QGIS accepts.
            dataset_options={"VERSION": "1.3"} if n == 0 else None,
            layer_options={"IDENTIFIER": layer.title, "GEOMETRY_NAME": "geom"},
        )
    pyogrio.write_dataframe(_style_table(layers, at), file, layer="layer_styles", driver="GPKG", append=True)


def _style_table(layers: Sequence[_Layer], at: str) -> Any:
    """The table from which QGIS takes a layer's style when it opens it."""
    import pandas

    rows = [
        {
            "f_table_catalog": "",
            "f_table_schema": "",
            "f_table_name": layer.name,
            "f_geometry_column": "geom",
            "styleName": layer.title,
            "styleQML": layer.style,
            "styleSLD": "",
            "useAsDefault": True,
            "description": "民情地图发布副本",
            "owner": "",
            "ui": None,
            "update_time": pandas.Timestamp(at).tz_convert("UTC"),
        }
        for layer in layers
    ]
    return pandas.DataFrame(rows).astype({"ui": "object"})


def _flush(file: Path) -> None:
    with file.open("rb") as written:
        os.fsync(written.fileno())


def _note(ws: Workspace, told: Plain) -> None:
    note = ws.folder / "view.json"
    fresh = note.with_suffix(".new")
    told_text = json.dumps({"revisions": dict(told.revisions), "at": iso(ws.clock())}, ensure_ascii=False)
    fresh.write_text(told_text, encoding="utf-8")
    os.replace(fresh, note)
