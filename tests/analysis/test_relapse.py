"""Relapse: what comes back is seen soon, what stays quiet seldom looks like it."""

from __future__ import annotations

import numpy as np
import pytest

from mapsvc.analysis.relapse import LEAST_BEFORE, Relapse, Treated, _sum, comparable, relapse

TURNED, QUIET_FROM = 84, 90
PAST = tuple(range(2, 84, 6))


def place(*days: int, past: tuple[int, ...] = PAST, others: tuple[int, int, int] = (4, 0, 5)) -> Treated:
    """Bad for twelve weeks, treated, then reported on `days`."""
    return Treated(np.array((*past, *days)), 0, TURNED, QUIET_FROM, *others)


def told(until: int, *days: int) -> Relapse:
    found = relapse(place(*days), until)
    assert found is not None
    return found


def test_three_days_within_two_weeks_after_a_long_quiet_are_a_relapse() -> None:
    found = told(312, 300, 305, 311)
    assert found.p < 0.001
    assert (found.count, found.quiet_days, found.since) == (3, 210, 300)
    assert found.expected < 0.2 < found.before
    assert found.low <= found.expected
    assert found.high < 3
    assert (found.window, found.n, found.n_others, found.seed) == (14, len(PAST) + 3, 5, 1)


def test_more_days_are_clearer_and_one_is_none() -> None:
    p = [told(312, *days).p for days in ((311,), (305, 311), (300, 305, 311), (300, 303, 306, 311))]
    assert p[0] == 1.0
    assert p == sorted(p, reverse=True)
    assert p[-1] < p[1] / 5


def test_it_weighs_less_where_other_places_have_more_as_well() -> None:
    calm = relapse(place(300, 305, 311, others=(4, 0, 5)), 312)
    everywhere = relapse(place(300, 305, 311, others=(4, 9, 5)), 312)
    assert calm is not None
    assert everywhere is not None
    assert everywhere.p > 3 * calm.p
    assert everywhere.expected > calm.expected


def test_nothing_is_asked_of_a_place_that_was_never_bad_or_never_quiet_or_not_for_long() -> None:
    assert relapse(place(300, 305, 311, past=PAST[: LEAST_BEFORE - 1]), 312) is None
    assert relapse(place(*range(100, 300, 9), 305, 311), 312) is None
    assert relapse(place(107, 109, 111), 112) is None
    assert relapse(place(), 312) is not None


def test_later_reports_change_nothing() -> None:
    assert told(312, 300, 305, 311, 313, 316) == told(312, 300, 305, 311)


def test_what_came_back_stays_one_return_while_it_goes_on() -> None:
    assert [told(until, 300, 305, 311, 318, 324).since for until in (306, 312, 320, 325)] == [300] * 4


def test_the_sum_is_the_one_of_a_day_by_day_recursion() -> None:
    days, gain, loss = np.array([3, 4, 19, 22, 23]), 2.0, 0.3
    walk = 0.0
    for day in range(0, 31):
        walk = max(0.0, walk + (gain if day in days else 0.0) - loss)
    found, _ = _sum(days, 0, 30, gain, loss)
    assert found == pytest.approx(walk, abs=loss)


def test_quiet_places_looked_at_every_week_for_a_year_seldom_alarm() -> None:
    rng = np.random.default_rng(8)
    found: list[float] = []
    for i in range(40):
        days = QUIET_FROM + np.flatnonzero(rng.random(364) < 0.01)
        others = rng.random((5, 364)) < 0.01
        for until in range(QUIET_FROM + 42, QUIET_FROM + 364, 7):
            k = until - 13 - QUIET_FROM
            sums = (int(others[:, :k].sum()), int(others[:, k : k + 14].sum()), 5)
            one = relapse(Treated(np.r_[PAST, days], 0, TURNED, QUIET_FROM, *sums), until, seed=i)
            found.append(one.p if one else 1.0)
    assert np.mean(np.array(found) <= 0.01) <= 0.01


def test_comparable_places_were_about_as_bad() -> None:
    others = [(10, 3, 1), (12, 2, 0), (9, 4, 0), (11, 1, 0), (1, 50, 9), (80, 70, 9)]
    assert comparable(10, others) == (10, 1, 4)
    assert comparable(10, []) == (0, 0, 0)
