"""The space-time permutation scan: finds what was planted, seldom what was not, and counts as a hand would."""

from __future__ import annotations

from itertools import permutations
from math import log

import numpy as np
import pytest

from mapsvc.analysis.scan import Scan, gumbel_p, scan

UNTIL = 1000


def street(rng: np.random.Generator, n: int, doors: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Reports anywhere along a kilometre, on any day of a year."""
    places = np.stack([rng.uniform(0, 1000, doors), rng.choice([0.0, 20.0], doors)], axis=1)
    return places[rng.integers(0, doors, n)], rng.integers(UNTIL - 364, UNTIL + 1, n)


def planted(seed: int) -> Scan:
    """Five reports within a week and sixty metres among a hundred and twenty of a year."""
    rng = np.random.default_rng(seed)
    points, day = street(rng, 120)
    points[:5] = np.array([400.0, 0.0]) + rng.uniform(-30, 30, (5, 2))
    day[:5] = UNTIL - np.arange(5)
    return scan(points, day, UNTIL, draws=999, seed=seed)


def test_what_was_planted_is_found_where_and_when_it_is() -> None:
    found = planted(1)
    assert found.p <= 0.002
    assert found.cluster is not None
    assert set(range(5)) <= set(found.cluster.members.tolist())
    assert found.cluster.days <= 14
    assert found.cluster.count > 5 * found.cluster.expected
    assert abs(found.cluster.centre[0] - 400) < 60
    assert (found.method, found.n, found.window, found.seed) == ("space_time_permutation", 120, 365, 1)


def test_equal_seeds_say_the_same() -> None:
    one, other = planted(3), planted(3)
    assert one.p == other.p
    assert one.cluster is not None
    assert other.cluster is not None
    assert one.cluster.score == other.cluster.score


def test_a_busy_place_and_a_busy_week_are_no_outbreak() -> None:
    rng = np.random.default_rng(4)
    points, day = street(rng, 150)
    points[:50] = (500.0, 0.0)
    busy_place = scan(points, day, UNTIL, draws=99, seed=1)
    day[50:80] = UNTIL - rng.integers(0, 7, 30)
    busy_week = scan(points, day, UNTIL, draws=99, seed=1)
    assert min(busy_place.p, busy_week.p) > 0.05


def test_quiet_years_seldom_reach_one_in_twenty() -> None:
    rng = np.random.default_rng(5)
    found = [scan(*street(rng, 60, 30), UNTIL, draws=99, seed=i).p for i in range(60)]
    # Nominal is 3 of 60; 8 or more would happen once in a hundred.
    assert sum(p <= 0.05 for p in found) < 8


def test_p_is_that_of_all_permutations() -> None:
    """Six reports, three of them recent and together: every order of the days counted."""
    points = np.array([[0.0, 0.0], [10.0, 0.0], [5.0, 5.0], [500.0, 0.0], [900.0, 0.0], [1300.0, 0.0]])
    day = np.array([UNTIL, UNTIL - 1, UNTIL - 2, UNTIL - 50, UNTIL - 90, UNTIL - 200])
    found = scan(points, day, UNTIL, draws=9999, seed=2)
    assert found.cluster is not None
    assert found.cluster.score == pytest.approx(3 * log(3 / 1.5) + 3 * log(3 / 4.5))
    reached = [set(order[:3]) == {0, 1, 2} for order in permutations(range(6))]
    assert found.p == pytest.approx(np.mean(reached), abs=0.02)


def test_too_few_recent_reports_say_nothing() -> None:
    points = np.zeros((10, 2))
    assert scan(points, np.full(10, UNTIL - 100), UNTIL).p == 1.0
    assert scan(points, np.r_[np.full(8, UNTIL - 100), UNTIL, UNTIL], UNTIL).cluster is None
    assert scan(np.zeros((0, 2)), np.zeros(0, dtype=np.int64), UNTIL).n == 0


def test_what_happens_later_changes_nothing() -> None:
    rng = np.random.default_rng(6)
    points, day = street(rng, 80)
    later = scan(np.r_[points, points[:9]], np.r_[day, np.full(9, UNTIL + 3)], UNTIL, draws=99)
    now = scan(points, day, UNTIL, draws=99)
    assert (later.p, later.n) == (now.p, now.n)


def test_the_fitted_tail_goes_on_where_permutations_end() -> None:
    maxima = np.random.default_rng(7).gumbel(4.0, 1.0, 999)
    assert gumbel_p(4.0 + log(1 / 0.01), maxima) == pytest.approx(0.01, rel=0.4)
    tail = gumbel_p(20.0, maxima)
    assert tail is not None
    assert 0 < tail < 1e-5
    assert gumbel_p(5.0, np.zeros(999)) is None
    assert gumbel_p(5.0, maxima[:99]) is None
