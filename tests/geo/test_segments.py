"""Stretches of one side of a street: they tile, they are labelled, and positions find theirs."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.geo.addresses import Gazetteer
from mapsvc.geo.local import geometry_to_metres
from mapsvc.geo.segments import assign_to_segments, segments_of, street_segments

GAZETTEER = Gazetteer.load()
SEGMENTS = segments_of(GAZETTEER.streets, GAZETTEER.numbers)


def check_band(street, depth_m):
    """Segments are sound, do not overlap, and have the band's area."""
    shapes = [geometry_to_metres(shapely.Polygon(s.ring)) for s in street_segments(street, depth_m=depth_m)]
    assert all(shape.is_valid for shape in shapes)
    assert shapely.union_all(shapes).area == pytest.approx(sum(shape.area for shape in shapes), abs=2.0)
    assert sum(shape.area for shape in shapes) == pytest.approx(street.length_m * 2 * depth_m, rel=0.05)


@pytest.mark.parametrize("street", GAZETTEER.streets, ids=lambda s: s.name or "nameless")
def test_segments_of_a_street_tile_its_band_without_gap_or_overlap(street):
    check_band(street, 15.0)


@pytest.mark.parametrize("depth_m", [8.0, 27.0, 60.0])
@pytest.mark.parametrize("name", ["岚皋路", "岚皋西路"])
def test_the_shop_streets_tile_at_any_depth(name, depth_m):
    check_band(GAZETTEER.street(name), depth_m)


@given(st.sampled_from(["岚皋路", "岚皋西路", "石泉路"]), st.floats(10, 60))
def test_lengths_add_up_to_the_street_on_either_side(name, length_m):
    street = GAZETTEER.street(name)
    segments = street_segments(street, length_m, numbers=GAZETTEER.numbers.get(name))
    for side in ("odd", "even"):
        mine = [s for s in segments if s.side == side]
        assert sum(s.length_m for s in mine) == pytest.approx(street.length_m)
        assert all(a.to_m == b.from_m for a, b in pairwise(mine))
        assert all(length_m / 2 - 1e-6 <= s.length_m <= 1.5 * length_m + 1e-6 for s in mine)


def test_keys_are_unique_and_rings_run_counter_clockwise():
    assert len({s.key for s in SEGMENTS}) == len(SEGMENTS)
    assert {s.street for s in SEGMENTS} == {"岚皋路", "岚皋西路"}
    assert all(shapely.is_ccw(shapely.LinearRing(s.ring)) for s in SEGMENTS)
    assert all(shapely.Polygon(s.ring).contains(shapely.Point(s.lon, s.lat)) for s in SEGMENTS)


def test_a_label_names_the_doors_of_its_side():
    labels = {s.key: (s.label, s.side_label) for s in SEGMENTS}
    assert labels["岚皋路/odd/0"] == ("岚皋路1–7号", "单号侧")
    assert labels["岚皋路/even/475"] == ("岚皋路234–236号", "双号侧")
    assert labels["岚皋西路/even/500"] == ("岚皋西路306–320号", "双号侧")


def test_every_door_is_in_the_label_of_exactly_one_segment():
    for side, first in (("odd", 1), ("even", 2)):
        named = []
        for segment in SEGMENTS:
            if segment.street == "岚皋路" and segment.side == side and not segment.label.endswith("附近"):
                low, _, high = segment.label.removeprefix("岚皋路").removesuffix("号").partition("–")
                named += range(int(low), int(high or low) + 1, 2)
        assert named == list(range(first, max(named) + 1, 2))


def test_a_street_without_numbers_is_labelled_by_metres_and_compass():
    first = street_segments(GAZETTEER.street("中宁路"))[0]
    assert (first.label, first.side_label) == ("中宁路0–25米", "西侧")


def test_doors_find_the_segment_they_are_named_in():
    found = [GAZETTEER.locate(f"岚皋西路{n}号") for n in range(40, 330)]
    index = assign_to_segments(
        np.array([f.lon for f in found]), np.array([f.lat for f in found]), GAZETTEER.streets, SEGMENTS
    )
    for place, i in zip(found, index, strict=True):
        segment = SEGMENTS[i]
        assert (segment.street, segment.side) == (place.street, place.side)
        assert segment.from_m - 2 <= place.chainage_m <= segment.to_m + 2


def test_a_position_far_from_every_street_belongs_nowhere():
    index = assign_to_segments(np.array([121.41, 121.4199]), np.array([31.26, 31.2516]), GAZETTEER.streets, SEGMENTS)
    assert index[0] == -1
    assert SEGMENTS[index[1]].street == "岚皋路"
