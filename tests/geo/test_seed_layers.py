"""The shipped layers are what the facts give, and the outline is the real sub-district."""

from pathlib import Path

import pytest
import shapely

from mapsvc.geo.area import Area, Bounds, load_area
from mapsvc.geo.local import geometry_to_metres, grid_scale
from mapsvc.geo.seed_layers import write_layers
from mapsvc.paths import shipped

FACTS = Path(__file__).resolve().parents[1] / "data/facts"
NAMES = ["house_numbers.csv", "landmarks.geojson", "streets.geojson", "subdistrict.geojson"]


def test_writing_the_layers_again_changes_nothing(tmp_path):
    write_layers(FACTS, tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == NAMES
    for name in NAMES:
        assert (tmp_path / name).read_bytes() == (shipped("layers") / name).read_bytes()


def test_the_outline_has_the_area_the_facts_name():
    area = load_area()
    square_km = geometry_to_metres(shapely.Polygon(area.ring)).area / grid_scale(121.4172, 31.2535) ** 2 / 1e6
    assert area.name == "石泉路街道"
    assert square_km == pytest.approx(3.4986, abs=0.001)


def test_a_point_is_inside_the_outline_or_not():
    area = load_area()
    polygon = shapely.Polygon(area.ring)
    assert area.contains(121.4172, 31.2535)
    assert not area.contains(121.40, 31.2535)
    west, south, east, north = area.bounds
    for i in range(40):
        for j in range(40):
            lon, lat = west + (east - west) * i / 39.7, south + (north - south) * j / 39.7
            assert area.contains(lon, lat) == polygon.contains(shapely.Point(lon, lat))


def test_growing_a_rectangle_adds_metres_on_every_side():
    grown = Bounds(121.4, 31.2, 121.5, 31.3).grown(1000)
    assert grown.contains(121.39, 31.192)
    assert not grown.contains(121.388, 31.25)
    assert Area("小", ((0, 0), (1, 0), (1, 1), (0, 0))).bounds == Bounds(0, 0, 1, 1)
