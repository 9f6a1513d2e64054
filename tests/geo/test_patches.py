"""Patches: cut where the assigned worker changes, tiling without gap or overlap, and faults said in square metres."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mapsvc.geo.addresses import Gazetteer
from mapsvc.geo.area import load_area
from mapsvc.geo.local import geometry_to_lonlat, geometry_to_metres, to_metres
from mapsvc.geo.patches import AssignedShop, check_tiling, cut_patches
from mapsvc.geo.seed_patches import assigned_shops, features, read_assignments, seed
from mapsvc.paths import shipped

LEDGER = Path(__file__).resolve().parents[1] / "data/ledger/lantian_ledger.xlsx"
GAZETTEER = Gazetteer.load()
EAST, NORTH = to_metres(121.4197, 31.2502)
AREA = shapely.Polygon(load_area().ring)


def box(west_m: float, south_m: float, east_m: float, north_m: float) -> shapely.Geometry:
    """A rectangle in metres from the middle of the two streets, as WGS-84."""
    return geometry_to_lonlat(shapely.box(EAST + west_m, NORTH + south_m, EAST + east_m, NORTH + north_m))


def shipped_patches() -> list[dict]:
    """Features of the shipped seed."""
    return json.loads((shipped("layers") / "patches.geojson").read_text(encoding="utf-8"))["features"]


def test_the_shipped_seed_is_what_the_shared_workbook_gives():
    assert features(seed(read_assignments(LEDGER), GAZETTEER)) == shipped_patches()


def test_the_seed_has_a_patch_per_worker_marked_as_illustrative():
    properties = [f["properties"] for f in shipped_patches()]
    assert [p["worker"] for p in properties] == ["小周", "小吴", "小郑", "小沈", "小陈", "小李"]
    assert all(p["illustrative"] is True and p["code"] and p["name"] for p in properties)
    assert all(f["geometry"]["type"] == "Polygon" for f in shipped_patches())


def test_the_seed_tiles_its_block_inside_the_sub_district():
    polygons = [(f["properties"]["name"], shapely.geometry.shape(f["geometry"])) for f in shipped_patches()]
    block = shapely.union_all([polygon for _, polygon in polygons])
    assert block.geom_type == "Polygon"
    assert not block.interiors
    assert check_tiling(polygons) == ()
    assert check_tiling(polygons, block) == ()
    assert geometry_to_metres(shapely.difference(block, AREA)).area < 50


def test_nearly_every_shop_lies_in_the_patch_of_its_own_worker():
    shapes = {f["properties"]["worker"]: shapely.geometry.shape(f["geometry"]) for f in shipped_patches()}
    assignments = read_assignments(LEDGER)
    assert len(assignments) == 190
    placed = [(GAZETTEER.locate(a), w) for a, w in assignments if "兰田路" not in a]
    right = [shapes[worker].covers(shapely.Point(found.lon, found.lat)) for found, worker in placed]
    # Two rows of the workbook stand on a colleague's stretch; the mouth of 岚皋西路 belongs to the nearer street.
    assert sum(not inside for inside in right) <= 8


def test_one_door_of_somebody_else_makes_no_patch():
    shops = [AssignedShop("岚皋路", 10.0 * n, n, "小周") for n in range(1, 30)]
    shops[12] = shops[12]._replace(worker="小陈")
    patches = cut_patches(shops, GAZETTEER.streets, AREA)
    assert [p.worker for p in patches] == ["小周"]


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(3, 12), st.sampled_from("甲乙丙丁")), min_size=1, max_size=6))
def test_any_assignment_tiles_and_follows_the_workers_along_the_street(runs):
    shops, number = [], 0
    for count, worker in runs:
        for _ in range(count):
            number += 2
            shops.append(AssignedShop("岚皋路", number * 10.0, number, worker))
    patches = cut_patches(shops, GAZETTEER.streets, AREA)
    assert check_tiling([(p.code, p.polygon) for p in patches]) == ()
    expected = [w for i, (_, w) in enumerate(runs) if i == 0 or runs[i - 1][1] != w]
    assert [p.worker for p in patches] == expected
    street = GAZETTEER.street("岚皋路")
    for shop in shops:
        point = street.point_at(shop.chainage_m)
        owner = next(p for p in patches if p.polygon.covers(shapely.Point(point.lon, point.lat)))
        assert owner.worker == shop.worker


def test_addresses_that_cannot_be_placed_are_left_out_of_the_cutting():
    shops = assigned_shops([("岚皋路27号", " 小周 "), ("兰田路口", "小陈"), ("岚皋路29号", "")], GAZETTEER)
    assert [(s.street, s.house_number, s.worker) for s in shops] == [("岚皋路", 27, "小周")]


def test_an_overlap_is_said_with_both_names_and_its_area():
    (problem,) = check_tiling([("一片", box(0, 0, 100, 50)), ("二片", box(96, 0, 200, 50))])
    assert (problem.kind, problem.names) == ("overlap", ("一片", "二片"))
    assert problem.area_m2 == pytest.approx(200, abs=1)
    assert problem.message == "片区“一片”和“二片”重叠 200 平方米；请改到边界相接"


def test_a_slit_and_a_hole_are_said_without_knowing_the_area():
    ring = shapely.difference(box(0, 0, 100, 100), box(40, 40, 60, 60))
    slit, hole = sorted(check_tiling([("一片", ring), ("二片", box(103, 0, 200, 100))]), key=lambda p: p.area_m2)
    assert (slit.kind, slit.names) == ("gap", ("一片", "二片"))
    assert slit.area_m2 == pytest.approx(300, abs=2)
    assert (hole.kind, hole.names) == ("gap", ("一片",))
    assert hole.area_m2 == pytest.approx(400, abs=2)


def test_against_an_area_gaps_and_overhangs_are_said():
    problems = check_tiling([("一片", box(-10, 0, 50, 100))], box(0, 0, 100, 100))
    assert [(p.kind, round(p.area_m2, -1)) for p in problems] == [("gap", 5000), ("outside", 1000)]
    assert "5,000 平方米" in problems[0].message


def test_a_crossed_outline_is_said_and_stops_the_check():
    bow = shapely.Polygon([(121.42, 31.25), (121.421, 31.251), (121.421, 31.25), (121.42, 31.251)])
    (problem,) = check_tiling([("蝴蝶", bow), ("二片", box(0, 0, 10, 10))])
    assert (problem.kind, problem.names) == ("invalid", ("蝴蝶",))
    assert "自相交" in problem.message


def test_a_line_an_empty_shape_and_nothing_at_all_are_borne():
    assert check_tiling([]) == ()
    line = shapely.LineString([(121, 31), (121.1, 31)])
    problems = check_tiling([("线", line), ("空", shapely.Polygon())])
    assert [p.kind for p in problems] == ["invalid", "invalid"]


@given(st.lists(st.floats(5, 95), min_size=1, max_size=5, unique=True), st.floats(-0.02, 0.02))
def test_cutting_a_block_tiles_it_and_centimetres_are_no_fault(cuts, slip_m):
    edges = [0.0, *sorted(cuts), 100.0]
    assume(all(b - a > 0.1 for a, b in pairwise(edges)))
    strips = [(f"{i}片", box(a + (slip_m if i else 0), 0, b, 40)) for i, (a, b) in enumerate(pairwise(edges))]
    assert check_tiling(strips, box(0, 0, 100, 40)) == ()
