"""Reads and writes GeoJSON, GeoPackage, Shapefile and KML, turning any datum into WGS-84 and back."""

import tempfile
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mapsvc.errors import Malformed, Refused, TooLarge, Unsupported
from mapsvc.geo.area import Bounds, load_area
from mapsvc.geo.datum import WGS84, Datum, from_wgs84, parse_datum, to_wgs84
from mapsvc.geo.file_guard import DRIVERS, KINDS, check_kind, dbf_encoding, unzip_shapefile
from mapsvc.geo.osm_files import is_osm, read_osm_streets
from mapsvc.geo.patches import PatchShape
from mapsvc.geo.streets import Street, street_from_feature

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

MAX_FEATURES = 20_000
_FAR_M = 20_000.0
_STREET_FIELDS = ("name", "名称", "路名", "道路", "道路名称", "道路名")
_NAME_FIELDS = ("name", "名称", "片区", "片区名称", "片区名", "网格名称", "网格", "责任片区", "网格片区")
_WORKER_FIELDS = ("worker", "包联网格员", "包联人", "包联", "走访人", "网格员", "责任人", "负责人", "包联网")
_CODE_FIELDS = ("code", "编号", "片区编号", "网格编号", "片区编", "网格编", "代码")


@dataclass(frozen=True)
class VectorFeature:
    """A shape with its properties: WGS-84 shapely geometry, properties as the file names them."""

    geometry: "BaseGeometry"
    properties: Mapping[str, Any] = field(default_factory=dict)


def read_features(path: Path, datum: Datum | str | None = None, layer: str | None = None) -> tuple[VectorFeature, ...]:
    """Read every feature of a file.

    Parameters
    ----------
    path : Path
        .geojson, .json, .gpkg, .shp, .kml, or a .zip with one Shapefile inside.
    datum : Datum or str, optional
        What the coordinates are given in; by default what the file says of itself, else WGS-84. GCJ-02 and BD-09 no
        file can say: they must be given.
    layer : str, optional
        Which layer, if the file has several.

    Returns
    -------
    tuple of VectorFeature
        WGS-84 (lon, lat), two dimensions, in the file's order; features without a shape are left out.

    Raises
    ------
    Unsupported
        The file is of another kind, or not what its name says.
    TooLarge, Malformed, Refused
        Over a limit; unreadable; several layers, no datum to understand it by, or an impossible coordinate.
    """
    if path.suffix.lower() == ".zip":
        with tempfile.TemporaryDirectory() as folder:
            return read_features(unzip_shapefile(path, Path(folder)), datum, layer)
    check_kind(path)
    features: list[VectorFeature] = []
    for name in _layers(path, layer):
        crs, columns, geometries = _read_layer(path, name)
        known = _datum_of(crs, datum, path.name)
        for i, geometry in enumerate(_to_wgs84(geometries, known)):
            if geometry is not None and not geometry.is_empty:
                properties = {key: _plain(values[i]) for key, values in columns.items()}
                features.append(VectorFeature(geometry, {k: v for k, v in properties.items() if v is not None}))
    return tuple(features)


def read_patches(path: Path, datum: Datum | str | None = None, near: Bounds | None = None) -> tuple[PatchShape, ...]:
    """Read patches: polygons with a name and, if given, a worker and a code, whatever the fields are called.

    Parameters
    ----------
    path, datum
        As for `read_features`.
    near : Bounds, optional
        Where they must lie (20 km around it at most); by default around the sub-district.

    Raises
    ------
    Refused
        ``no_patches``, ``no_name``, ``name_twice``, ``not_a_polygon`` or ``far_away``; and all of `read_features`.
    """
    features = read_features(path, datum)
    if not features:
        raise Refused(f"{path.name} 里没有图形；请检查导出的图层", code="no_patches")
    patches: list[PatchShape] = []
    allowed = (near or load_area().bounds).grown(_FAR_M)
    for number, feature in enumerate(features, start=1):
        name = _first(feature.properties, _NAME_FIELDS)
        if not name:
            raise Refused(f"第{number}个图形没有名称；请在字段“名称”或 name 里写上片区名", field="name", code="no_name")
        if feature.geometry.geom_type not in ("Polygon", "MultiPolygon"):
            raise Refused(f"片区“{name}”不是面，是{feature.geometry.geom_type}；请导出面图层", code="not_a_polygon")
        middle = feature.geometry.envelope.centroid
        if not allowed.contains(middle.x, middle.y):
            raise Refused(
                f"片区“{name}”在 {middle.x:.4f}, {middle.y:.4f}，离本街道太远；请核对坐标系后重选", code="far_away"
            )
        if any(name == patch.name for patch in patches):
            raise Refused(f"片区“{name}”出现了两次；请合并成一个或改名", code="name_twice")
        code = _first(feature.properties, _CODE_FIELDS) or f"P{number:02d}"
        patches.append(PatchShape(code, name, _first(feature.properties, _WORKER_FIELDS), feature.geometry))
    return tuple(patches)


def read_streets(path: Path, datum: Datum | str | None = None) -> tuple[Street, ...]:
    """Read streets: lines with a name and, if given, class (B, C, D), error_m, width_m, kind (road, rail, path).

    A line of several parts becomes one street per part. Extracts of OpenStreetMap (.osm, .osm.pbf) are read as
    `osm_files.read_osm_streets` says. Raises Refused ``no_streets``, ``not_a_line``, ``bad_street``, ``far_away``
    and all of `read_features`.
    """
    if is_osm(path):
        return read_osm_streets(path)
    import shapely

    allowed = load_area().bounds.grown(_FAR_M)
    streets: list[Street] = []
    for number, feature in enumerate(read_features(path, datum), start=1):
        if feature.geometry.geom_type not in ("LineString", "MultiLineString"):
            raise Refused(f"第{number}个图形不是线，是{feature.geometry.geom_type}；请导出线图层", code="not_a_line")
        lowered = {key.lower(): value for key, value in feature.properties.items()}
        properties = {**lowered, "name": _first(lowered, _STREET_FIELDS)}
        for part in shapely.get_parts(feature.geometry):
            streets.append(_street(number, properties, shapely.get_coordinates(part).tolist(), allowed))
    if not streets:
        raise Refused(f"{path.name} 里没有线；请检查导出的图层", code="no_streets")
    return tuple(streets)


def _street(number: int, properties: Mapping[str, Any], points: list[list[float]], allowed: Bounds) -> Street:
    """Make a street of one line; errors say which one and where."""
    named = f"第{number}条线“{properties['name']}”" if properties["name"] else f"第{number}条线"
    lon, lat = points[0]
    if not any(allowed.contains(x, y) for x, y in points):
        message = f"{named}在 {lon:.4f}, {lat:.4f}，离本街道太远；请核对坐标系后重选"
        raise Refused(message, field="file", code="far_away")
    try:
        return street_from_feature(dict(properties), points)
    except (Refused, ValueError, TypeError) as error:
        what = "只有一个点" if isinstance(error, Refused) else "的宽度、误差或层次不是数"
        raise Refused(
            f"{named}（{lon:.4f}, {lat:.4f}）{what}；请改好再导入", field="file", code="bad_street"
        ) from error


def write_features(
    path: Path, features: Sequence[VectorFeature], datum: Datum | str = WGS84, layer: str | None = None
) -> None:
    """Write features to the kind of file its name says (.geojson, .gpkg, .shp, .kml); an existing file is replaced.

    GeoJSON takes degrees only, KML WGS-84 only. A Shapefile is written in UTF-8 with its .cpg; long field names are cut
    to ten bytes.
    """
    import pyogrio
    import shapely

    driver = DRIVERS.get(path.suffix.lower())
    known = parse_datum(datum)
    if driver is None:
        raise Unsupported(f"不能写成 {path.suffix} 文件；可用 {KINDS}", code="unknown_format")
    if (driver == "LIBKML" and known != WGS84) or (driver == "GeoJSON" and not known.in_degrees):
        raise Refused(f"{path.suffix} 文件不能用 {known.name}；请改用 WGS-84 或导出 GeoPackage", code="bad_datum")
    shapes = [_shifted(f.geometry, known) for f in features]
    names = _field_names(features, driver)
    columns = [_column([f.properties.get(name) for f in features]) for name in names]
    geometry_type = _common_type(shapes)
    crs = "EPSG:4326" if known == WGS84 else known.crs or None
    path.unlink(missing_ok=True)
    with warnings.catch_warnings():
        # GCJ-02 and BD-09 have no code to write; pyogrio warns of the missing one.
        warnings.filterwarnings("ignore", message=".*crs.*was not provided.*")
        pyogrio.raw.write(
            str(path),
            geometry=np.array([shapely.to_wkb(shape) for shape in shapes], dtype=object),
            field_data=columns,
            fields=np.array(list(names.values()), dtype=object),
            layer=layer or path.stem,
            driver=driver,
            geometry_type=geometry_type,
            promote_to_multi=geometry_type.startswith("Multi"),
            crs=crs,
            encoding="UTF-8",
            # QGIS before 3.28 does not open later versions.
            dataset_options={"VERSION": "1.3"} if driver == "GPKG" else None,
        )


def _common_type(shapes: Sequence["BaseGeometry"]) -> str:
    """The one type that holds all shapes, e.g. MultiPolygon where any has several parts; Unknown for a mixture."""
    types = {str(shape.geom_type) for shape in shapes}
    single = {name.removeprefix("Multi") for name in types}
    if len(single) != 1:
        return "Unknown"
    return max(types, key=len)


def _layers(path: Path, layer: str | None) -> list[str]:
    import pyogrio
    from pyogrio.errors import DataSourceError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            listed = [str(name) for name, kind in pyogrio.list_layers(str(path)) if kind is not None]
    except DataSourceError as error:
        raise Malformed(f"{path.name} 读不出来，可能已损坏；请重新导出", code="unreadable") from error
    if layer is not None:
        if layer not in listed:
            raise Refused(f"{path.name} 里没有图层“{layer}”，有：{'、'.join(listed)}", field="layer", code="no_layer")
        return [layer]
    # The folders of a KML are one drawing; the tables of a GeoPackage are different things.
    if len(listed) > 1 and path.suffix.lower() == ".gpkg":
        message = f"{path.name} 里有多个图层：{'、'.join(listed)}；请只留一个或指明图层"
        raise Refused(message, field="layer", code="many_layers")
    return listed


def _read_layer(path: Path, layer: str) -> tuple[str | None, dict[str, Any], Any]:
    """Return (CRS as text, columns by name, array of shapely geometries)."""
    import pyogrio
    import shapely
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

    encoding = dbf_encoding(path) if path.suffix.lower() == ".shp" else None
    try:
        with warnings.catch_warnings():
            # A third dimension and unclosed rings are mended on reading; nobody can act on GDAL's words about them.
            warnings.simplefilter("ignore")
            meta, _, wkb, columns = pyogrio.raw.read(
                str(path), layer=layer, encoding=encoding, force_2d=True, max_features=MAX_FEATURES + 1
            )
        geometries = shapely.from_wkb(wkb)
    except (DataSourceError, DataLayerError, FeatureError, UnicodeDecodeError, shapely.errors.GEOSException) as error:
        raise Malformed(f"{path.name} 读不出来，可能已损坏；请重新导出", code="unreadable") from error
    if len(geometries) > MAX_FEATURES:
        raise TooLarge(f"{path.name} 超过 {MAX_FEATURES:,} 个图形；请只导出需要的图层", code="too_many_features")
    return meta["crs"], dict(zip(meta["fields"], columns, strict=True)), geometries


def _datum_of(crs: str | None, given: Datum | str | None, name: str) -> Datum:
    if given is not None:
        return parse_datum(given)
    if not crs:
        return WGS84
    if crs.startswith("EPSG:"):
        return parse_datum(crs)
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        known = CRS.from_user_input(crs)
    except CRSError as error:
        raise Refused(f"{name} 的坐标系读不懂；请指明坐标系", field="datum", code="unknown_datum") from error
    code = known.to_epsg(min_confidence=70)
    if code is not None:
        return parse_datum(f"EPSG:{code}")
    return Datum("crs", known.to_wkt())


def _to_wgs84(geometries: Any, datum: Datum) -> list["BaseGeometry | None"]:
    import shapely

    def convert(c: np.ndarray) -> np.ndarray:
        return np.column_stack(to_wgs84(np.ascontiguousarray(c[:, 0]), np.ascontiguousarray(c[:, 1]), datum))

    moved = shapely.transform(geometries, convert)
    coordinates = shapely.get_coordinates(moved)
    sound = np.isfinite(coordinates).all(axis=1) & (np.abs(coordinates) <= (180.0, 90.0)).all(axis=1)
    if not sound.all():
        x, y = shapely.get_coordinates(geometries)[~sound][0]
        message = f"坐标 {x:.8g}, {y:.8g} 按 {datum.name[:40]} 不是地球上的位置；请指明坐标系或核对经纬度是否填反"
        raise Refused(message, field="datum", code="bad_coordinates")
    return list(moved)


def _shifted(geometry: "BaseGeometry", datum: Datum) -> "BaseGeometry":
    import shapely

    if datum == WGS84:
        return geometry

    def convert(c: np.ndarray) -> np.ndarray:
        return np.column_stack(from_wgs84(np.ascontiguousarray(c[:, 0]), np.ascontiguousarray(c[:, 1]), datum))

    return shapely.transform(geometry, convert)


def _plain(value: Any) -> Any:
    """Turn a numpy value into a Python one; missing becomes None."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or (isinstance(value, float) and value != value) or value == "":
        return None
    return value.strip() if isinstance(value, str) else value


def _column(values: list[Any]) -> np.ndarray:
    present = [v for v in values if v is not None]
    if present and all(isinstance(v, bool) for v in present) and len(present) == len(values):
        return np.array(values, dtype=bool)
    if present and all(isinstance(v, int) and not isinstance(v, bool) for v in present) and len(present) == len(values):
        return np.array(values, dtype=np.int64)
    if present and all(isinstance(v, int | float) and not isinstance(v, bool) for v in present):
        return np.array([np.nan if v is None else v for v in values], dtype=np.float64)
    return np.array([None if v is None else str(v) for v in values], dtype=object)


def _field_names(features: Sequence[VectorFeature], driver: str) -> dict[str, str]:
    """Return property name -> field name in the file, in order of first appearance."""
    names = dict.fromkeys(name for feature in features for name in feature.properties)
    if driver != "ESRI Shapefile":
        return {name: name for name in names}
    cut: dict[str, str] = {}
    for name in names:
        short = name.encode()[:10].decode(errors="ignore")
        number = 1
        while short in cut.values():
            number += 1
            short = name.encode()[: 10 - len(str(number))].decode(errors="ignore") + str(number)
        cut[name] = short
    return cut


def _first(properties: Mapping[str, Any], names: Sequence[str]) -> str:
    lowered = {key.lower().strip(): value for key, value in properties.items()}
    return next((str(lowered[name]).strip() for name in names if lowered.get(name) not in (None, "")), "")
