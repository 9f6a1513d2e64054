"""Walks between stops: as long as they must be, over streets with two sides, and said where no way is known."""

import itertools
import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.patrol.network import Network, StreetLine

GRID, STEP_M = 4, 100.0
PRICES = {8.0: 30, 18.0: 45, 30.0: 120}


def street(width=18.0, name="岚皋西路", **more):
    """A street of 500 m that runs west from the origin."""
    return StreetLine(name, ((0.0, 0.0), (-500.0, 0.0)), width, **more)


def walks(streets, *stops, **more):
    return Network(streets).walks(np.array(stops, dtype=float), **more)


def town(seed, road=""):
    """Blocks of a shaken grid, some missing."""
    dice = random.Random(seed)
    at = {
        (i, k): (i * STEP_M + dice.uniform(-25, 25), k * STEP_M + dice.uniform(-25, 25))
        for i in range(GRID)
        for k in range(GRID)
    }
    pairs = [((i, k), (i + a, k + b)) for i, k in at for a, b in ((1, 0), (0, 1)) if (i + a, k + b) in at]
    width = dice.choice([8.0, 18.0, 30.0])
    kept = [pair for pair in pairs if dice.random() < 0.75] or pairs
    lines = [StreetLine(f"{n}路", (at[a], at[b]), width, road, reach_m=1.0) for n, (a, b) in enumerate(kept)]
    return at, kept, tuple(lines)


def stops_near(lines, seed, count=6):
    dice = random.Random(seed)
    out = []
    for _ in range(count):
        (x1, y1), (x2, y2) = dice.choice(lines).points
        share = dice.uniform(0.1, 0.9)
        out.append((x1 + share * (x2 - x1) + dice.uniform(-9, 9), y1 + share * (y2 - y1) + dice.uniform(-9, 9)))
    return np.array(out)


def floyd_warshall(at, pairs, stops):
    """Metres between stops on lines alone: corners and stops are nodes, each stop between the ends of its line."""
    names = [*at, *range(len(stops))]
    far = {a: {b: 0.0 if a == b else math.inf for b in names} for a in names}

    def join(a, b, metres):
        far[a][b] = far[b][a] = min(far[a][b], metres)

    for a, b in pairs:
        join(a, b, math.dist(at[a], at[b]))
    for i, (pair, place) in enumerate(stops):
        for end in pair:
            join(i, end, math.dist(place, at[end]))
        for k, (other, there) in enumerate(stops[:i]):
            if other == pair:
                join(i, k, math.dist(place, there))
    for via in names:
        for a in names:
            for b in names:
                far[a][b] = min(far[a][b], far[a][via] + far[via][b])
    return np.array([[far[i][k] for k in range(len(stops))] for i in range(len(stops))])


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_on_paths_walks_are_those_of_floyd_and_warshall(seed):
    at, pairs, lines = town(seed, "path")
    dice = random.Random(seed)
    stops = []
    for _ in range(5):
        a, b = dice.choice(pairs)
        share = dice.uniform(0.05, 0.95)
        place = tuple(at[a][d] + share * (at[b][d] - at[a][d]) for d in (0, 1))
        stops.append(((a, b), place))
    expected = floyd_warshall(at, pairs, stops)
    found = Network(lines).walks(np.array([place for _, place in stops]))
    known = np.isfinite(expected)
    assert np.array_equal([[not found.is_estimated(i, k) for k in range(5)] for i in range(5)], known)
    # A corner between two lines is a millimetre long, lengths are whole millimetres.
    assert np.allclose(found.distance_m[known], expected[known], atol=0.05)
    assert np.array_equal(found.effort_m, found.distance_m)


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_walks_are_as_long_back_never_below_the_straight_line_and_never_longer_by_way_of_a_third(seed):
    _, _, lines = town(seed)
    stops = stops_near(lines, seed)
    found = Network(lines).walks(stops)
    known = np.array([[not found.is_estimated(i, k) for k in range(len(stops))] for i in range(len(stops))])
    straight = np.hypot(*(stops[:, None] - stops[None]).transpose(2, 0, 1))
    assert np.array_equal(found.distance_m, found.distance_m.T)
    assert np.array_equal(found.effort_m, found.effort_m.T)
    assert (found.distance_m >= straight - 1e-9).all()
    assert (found.effort_m >= found.distance_m).all()
    effort = np.where(known, found.effort_m, np.inf)
    for via in range(len(stops)):
        assert (effort <= effort[:, [via]] + effort[[via]]).all()


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_the_line_of_a_walk_runs_from_door_to_door_and_is_as_long_as_the_walk(seed):
    _, _, lines = town(seed)
    stops = stops_near(lines, seed, 4)
    found = Network(lines).walks(stops)
    for i in range(4):
        for k in range(4):
            line = found.line(i, k)
            assert line[0] == tuple(stops[i]) and line[-1] == tuple(stops[k])
            if i != k and not found.is_estimated(i, k):
                length = sum(math.dist(a, b) for a, b in itertools.pairwise(line))
                told = sum(step.length_m for step in found.steps(i, k))
                assert told == pytest.approx(found.distance_m[i, k], abs=0.05)
                # A crossing is counted at the street's widest place.
                assert length <= found.distance_m[i, k] + 0.01


@pytest.mark.parametrize(("width", "price"), PRICES.items())
def test_the_door_across_costs_the_width_and_a_price_by_the_class_of_the_road(width, price):
    aside = width / 2 + 2.0
    found = walks([street(width)], (-100, aside), (-100, -aside))
    assert found.distance_m[0, 1] == pytest.approx(width + 4.0, abs=0.01)
    assert found.effort_m[0, 1] - found.distance_m[0, 1] == price
    assert found.crosses(0, 1)


def test_a_given_class_counts_before_the_width():
    found = walks([street(8.0, road="main")], (-100, 6), (-100, -6))
    assert found.effort_m[0, 1] - found.distance_m[0, 1] == 120


def test_along_one_side_nothing_is_crossed():
    found = walks([street()], (-100, 11), (-220, 11), (-220, -11))
    assert found.distance_m[0, 1] == found.effort_m[0, 1] == pytest.approx(124.0)
    assert not found.crosses(0, 1)
    assert found.crosses(0, 2) and found.effort_m[0, 2] == pytest.approx(124.0 + 18.0 + 45.0)


def test_on_a_path_there_are_no_sides():
    found = walks([street(3.0, road="path")], (-100, 2), (-100, -2))
    assert found.effort_m[0, 1] == found.distance_m[0, 1] == pytest.approx(4.0)
    assert not found.crosses(0, 1)


def test_at_a_junction_crossing_is_cheaper_than_along_a_block():
    north = StreetLine("岚皋路", ((-250.0, -300.0), (-250.0, 300.0)), 18.0)
    near, far = [walks([street(), *more], (-230, 11), (-230, -11)) for more in ([north], [])]
    assert near.effort_m[0, 1] < far.effort_m[0, 1]
    assert near.distance_m[0, 1] > far.distance_m[0, 1]


def test_too_far_off_every_street_the_straight_line_is_taken_and_marked():
    found = walks([street()], (-100, 11), (-100, 121), (-100, 119))
    assert found.snaps[1] is None and found.snaps[2] is not None
    assert found.is_estimated(0, 1) and not found.is_estimated(0, 2) and found.estimated
    assert found.distance_m[0, 1] == found.effort_m[0, 1] == pytest.approx(110 * 1.3)
    assert found.line(0, 1) == [(-100, 11), (-100, 121)]
    assert found.unreachable == ()


def test_stops_from_which_no_way_leads_to_the_most_are_said():
    island = StreetLine("岛路", ((0.0, 1000.0), (-500.0, 1000.0)), 18.0)
    found = walks([street(), island], (-100, 11), (-100, 1011), (-200, 11))
    assert found.unreachable == (1,)
    assert found.is_estimated(0, 1) and not found.is_estimated(0, 2)
    assert found.distance_m[0, 1] == pytest.approx(1000 * 1.3)


def test_where_all_is_connected_nothing_is_estimated():
    found = walks([street()], (-100, 11), (-300, -11))
    assert not found.estimated and found.unreachable == ()


def test_lines_of_different_levels_meet_only_at_their_ends():
    above = StreetLine("高架", ((-250.0, -300.0), (-250.0, 300.0)), 18.0, level=1)
    assert walks([street(), above], (-100, 11), (-239, 200)).unreachable
    ramp = StreetLine("高架", ((-500.0, 0.0), (-500.0, 300.0)), 18.0, level=1, reach_m=1.0)
    assert not walks([street(), ramp], (-100, 11), (-489, 200)).unreachable


def test_a_drawn_line_that_stops_short_reaches_the_other_a_surveyed_one_does_not():
    for reach_m, is_lost in ((12.0, False), (1.0, True)):
        short = StreetLine("岚皋路", ((-250.0, 8.0), (-250.0, 300.0)), 18.0, reach_m=reach_m)
        found = walks([street(reach_m=reach_m), short], (-100, 11), (-239, 200))
        assert bool(found.unreachable) is is_lost


def test_what_is_passed_names_street_stretch_and_side():
    found = walks([street()], (-100, 11), (-220, 11), (-220, -11))
    assert found.passed(0, 1) == [("岚皋西路", pytest.approx(100), pytest.approx(220), -1)]
    assert found.passed(1, 0) == [("岚皋西路", pytest.approx(220), pytest.approx(100), -1)]


def test_without_streets_or_stops_there_is_an_answer():
    assert Network([]).walks(np.array([[0.0, 0.0], [30.0, 40.0]])).distance_m[0, 1] == pytest.approx(65.0)
    assert Network([street()]).walks(np.zeros((0, 2))).distance_m.shape == (0, 0)


def test_the_digest_changes_with_any_street():
    digests = {Network([street(*more)]).digest for more in ((), (20.0,), (18.0, "岚皋路"))} | {
        Network([street(road="lane")]).digest,
        Network([street(level=1)]).digest,
        Network([]).digest,
    }
    assert len(digests) == 6
    assert Network([street()]).digest == Network((street(),)).digest
