"""Streets as measured lines: chainage, offset, side, and where streets meet."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from mapsvc.errors import Broken, Refused
from mapsvc.geo.local import distance_m
from mapsvc.geo.street_graph import junctions
from mapsvc.geo.streets import Street, load_streets, named, side_name
from mapsvc.paths import shipped

FACTS = Path(__file__).resolve().parents[1] / "data/facts"
STREETS = named(load_streets())
LANGAO, LANGAO_WEST = STREETS["岚皋路"], STREETS["岚皋西路"]
GEOD = Geod(ellps="WGS84")


def test_the_shipped_layer_holds_every_vertex_of_the_facts():
    with (FACTS / "streets.csv").open(encoding="utf-8-sig", newline="") as file:
        facts = [(float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file)]
    streets = load_streets()
    assert len(streets) == 16
    assert [point for street in streets for point in street.points] == facts


def test_every_street_says_its_class_its_width_and_whose_data_it_is():
    features = json.loads((shipped("layers") / "streets.geojson").read_text(encoding="utf-8"))["features"]
    assert {f["properties"]["attribution"] for f in features} == {"© OpenStreetMap contributors (ODbL)"}
    assert {f["properties"]["class"] for f in features} == {"B", "C", "D"}
    widths = {f["properties"]["name"]: f["properties"]["width_m"] for f in features}
    assert (widths["中山北路"], widths["岚皋路"], widths["岚皋西路"], widths["光新路"]) == (30, 17, 15, 10)
    assert STREETS["沪宁铁路"].kind == "rail"
    assert STREETS["洵阳路"] is STREETS["旬阳路"]


@pytest.mark.parametrize("street", load_streets(), ids=lambda s: s.name or "nameless")
def test_a_street_is_as_long_as_the_geodesic(street):
    lons, lats = zip(*street.points, strict=True)
    assert street.length_m == pytest.approx(GEOD.line_length(lons, lats), abs=0.02)


@given(st.floats(0, 1), st.floats(-8, 8), st.sampled_from(["岚皋路", "岚皋西路", "石泉路", "中山北路"]))
def test_a_point_beside_a_street_is_found_again(share, offset_m, name):
    street = STREETS[name]
    chainage = share * street.length_m
    point = street.point_at(chainage, offset_m)
    foot = street.project(point.lon, point.lat)
    # At a bend the nearest foot of a point beside the line lies up to offset x tan(bend) away.
    assert foot.chainage_m == pytest.approx(chainage, abs=0.01 + abs(offset_m) * 0.7)
    assert foot.distance_m <= abs(offset_m) + 1e-6
    if abs(offset_m) > 0.01:
        assert foot.side == ("left" if offset_m > 0 else "right")


@given(st.floats(0, 1))
def test_chainage_along_the_line_comes_back_exactly(share):
    chainage = share * LANGAO.length_m
    point = LANGAO.point_at(chainage)
    assert LANGAO.project(point.lon, point.lat).chainage_m == pytest.approx(chainage, abs=1e-5)


@given(st.floats(0, 1500), st.floats(1, 100))
def test_going_on_along_a_street_never_shortens_the_way(start_m, step_m):
    a, b = LANGAO.point_at(start_m), LANGAO.point_at(min(start_m + step_m, LANGAO.length_m))
    assert distance_m(a.lon, a.lat, b.lon, b.lat) <= step_m * (1 + 1e-6)


def test_many_points_are_measured_like_single_ones():
    rng = np.random.default_rng(11)
    lon, lat = rng.uniform(121.415, 121.424, 300), rng.uniform(31.246, 31.261, 300)
    chainage, offset = LANGAO.project_many(lon, lat)
    singly = [LANGAO.project(float(a), float(b)) for a, b in zip(lon, lat, strict=True)]
    np.testing.assert_allclose(chainage, [p.chainage_m for p in singly], atol=1e-6)
    np.testing.assert_allclose(offset, [p.offset_m for p in singly], atol=1e-6)


def test_langao_road_runs_north_and_langao_west_road_west():
    assert 300 < LANGAO.point_at(100).bearing_deg < 360
    assert 240 < LANGAO_WEST.point_at(100).bearing_deg < 290
    assert side_name(LANGAO, "left", 1000) == "西侧"
    assert side_name(LANGAO_WEST, "right", 300) == "北侧"


def test_past_its_end_a_street_runs_straight_on():
    beyond = LANGAO_WEST.point_at(LANGAO_WEST.length_m + 30)
    foot = LANGAO_WEST.project(beyond.lon, beyond.lat)
    assert foot.chainage_m == pytest.approx(LANGAO_WEST.length_m)
    assert foot.beyond_m == pytest.approx(30, abs=0.01)
    assert foot.distance_m == pytest.approx(30, abs=0.01)


def test_the_two_shop_streets_meet_where_the_facts_say():
    corner = next(j for j in junctions(load_streets()) if {"岚皋路", "岚皋西路"} <= j.chainages.keys())
    assert distance_m(corner.lon, corner.lat, 121.4209, 31.2501) < 10
    assert corner.chainages["岚皋西路"] == pytest.approx(0, abs=1e-6)


def test_every_junction_lies_on_the_roads_it_names_and_no_railway_has_one():
    streets = load_streets()
    for junction in junctions(streets):
        for index, chainage in zip(junction.indexes, junction.chainages_m, strict=True):
            assert streets[index].kind == "road"
            there = streets[index].point_at(chainage)
            assert distance_m(junction.lon, junction.lat, there.lon, there.lat) <= 20


def test_all_roads_hang_together():
    streets = load_streets()
    reached, todo = {0}, [0]
    while todo:
        here = todo.pop()
        for junction in junctions(streets):
            if here in junction.indexes:
                todo += [i for i in junction.indexes if i not in reached]
                reached |= set(junction.indexes)
    assert reached == {i for i, street in enumerate(streets) if street.kind == "road"}


def test_a_street_of_one_point_is_refused():
    with pytest.raises(Refused, match="少于两个点"):
        Street("短路", ((121.42, 31.25), (121.42, 31.25)))


def test_a_damaged_layer_says_which_file(tmp_path):
    (tmp_path / "streets.geojson").write_text("{}", encoding="utf-8")
    with pytest.raises(Broken, match=r"streets\.geojson"):
        load_streets(tmp_path / "streets.geojson")
