"""Gi* against published and reference values; the exact permutation p against enumeration."""

import csv
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.analysis.cells import Cells
from mapsvc.analysis.gistar import false_discovery_q, gi_star, permutation_p, tail_table

REFERENCE = Path(__file__).resolve().parents[1] / "data/reference"


def _cells(points, reach_m):
    return Cells(tuple(str(i) for i in range(len(points))), np.array(points, dtype=float), reach_m, "point")


def test_six_points_of_a_published_example_are_met():
    points = [(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)]
    z = gi_star(np.array([2, 3, 3.2, 5, 8, 7]), _cells(points, 15).neighbours())
    expected = [-1.39727626, -0.28917762, 0.65064964, -0.28917762, 1.23452088, 2.02424331]
    assert z == pytest.approx(expected, abs=1e-8)


@pytest.fixture(scope="module")
def raster():
    """The 16x16 raster of Getis and Ord (1996) as x, y, value."""
    with (REFERENCE / "getisord_16x16.csv").open(encoding="utf-8") as file:
        rows = [[float(v) for v in list(row.values())[-3:]] for row in csv.DictReader(file)]
    return np.array(rows)


@pytest.mark.parametrize(("reach_m", "expected"), [(30, 1.4507798), (60, 1.9005589), (90, 2.0969387)])
def test_site_120_of_the_classic_raster_is_met(raster, reach_m, expected):
    z = gi_star(raster[:, 2], _cells(raster[:, :2], reach_m).neighbours())
    site = int(np.flatnonzero((raster[:, 0] == 210) & (raster[:, 1] == 210))[0])
    assert z[site] == pytest.approx(expected, abs=1e-6)


def test_the_whole_raster_agrees_with_the_reference_implementation(raster):
    z = gi_star(raster[:, 2], _cells(raster[:, :2], 30).neighbours())
    assert (z.max(), z.min(), z.sum()) == pytest.approx((4.310407, -2.838662, 6.991684), abs=1e-5)


@given(st.lists(st.integers(0, 4), min_size=3, max_size=9), st.data())
def test_the_tail_table_is_the_share_of_all_choices(counts, data):
    k = data.draw(st.integers(1, len(counts)))
    tail = tail_table(np.array(counts), k)
    sums = [sum(choice) for choice in combinations(counts, k)]
    for s in range(len(tail)):
        assert tail[s] == pytest.approx(sum(v >= s for v in sums) / len(sums))


def test_a_map_without_clusters_rarely_shows_a_hot_cell():
    rng = np.random.default_rng(5)
    points = [(x * 25.0, side * 15.0) for x in range(85) for side in (0, 1)]
    neighbours = _cells(points, 30).neighbours()
    maps = 200
    crying = 0
    for _ in range(maps):
        counts = np.bincount(rng.integers(0, len(points), 34), minlength=len(points))
        crying += bool((false_discovery_q(permutation_p(counts, neighbours)) <= 0.05).any())
    assert crying / maps <= 0.05


def test_a_planted_cluster_is_found():
    counts = np.zeros(170, dtype=np.int64)
    counts[::9] = 1
    counts[80:83] = (4, 6, 3)
    points = [(x * 25.0, 0.0) for x in range(170)]
    q = false_discovery_q(permutation_p(counts, _cells(points, 30).neighbours()))
    assert q[81] <= 0.01
    assert q[20] > 0.10


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_adjusting_never_lowers_a_p_and_keeps_the_order(p):
    array = np.array(p)
    q = false_discovery_q(array)
    assert (q >= array - 1e-12).all()
    assert (np.diff(q[np.argsort(array, kind="stable")]) >= -1e-12).all()
