"""Mann-Kendall: its reference, ties, the exact chance against all arrangements, and no alarm where nothing changes."""

from itertools import permutations
from math import erfc, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.analysis.trend import METHOD_EXACT, METHOD_NORMAL, mann_kendall, mann_kendall_rows

_SHORT = st.lists(st.integers(0, 4), min_size=2, max_size=6)


def _s_of(values):
    return sum((b > a) - (b < a) for i, a in enumerate(values) for b in values[i + 1 :])


def test_it_equals_the_reference():
    found = mann_kendall([2, 3, 5, 1, 4, 6, 6, 8, 7, 9, 3, 10])
    assert found.s == 40
    assert found.z == pytest.approx(2.68699399, abs=1e-8)
    assert found.variance == pytest.approx((12 * 11 * 29 - 2 * 2 * 1 * 9) / 18)
    assert found.direction == 1
    assert 0.004 < found.p < 0.01


@settings(max_examples=60, deadline=None)
@given(_SHORT)
def test_the_exact_chance_is_the_share_of_all_arrangements(values):
    found = mann_kendall(values)
    everyone = [abs(_s_of(one)) for one in permutations(values)]
    assert found.s == _s_of(values)
    assert found.p == pytest.approx(sum(s >= abs(found.s) for s in everyone) / len(everyone), abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(_SHORT)
def test_the_variance_with_ties_is_that_of_all_arrangements(values):
    everyone = [_s_of(one) for one in permutations(values)]
    assert mann_kendall(values).variance == pytest.approx(float(np.var(everyone)), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=3, max_size=13))
def test_turned_round_it_falls_as_much_as_it_rose(values):
    there, back = mann_kendall(values), mann_kendall(values[::-1])
    assert (back.s, back.z) == (-there.s, -there.z)
    assert back.p == pytest.approx(there.p)


def test_a_series_that_never_changes_says_nothing():
    found = mann_kendall([3, 3, 3, 3, 3])
    assert (found.s, found.z, found.p, found.direction) == (0, 0.0, 1.0, 0)


def test_many_series_at_once_are_as_one_by_one():
    rows = np.random.default_rng(1).poisson(2.0, (20, 13))
    many = mann_kendall_rows(rows)
    for i, row in enumerate(rows):
        one = mann_kendall(row)
        assert (many.s[i], many.z[i], many.p[i]) == (one.s, one.z, one.p)


def test_exact_and_normal_agree_on_a_long_series():
    rows = np.random.default_rng(2).normal(0, 1, (5, 40))
    exact, normal = mann_kendall_rows(rows, exact=True), mann_kendall_rows(rows, exact=False)
    assert (exact.method, normal.method) == (METHOD_EXACT, METHOD_NORMAL)
    assert np.allclose(exact.p, normal.p, atol=0.01)
    assert normal.p[0] == pytest.approx(erfc(abs(normal.z[0]) / sqrt(2)))


def test_on_disjoint_periods_steady_series_are_rejected_about_as_often_as_agreed():
    weeks = np.random.default_rng(3).poisson(0.6, (4000, 52))
    disjoint = weeks.reshape(4000, 13, 4).sum(axis=2)
    share = float((mann_kendall_rows(disjoint).p <= 0.10).mean())
    assert 0.07 <= share <= 0.105


def test_on_overlapping_windows_the_same_series_cry_wolf():
    weeks = np.random.default_rng(3).poisson(0.6, (1000, 52))
    running = np.cumsum(weeks, axis=1)
    overlapping = (running[:, 8:] - running[:, :-8])[:, ::2]
    assert float((mann_kendall_rows(overlapping).p <= 0.10).mean()) > 0.3
