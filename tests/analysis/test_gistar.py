"""Gi and Gi* against published and reference values; the exact permutation p against enumeration."""

import csv
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.analysis import gistar
from mapsvc.analysis.gistar import false_discovery_q, gi, gi_star, permutation_tails, sum_tables, two_sided
from mapsvc.analysis.neighbours import Neighbours

REFERENCE = Path(__file__).resolve().parents[1] / "data/reference"


def _read(name):
    """Numbers of a reference table."""
    with (REFERENCE / name).open(encoding="utf-8") as file:
        return np.array([[float(v) for v in row[-3:]] for row in list(csv.reader(file))[1:]])


@pytest.fixture(scope="module")
def raster():
    """The 16x16 raster of Getis and Ord (1996) as x, y, value."""
    return _read("getisord_16x16.csv")


def test_six_points_of_a_published_example_are_met():
    points = np.array([(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)], dtype=float)
    z = gi_star(np.array([2, 3, 3.2, 5, 8, 7]), Neighbours.within(points, 15))
    expected = [-1.39727626, -0.28917762, 0.65064964, -0.28917762, 1.23452088, 2.02424331]
    assert z == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize(
    ("reach_m", "star", "plain"),
    [(30, 1.4507798, 1.2219792), (60, 1.9005589, 1.7480975), (90, 2.0969387, 1.9861354)],
)
def test_site_120_of_the_classic_raster_is_met(raster, reach_m, star, plain):
    neighbours = Neighbours.within(raster[:, :2], reach_m)
    site = int(np.flatnonzero((raster[:, 0] == 210) & (raster[:, 1] == 210))[0])
    assert gi_star(raster[:, 2], neighbours)[site] == pytest.approx(star, abs=1e-6)
    assert gi(raster[:, 2], neighbours)[site] == pytest.approx(plain, abs=1e-6)


def test_the_whole_raster_agrees_with_the_reference_implementation(raster):
    z = gi_star(raster[:, 2], Neighbours.within(raster[:, :2], 30))
    assert z == pytest.approx(_read("getisord_gstar_d30_spdep.csv")[:, 0], abs=1e-6)


def test_equal_values_have_no_score():
    neighbours = Neighbours.within(np.stack([np.arange(9.0), np.zeros(9)], axis=1), 1)
    assert not gi_star(np.full(9, 0.1), neighbours).any()
    assert not gi(np.full(9, 0.1), neighbours).any()


@given(st.lists(st.integers(0, 4), min_size=3, max_size=9), st.data())
def test_the_tables_are_exactly_the_shares_of_all_choices(counts, data):
    k = data.draw(st.integers(1, len(counts)))
    upper, lower = sum_tables(np.array(counts), k)
    sums = [sum(choice) for choice in combinations(counts, k)]
    for s in range(len(upper)):
        assert upper[s] == float(Fraction(sum(v >= s for v in sums), len(sums)))
        assert lower[s] == float(Fraction(sum(v <= s for v in sums), len(sums)))


def test_the_tables_are_the_same_where_the_choices_are_too_many_for_exact_numbers(monkeypatch):
    counts = np.random.default_rng(1).poisson(1.5, 40)
    exact = sum_tables(counts, 9)
    monkeypatch.setattr(gistar, "_EXACT_WHOLE", 0)
    for one, other in zip(exact, sum_tables(counts, 9), strict=True):
        assert other == pytest.approx(one, rel=1e-11)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=3, max_size=8), st.floats(0.5, 3.5))
def test_the_permutation_p_is_that_of_dealing_out_the_counts_in_every_way(counts, reach):
    x = np.array(counts)
    neighbours = Neighbours.within(np.stack([np.arange(len(x)) * 1.0, np.zeros(len(x))], axis=1), reach)
    upper, lower = permutation_tails(x, neighbours)
    for i, row in enumerate(neighbours):
        sums = [sum(choice) for choice in combinations(counts, len(row))]
        at_least = Fraction(sum(v >= x[row].sum() for v in sums), len(sums))
        at_most = Fraction(sum(v <= x[row].sum() for v in sums), len(sums))
        assert (upper[i], lower[i]) == (float(at_least), float(at_most))
        both = float(min(2 * min(at_least, at_most), 1))
        assert two_sided(upper, lower)[i] == pytest.approx(both, rel=1e-15)


def test_drawn_sums_come_near_the_exact_ones_and_repeat_with_their_seed():
    counts = np.random.default_rng(2).poisson(2.0, 400)
    neighbours = Neighbours.within(np.stack([np.arange(400) * 1.0, np.zeros(400)], axis=1), 2)
    exact, drawn = permutation_tails(counts, neighbours), permutation_tails(counts, neighbours, draws=20_000)
    for one, other in zip(exact, drawn, strict=True):
        assert np.abs(one - other).max() < 0.015
    again = permutation_tails(counts, neighbours, draws=20_000)
    assert (drawn[0] == again[0]).all()
    other = permutation_tails(counts, neighbours, draws=20_000, seed=2)
    assert (drawn[0] != other[0]).any()


def test_values_that_are_no_counts_are_drawn_and_never_have_a_p_of_nought():
    values = np.random.default_rng(3).gamma(1.0, 1.0, 60)
    values[30] = 40.0
    neighbours = Neighbours.within(np.stack([np.arange(60) * 1.0, np.zeros(60)], axis=1), 1)
    upper, lower = permutation_tails(values, neighbours)
    assert upper.min() >= 1e-5 and lower.min() >= 1e-5
    assert 0.005 < upper[30] < 3 / 60 + 0.01
    assert (permutation_tails(values * 0 + 0.1, neighbours)[0] == 1).all()


def test_neighbours_of_every_kind_of_cell_are_symmetric_and_hold_themselves():
    points = np.random.default_rng(4).uniform(0, 20, (50, 2))
    rows = Neighbours.within(points, 4.0)
    matrix = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)) <= 4.0
    assert [row.tolist() for row in rows] == [np.flatnonzero(row).tolist() for row in matrix]
    values = np.arange(50)
    assert rows.sums(values).tolist() == (matrix @ values).tolist()
    assert Neighbours.of(list(rows)).cells.tolist() == rows.cells.tolist()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_adjusting_never_lowers_a_p_and_keeps_the_order(p):
    array = np.array(p)
    q = false_discovery_q(array)
    assert (q >= array - 1e-12).all()
    assert (np.diff(q[np.argsort(array, kind="stable")]) >= -1e-12).all()


def test_a_street_without_clusters_rarely_shows_a_hot_cell():
    rng = np.random.default_rng(5)
    points = np.array([(x * 25.0, side * 15.0) for x in range(85) for side in (0, 1)])
    neighbours = Neighbours.within(points, 30)
    maps = 200
    crying = 0
    for _ in range(maps):
        counts = np.bincount(rng.integers(0, len(points), 34), minlength=len(points))
        crying += bool((false_discovery_q(two_sided(*permutation_tails(counts, neighbours))) <= 0.05).any())
    assert crying / maps <= 0.05


def test_a_planted_cluster_is_found():
    counts = np.zeros(170, dtype=np.int64)
    counts[::9] = 1
    counts[80:83] = (4, 6, 3)
    neighbours = Neighbours.within(np.array([(x * 25.0, 0.0) for x in range(170)]), 30)
    q = false_discovery_q(two_sided(*permutation_tails(counts, neighbours)))
    assert q[81] <= 0.01
    assert q[20] > 0.10
