"""Vector files: four kinds, any datum, Chinese field names, and files that are not what they say."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from mapsvc.errors import Malformed, Refused, TooLarge, Unsupported
from mapsvc.geo import file_guard
from mapsvc.geo.datum import to_wgs84
from mapsvc.geo.streets import load_streets
from mapsvc.geo.vector_files import (
    VectorFeature,
    read_features,
    read_patches,
    read_streets,
    write_features,
)
from mapsvc.paths import shipped

SEED = shipped("layers") / "patches.geojson"


@pytest.fixture
def seed():
    """The shipped patches."""
    return read_patches(SEED)


def patch_features(patches) -> list[VectorFeature]:
    """Patches ready to be written."""
    return [VectorFeature(p.polygon, {"code": p.code, "name": p.name, "worker": p.worker}) for p in patches]


def same(some, others) -> bool:
    """Equal names, codes and workers, shapes within a millimetre."""
    return all(
        (a.code, a.name, a.worker) == (b.code, b.name, b.worker) and a.polygon.hausdorff_distance(b.polygon) < 1e-8
        for a, b in zip(some, others, strict=True)
    )


@pytest.mark.parametrize("ending", [".geojson", ".gpkg", ".shp", ".kml"])
def test_patches_survive_the_way_through_every_kind_of_file(tmp_path, seed, ending):
    path = tmp_path / f"片区{ending}"
    write_features(path, patch_features(seed))
    assert same(read_patches(path), seed)


@pytest.mark.parametrize("ending", [".gpkg", ".shp"])
@pytest.mark.parametrize("datum", ["EPSG:4549", "EPSG:4490"])
def test_a_file_that_names_its_datum_needs_no_help(tmp_path, seed, ending, datum):
    path = tmp_path / f"patches{ending}"
    write_features(path, patch_features(seed), datum)
    assert same(read_patches(path), seed)


@pytest.mark.parametrize("ending", [".geojson", ".gpkg", ".shp"])
@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_a_shifted_file_is_put_right_when_its_datum_is_given(tmp_path, seed, ending, datum):
    path = tmp_path / f"patches{ending}"
    write_features(path, patch_features(seed), datum)
    assert same(read_patches(path, datum), seed)
    unshifted = shapely.get_coordinates(read_patches(path)[0].polygon)[0]
    assert to_wgs84(*unshifted.tolist(), datum) == pytest.approx(shapely.get_coordinates(seed[0].polygon)[0], abs=1e-8)


def test_a_file_in_the_citys_own_grid_is_read_by_its_proj_string(tmp_path, seed):
    grid = "+proj=tmerc +lat_0=31.2354444 +lon_0=121.4671519 +k=1 +x_0=0 +y_0=0"
    path = tmp_path / "patches.gpkg"
    write_features(path, patch_features(seed), grid)
    assert same(read_patches(path, grid), seed)


def gb18030_shapefile(folder: Path, name: str = "网格") -> Path:
    """A Shapefile as Chinese desktop programs leave it: gb18030 text and no .cpg."""
    path = folder / f"{name}.shp"
    pyogrio.raw.write(
        str(path), np.array([shapely.to_wkb(shapely.box(121.419, 31.25, 121.42, 31.251))], dtype=object),
        [np.array(["兰田一片"], dtype=object), np.array(["小陈"], dtype=object)],
        np.array(["片区名称", "网格员"], dtype=object),
        driver="ESRI Shapefile", geometry_type="Polygon", crs="EPSG:4326", encoding="GB18030",
    )  # fmt: skip
    path.with_suffix(".cpg").unlink(missing_ok=True)
    return path


def test_a_shapefile_without_cpg_is_read_as_gb18030(tmp_path):
    path = gb18030_shapefile(tmp_path)
    assert "兰田一片".encode("gb18030") in path.with_suffix(".dbf").read_bytes()
    (patch,) = read_patches(path)
    assert (patch.name, patch.worker, patch.code) == ("兰田一片", "小陈", "P01")


def test_a_shapefile_without_cpg_that_can_only_be_utf8_is_read_as_such(tmp_path, seed):
    path = tmp_path / "patches.shp"
    write_features(path, patch_features(seed))
    path.with_suffix(".cpg").unlink()
    assert same(read_patches(path), seed)


def test_a_zipped_shapefile_is_unpacked(tmp_path):
    path = gb18030_shapefile(tmp_path)
    with zipfile.ZipFile(tmp_path / "up.zip", "w") as archive:
        for part in path.parent.glob("网格.*"):
            archive.write(part, f"../深处/{part.name}")
    assert read_patches(tmp_path / "up.zip")[0].name == "兰田一片"
    assert not (tmp_path.parent / "深处").exists()


def test_a_zip_over_the_limit_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    path = gb18030_shapefile(tmp_path)
    with zipfile.ZipFile(tmp_path / "up.zip", "w") as archive:
        archive.write(path, path.name)
    monkeypatch.setattr(file_guard, "MAX_BYTES", 100)
    with pytest.raises(TooLarge):
        read_features(tmp_path / "up.zip")


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("a.vrt", b"<OGRVRTDataSource/>", Unsupported),
        ("a.kml", b"<OGRVRTDataSource><kml/></OGRVRTDataSource>", Unsupported),
        ("a.kml", b'<!DOCTYPE x [<!ENTITY a "b">]><kml/>', Unsupported),
        ("a.geojson", b'{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read x"}', Unsupported),
        ("a.geojson", b"not json", Unsupported),
        ("a.gpkg", b"PK\x03\x04", Unsupported),
        ("a.gpkg", b"SQLite format 3\0" + b"\0" * 200, Malformed),
        ("a.shp", b"\x00\x00\x27\x0a" + b"\0" * 100, Unsupported),
        ("a.zip", b"PK no zip", Malformed),
        ("a", b"", Unsupported),
    ],
)
def test_a_file_that_is_not_what_it_says_is_never_opened(tmp_path, name, content, error):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(error) as refused:
        read_features(tmp_path / name)
    assert refused.value.message


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(Malformed, match="找不到"):
        read_features(tmp_path / "none.geojson")


def test_a_file_over_the_limit_is_refused(tmp_path, seed, monkeypatch):
    monkeypatch.setattr(file_guard, "MAX_BYTES", 100)
    with pytest.raises(TooLarge, match="超过"):
        read_features(SEED)


def written(folder: Path, *features: tuple[dict, dict]) -> Path:
    """A GeoJSON file of (properties, geometry) pairs."""
    path = folder / "given.geojson"
    items = [{"type": "Feature", "properties": p, "geometry": g} for p, g in features]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": items}), encoding="utf-8")
    return path


def square(west: float, south: float, side: float = 0.001) -> dict:
    """A GeoJSON square."""
    return json.loads(shapely.to_geojson(shapely.box(west, south, west + side, south + side)))


@pytest.mark.parametrize(
    ("features", "code"),
    [
        ([], "no_patches"),
        ([({"颜色": "红"}, square(121.42, 31.25))], "no_name"),
        ([({"name": "一"}, square(121.42, 31.25)), ({"name": "一"}, square(121.43, 31.25))], "name_twice"),
        ([({"name": "一"}, {"type": "Point", "coordinates": [121.42, 31.25]})], "not_a_polygon"),
        ([({"name": "一"}, square(104.06, 30.67))], "far_away"),
        ([({"name": "一"}, square(31.25, 89.0, 2.0))], "bad_coordinates"),
        ([({"name": "一"}, square(635_000.0, 3_458_000.0, 100.0))], "bad_coordinates"),
    ],
)
def test_patches_that_cannot_be_taken_are_refused_with_a_reason(tmp_path, features, code):
    with pytest.raises(Refused) as refused:
        read_patches(written(tmp_path, *features))
    assert refused.value.code == code


def test_a_third_dimension_and_empty_shapes_are_dropped(tmp_path):
    solid = {"type": "Point", "coordinates": [121.42, 31.25, 4.0]}
    path = written(tmp_path, ({"name": "高"}, solid), ({"name": "无"}, None))
    (feature,) = read_features(path)
    assert not feature.geometry.has_z
    assert feature.properties == {"name": "高"}


def test_a_geopackage_with_several_layers_asks_which(tmp_path, seed):
    path = tmp_path / "two.gpkg"
    write_features(path, patch_features(seed), layer="片区")
    pyogrio.raw.write(
        str(path), np.array([shapely.to_wkb(shapely.Point(121.42, 31.25))], dtype=object), [],
        np.array([], dtype=object),
        layer="点", driver="GPKG", geometry_type="Point", crs="EPSG:4326", append=True,
    )  # fmt: skip
    with pytest.raises(Refused, match="片区、点"):
        read_features(path)
    assert len(read_features(path, layer="片区")) == len(seed)


def test_values_keep_their_type_and_long_names_stay_apart(tmp_path):
    first = {"number": 3, "share": 0.5, "responsible_unit": "甲", "responsible_name": "乙"}
    features = [
        VectorFeature(shapely.Point(121.42, 31.25), first),
        VectorFeature(shapely.Point(121.43, 31.25), {"number": 4, "share": None, "responsible_unit": None}),
    ]
    write_features(tmp_path / "p.gpkg", features)
    assert [dict(f.properties) for f in read_features(tmp_path / "p.gpkg")] == [
        first,
        {"number": 4},
    ]
    write_features(tmp_path / "p.shp", features)
    short = {"number": 3, "share": 0.5, "responsibl": "甲", "responsib2": "乙"}
    assert read_features(tmp_path / "p.shp")[0].properties == short


def test_a_kml_or_geojson_in_metres_is_not_written(tmp_path, seed):
    for name, datum in (("a.kml", "gcj02"), ("a.geojson", "EPSG:4549")):
        with pytest.raises(Refused):
            write_features(tmp_path / name, patch_features(seed), datum)
        assert not (tmp_path / name).exists()
    with pytest.raises(Unsupported):
        write_features(tmp_path / "a.dxf", patch_features(seed))


def test_streets_are_read_from_lines_of_other_programs(tmp_path):
    line = {"type": "LineString", "coordinates": [[121.42, 31.25], [121.421, 31.25]]}
    parts = {"type": "MultiLineString", "coordinates": [line["coordinates"], [[121.43, 31.25], [121.431, 31.25]]]}
    path = written(tmp_path, ({"路名": "新村路", "CLASS": "B", "width_m": 12}, line), ({"路名": "旧路"}, parts))
    streets = read_streets(path)
    said = [(s.name, s.street_class, s.width_m) for s in streets]
    assert said == [("新村路", "B", 12), ("旧路", "D", 10), ("旧路", "D", 10)]
    with pytest.raises(Refused, match="不是线"):
        read_streets(SEED)


def test_the_shipped_streets_read_the_same_through_both_ways():
    assert read_streets(shipped("layers") / "streets.geojson") == load_streets()
