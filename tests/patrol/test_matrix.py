"""Shortest walks: equal to brute force on small networks, and on a part of a network equal to the whole."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.city import city, doors
from mapsvc.patrol.matrix import Matrix
from mapsvc.patrol.network import Network, StreetLine
from mapsvc.patrol.pavements import CROSSING_M
from mapsvc.patrol.snapping import snap
from tests.patrol.towns import stops_in, town

CITY = Network(city(14))


def every_way(network, stops):
    """Effort between stops by Floyd and Warshall over corners and stops, each stop a split of its pavement."""
    p, feet = network.pavements, snap(network.pavements, stops)
    corners = len(p.node_xy)
    size = corners + len(stops)
    cost = np.full((size, size), math.inf)
    np.fill_diagonal(cost, 0.0)

    def join(a, b, effort):
        cost[a, b] = cost[b, a] = min(cost[a, b], effort)

    for a in range(corners):
        for k in range(p.indptr[a], p.indptr[a + 1]):
            join(a, p.indices[k], p.weight[k] // 2**20 / 1000)
    for i in np.flatnonzero(feet.is_on):
        block, side, spur = feet.block[i], feet.side[i], feet.spur_mm[i]
        full = p.blocks.run_mm[side, p.blocks.first[block + 1] - 1]
        for end, length in ((0, feet.at_mm[i]), (1, full - feet.at_mm[i])):
            join(corners + i, p.blocks.node[block, side, end], (spur + length) / 1000)
    out = cost.copy()
    for k in range(corners):
        out = np.minimum(out, out[:, k, None] + out[None, k, :])
    return out[corners:, corners:], feet


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000))
def test_small_networks_equal_brute_force(seed):
    network, stops = Network(town(seed)), stops_in(seed, 7)
    found = network.walks(stops)
    brute, feet = every_way(network, stops)
    for i in range(7):
        for j in range(7):
            if i == j or found.is_estimated(i, j):
                assert i == j or not np.isfinite(brute[i, j])
            elif feet.block[i] != feet.block[j]:
                # A door without a spur, right at a corner, counts a millimetre.
                assert found.effort_m[i, j] == pytest.approx(brute[i, j], abs=0.0021)
            else:
                assert found.effort_m[i, j] <= brute[i, j] + 0.0021


@settings(max_examples=50, deadline=None)
@given(st.floats(10, 590), st.floats(10, 590), st.booleans(), st.floats(5, 30))
def test_within_one_block_it_is_the_way_along_it(one, two, is_across, width):
    street = StreetLine("路", ((0.0, 0.0), (0.0, 600.0)), width)
    far = width / 2 + 4
    found = Network((street,)).walks(np.array([(-far, one), (far if is_across else -far, two)]))
    apart = abs(one - two) + 8 + (width if is_across else 0)
    assert found.distance_m[0, 1] == pytest.approx(apart, abs=0.005)
    prices = {minded[0] for minded in CROSSING_M.values()} if is_across else {0}
    assert round(found.effort_m[0, 1] - found.distance_m[0, 1]) in prices


def ring(width):
    """Two rows of streets that meet only far out, as on both banks of a river."""
    rows = [StreetLine(f"岸{y}", tuple((100.0 * x, float(y)) for x in range(41)), width) for y in (0, 200)]
    ends = [StreetLine(f"桥{x}", ((float(x), 0.0), (float(x), 200.0)), width) for x in (0, 4000)]
    lanes = [StreetLine(f"弄{x}", ((100.0 * x, 0.0), (100.0 * x, -300.0)), width) for x in range(1, 40)]
    return Network((*rows, *ends, *lanes))


def test_a_shortest_way_that_leaves_the_part_is_found():
    network = ring(10.0)
    stops = np.array([(1500.0, 10.0), (1600.0, 210.0), (1700.0, 10.0)])
    matrix = Matrix(network.pavements, snap(network.pavements, stops), 400.0)
    assert len(matrix.part.kept) < len(network.pavements.node_xy)
    assert matrix.is_beyond[0, 1] and not matrix.is_beyond[0, 2]
    found, full = (network.walks(stops, margin_m=margin) for margin in (400.0, math.inf))
    assert np.array_equal(found.effort_m, full.effort_m)
    assert found.distance_m[0, 1] == pytest.approx(1500 + 200 + 1600, abs=25)
    assert any(x < 100 for x, _ in found.line(0, 1))


def test_a_detour_beyond_the_part_that_is_shorter_than_the_one_within_is_found():
    zigzag = [(0.0, 0.0)]
    for k in range(1, 20):
        zigzag.append((20.0 * k, 90.0 if k % 2 else -90.0))
    zigzag.append((400.0, 0.0))
    around = ((0.0, 0.0), (0.0, 300.0), (400.0, 300.0), (400.0, 0.0))
    network = Network((StreetLine("弯弯路", tuple(zigzag), 4.0), StreetLine("大路", around, 4.0)))
    stops = np.array([(-5.0, 3.0), (405.0, 3.0)])
    matrix = Matrix(network.pavements, snap(network.pavements, stops), 150.0)
    assert matrix.is_beyond[0, 1] or len(matrix.part.kept) == len(network.pavements.node_xy)
    assert network.walks(stops, margin_m=150.0).distance_m[0, 1] == pytest.approx(1000, abs=30)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 20.0, 60.0, 150.0]))
def test_a_part_of_any_size_gives_what_the_whole_gives(seed, margin):
    network = Network(town(seed))
    stops = stops_in(seed, 6) * 0.4 + 100
    part, full = (network.walks(stops, margin_m=m) for m in (margin, math.inf))
    assert np.array_equal(part.effort_m, full.effort_m)
    assert np.array_equal(part.distance_m, full.distance_m)
    assert part.unreachable == full.unreachable
    for i in range(6):
        for j in range(6):
            drawn = sum(math.dist(p, q) for p, q in zip(part.line(i, j), part.line(i, j)[1:], strict=False))
            said = part.distance_m[i, j] / (1.3 if part.is_estimated(i, j) else 1.0)
            assert drawn <= said + 0.05


def test_a_block_longer_than_the_margin_keeps_its_stops():
    long = StreetLine("长路", ((0.0, 0.0), (9000.0, 0.0)), 10.0)
    side = StreetLine("支路", ((9000.0, 0.0), (9000.0, 500.0)), 10.0)
    found = Network((long, side)).walks(np.array([(4000.0, 5.0), (4300.0, 5.0), (8995.0, 400.0)]), margin_m=100.0)
    assert found.distance_m[0, 1] == pytest.approx(300, abs=0.1)
    assert found.distance_m[0, 2] == pytest.approx(4995 + 395, abs=0.1)


def test_over_a_bend_the_street_is_crossed_where_both_pavements_are_shortest():
    bent = Network([StreetLine("弯路", ((0.0, 0.0), (100.0, 0.0), (100.0, 100.0)), 20.0)])
    found = bent.walks(np.array([(50.0, -12.0), (88.0, 60.0)]))
    # The place across from 50 m of 110 on the outer pavement is at 90 * 50 / 110 on the inner one.
    along, across_m = 140.0 - 90.0 * 50.0 / 110.0, 20.0 * math.sqrt(2.0)
    assert found.distance_m[0, 1] == pytest.approx(2 + 2 + along + across_m, abs=0.01)
    told = sum(step.length_m for step in found.steps(0, 1))
    assert told == pytest.approx(found.distance_m[0, 1], abs=0.01)


@pytest.mark.parametrize("most", [8_000_000, 3_000])
def test_parts_of_a_city_equal_the_whole_however_few_numbers_are_held_at_once(most, monkeypatch):
    monkeypatch.setattr("mapsvc.patrol.matrix._MOST_NUMBERS", most)
    asked = 0
    for seed in range(12):
        dice = np.random.default_rng(seed)
        middle = (float(dice.uniform(200, 1100)), float(dice.uniform(400, 1000)))
        stops = doors(CITY.pavements.node_xy, middle, float(dice.uniform(80, 300)), 7, seed)
        full = CITY.walks(stops, margin_m=np.inf)
        for margin_m in (1.0, 60.0, 250.0):
            part = CITY.walks(stops, margin_m=margin_m)
            assert np.array_equal(part.effort_m, full.effort_m)
            assert np.array_equal(part.distance_m, full.distance_m)
            asked += bool(Matrix(CITY.pavements, snap(CITY.pavements, stops), margin_m).is_beyond.any())
    assert asked > 12


def test_beyond_the_part_lines_are_as_long_as_the_weights_say():
    stops = doors(CITY.pavements.node_xy, (700.0, 700.0), 200.0, 8, 5)
    walks = CITY.walks(stops, margin_m=1.0)
    for i in range(8):
        for k in range(8):
            assert sum(step.length_m for step in walks.steps(i, k)) == pytest.approx(walks.distance_m[i, k], abs=0.05)


def test_the_whole_is_searched_as_far_as_the_farthest_walk_by_way_of_the_first_stop():
    """One lane leaves the part and comes back; the third stop is reached only past the first."""
    lanes = [((0, 0), (40, 0)), ((40, 0), (40, 300)), ((40, 300), (80, 300)), ((80, 300), (80, 0)), ((80, 0), (120, 0))]
    lines = [StreetLine("", tuple((float(x), float(y)) for x, y in ends), 3.0, "path", reach_m=1.0) for ends in lanes]
    stops = np.array([(20.0, 0.0), (0.0, 0.0), (100.0, 0.0), (120.0, 0.0)])
    found = Network(lines).walks(stops, margin_m=30.0)
    assert found.distance_m[1] == pytest.approx([20, 0, 40 + 300 + 40 + 300 + 20, 720], abs=0.01)
