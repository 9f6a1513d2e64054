"""Streets that meet are one network, those that only pass over or under each other are not."""

import itertools
from math import dist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.patrol.network import Network, StreetLine
from tests.patrol.towns import stops_in, town

NORTH = StreetLine("北街", ((0.0, 0.0), (0.0, 600.0)), 16.0)
WEST = StreetLine("西街", ((0.0, 200.0), (-500.0, 200.0)), 16.0)
CORNER = Network((NORTH, WEST))


def walks(network, *stops, names=()):
    return network.walks(np.array(stops, dtype=float), names)


def networks(*streets):
    """How many networks the streets fall into."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    p = Network(streets).pavements
    size = len(p.node_xy)
    return connected_components(csr_matrix((p.weight, p.indices, p.indptr), shape=(size, size)))[0]


@pytest.mark.parametrize(
    "other",
    [
        ((-100.0, 300.0), (100.0, 300.0)),
        ((100.0, 300.0), (0.0, 300.0)),
        ((100.0, 300.0), (9.0, 300.0)),
        ((0.0, 600.0), (200.0, 600.0)),
        ((100.0, 0.0), (0.0, 300.0), (100.0, 600.0)),
        ((0.0, 300.0), (0.0, 900.0)),
    ],
    ids=["crossing", "ending on it", "ending just short", "corner to corner", "touching at a bend", "lying upon it"],
)
def test_streets_that_meet_are_one_network(other):
    assert networks(NORTH, StreetLine("东街", other, 10.0)) == 1


@pytest.mark.parametrize(
    ("other", "more"),
    [
        (((-100.0, 300.0), (100.0, 300.0)), {"level": 1}),
        (((-100.0, 300.0), (100.0, 300.0)), {"level": -1}),
        (((100.0, 300.0), (20.0, 300.0)), {}),
        (((100.0, 300.0), (9.0, 300.0)), {"reach_m": 1.0}),
    ],
    ids=["bridge", "tunnel", "ending too far off", "surveyed, ending short"],
)
def test_streets_that_do_not_meet_are_two_networks(other, more):
    north = StreetLine("北街", NORTH.points, 16.0, reach_m=more.get("reach_m", 12.0))
    assert networks(north, StreetLine("东街", other, 10.0, **more)) == 2


def test_a_bridge_joins_the_streets_at_its_ends_and_none_below():
    bridge = StreetLine("桥", ((0.0, 600.0), (0.0, 900.0)), 16.0, level=1)
    under = StreetLine("滨河路", ((-300.0, 750.0), (300.0, 750.0)), 16.0)
    beyond = StreetLine("对岸", ((0.0, 900.0), (0.0, 1200.0)), 16.0)
    found = walks(Network((NORTH, bridge, under, beyond)), (8, 300), (8, 500), (8, 1000), (200, 758))
    assert found.distance_m[0, 2] == pytest.approx(700, abs=1)
    assert found.unreachable == (3,)
    assert found.is_estimated(0, 3) and not found.is_estimated(0, 2)


def test_a_street_in_a_ring_is_walked_the_shorter_way_round():
    ring = StreetLine("环路", ((0.0, 0.0), (400.0, 0.0), (400.0, 400.0), (0.0, 400.0), (0.0, 0.0)), 10.0)
    found = walks(Network((ring,)), (100, -5), (-5, 100))
    assert found.distance_m[0, 1] == pytest.approx(200, abs=15)


def test_an_end_that_hangs_over_a_junction_makes_no_stub():
    over = StreetLine("东街", ((100.0, 300.0), (-8.0, 300.0)), 10.0)
    pavements = Network((NORTH, over)).pavements
    assert len(pavements.blocks.street) == 3


def test_a_door_far_along_a_block_is_not_drawn_to_its_corners():
    assert walks(CORNER, (-10, 397), (-10, 403)).distance_m[0, 1] == pytest.approx(10, abs=0.01)


def test_rounding_a_corner_is_free_and_crossing_is_not():
    found = walks(CORNER, (-10, 230), (-60, 210), (-60, 190), (10, 230))
    assert found.effort_m[0, 1] == found.distance_m[0, 1]
    assert found.effort_m[0, 2] == found.distance_m[0, 2] + 15
    assert [found.crosses(0, j) for j in (1, 2, 3)] == [False, True, True]


def test_going_straight_over_the_mouth_of_another_street_changes_no_side():
    found = walks(CORNER, (-10, 150), (-10, 250))
    assert not found.crosses(0, 1)
    assert found.effort_m[0, 1] == found.distance_m[0, 1] + 15


def test_a_walk_within_a_bent_block_follows_the_bend():
    bent = Network((StreetLine("弯路", ((0.0, 0.0), (300.0, 0.0), (300.0, 300.0)), 10.0),))
    found = walks(bent, (100, 5), (295, 200), (305, 200))
    assert found.distance_m[0, 1] == pytest.approx(390, abs=0.1)
    assert (295.0, 5.0) in [(round(x, 3), round(y, 3)) for x, y in found.line(0, 1)]
    assert found.crosses(0, 2)


def test_stretches_that_are_passed_are_told_in_order_and_joined_over_mouths():
    found = walks(CORNER, (-10, 230), (-60, 190), (-10, 100), (-10, 500))
    assert found.passed(3, 2) == [("北街", pytest.approx(500), pytest.approx(100), 1)]
    around = found.passed(0, 1)
    assert [(name, side) for name, _, _, side in around] == [("北街", 1), ("西街", 1)]
    assert around[0][1] == pytest.approx(230) and around[-1][2] == pytest.approx(60)


def test_a_line_without_length_is_left_aside():
    found = walks(Network((NORTH, StreetLine("点", ((50.0, 50.0), (50.0, 50.0)), 10.0))), (10, 100), (10, 200))
    assert found.distance_m[0, 1] == pytest.approx(104, abs=0.01)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_walks_in_bent_streets_with_paths_keep_the_laws_of_distances(seed):
    stops = stops_in(seed, 8)
    found = Network(town(seed)).walks(stops)
    on = [i for i in range(8) if found.snaps[i] and i not in found.unreachable]
    effort, metres = (m[np.ix_(on, on)] for m in (found.effort_m, found.distance_m))
    assert np.array_equal(effort, effort.T) and np.array_equal(metres, metres.T)
    assert (np.diag(effort) == 0).all() and (effort >= metres).all()
    for k in range(len(on)):
        assert (effort <= effort[:, k, None] + effort[None, k, :] + 1e-6).all()
    straight = np.hypot(*(stops[on][:, None] - stops[on][None]).transpose(2, 0, 1))
    assert (metres >= straight - 0.002).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_further_stops_change_nothing_between_the_others(seed):
    network, stops = Network(town(seed)), stops_in(seed, 9)
    few, many = network.walks(stops[:5]), network.walks(stops)
    assert np.array_equal(few.effort_m, many.effort_m[:5, :5])
    assert np.array_equal(few.distance_m, many.distance_m[:5, :5])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_the_drawn_line_is_never_longer_than_what_is_said(seed):
    found = Network(town(seed)).walks(stops_in(seed, 5))
    for i, j in itertools.permutations(range(5), 2):
        line = found.line(i, j)
        drawn = sum(dist(p, q) for p, q in itertools.pairwise(line))
        if not found.is_estimated(i, j):
            said = sum(step.length_m for step in found.steps(i, j))
            assert said == pytest.approx(found.distance_m[i, j], abs=0.05)
            assert drawn <= said + 0.05


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_a_stop_lies_on_the_nearest_street(seed):
    from shapely import LineString
    from shapely import Point as Dot

    streets = town(seed)
    network = Network(streets)
    for x, y in stops_in(seed, 6):
        away = [LineString(street.points).distance(Dot(x, y)) for street in streets]
        snap = network.snap(float(x), float(y))
        assert (snap is None) == (min(away) > 120)
        if snap:
            assert away[snap.street] == pytest.approx(min(away))
            foot = LineString(streets[snap.street].points).project(Dot(x, y))
            assert foot == pytest.approx(snap.chainage_m, abs=0.01)
