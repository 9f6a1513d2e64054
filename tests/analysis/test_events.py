"""Clean events: what is no place is set aside, one trouble counts once, patrols are told apart."""

import numpy as np
import pytest

from mapsvc.analysis.events import clean
from mapsvc.analysis.placeholders import placeholders

DOORS = np.stack([np.arange(120) % 60 * 8.0, np.arange(120) // 60 * 18.0], axis=1)


def _office(n_reports=500, seed=3):
    """Reports of eight kinds at 120 doors over two years."""
    rng = np.random.default_rng(seed)
    door = rng.integers(0, 120, n_reports)
    return DOORS[door], rng.integers(0, 730, n_reports), rng.integers(0, 8, n_reports), door


def _with_pile(office, xy, day, kind, door=-1):
    """The office's reports and then a pile on one coordinate."""
    points, days, kinds, doors = office
    n = len(day)
    return (
        np.concatenate([points, np.tile(np.array(xy, dtype=float), (n, 1))]),
        np.concatenate([days, day]),
        np.concatenate([kinds, kind]),
        np.concatenate([doors, np.full(n, door)]),
    )


def _set_aside(rows, **more):
    points, day, kind, door = rows
    return placeholders(points, day, kind, door=door, **more)


def test_no_door_of_a_street_is_taken_for_a_placeholder():
    for seed in range(20):
        assert not _set_aside(_office(seed=seed)).any()


def test_a_heap_of_unrelated_kinds_is_set_aside_and_nothing_else():
    rng = np.random.default_rng(1)
    rows = _with_pile(_office(), (240.0, 9.0), rng.integers(0, 730, 60), rng.integers(0, 8, 60))
    assert np.flatnonzero(_set_aside(rows)).tolist() == list(range(500, 560))


@pytest.mark.parametrize("reports", [28, 60, 93])
def test_a_chronic_corner_of_one_kind_stays_however_large(reports):
    rng = np.random.default_rng(2)
    kind = np.where(np.arange(reports) % 12 == 0, 5, 2)
    rows = _with_pile(_office(), DOORS[30], rng.integers(0, 730, reports), kind)
    assert not _set_aside(rows).any()


def test_a_market_hall_that_its_reports_name_stays():
    rng = np.random.default_rng(1)
    rows = _with_pile(_office(), (240.0, 9.0), rng.integers(0, 730, 60), rng.integers(0, 8, 60), door=7)
    assert not _set_aside(rows).any()


def test_a_city_s_default_coordinate_is_found_among_many_busy_corners():
    rng = np.random.default_rng(4)
    n = 60_000
    corner = (rng.pareto(1.5, n) * 400).astype(np.int64) % 9_000
    points = np.stack([corner % 300 * 50.0, corner // 300 * 50.0], axis=1)
    kind = np.where(rng.random(n) < 0.7, corner % 20, rng.integers(0, 20, n))
    day = rng.integers(0, 365, n)
    rows = _with_pile(
        (points, day, kind, np.full(n, -1)), (7_777.0, 3_333.0), rng.integers(0, 365, 1_024), rng.integers(0, 20, 1_024)
    )
    assert np.flatnonzero(_set_aside(rows)).tolist() == list(range(n, n + 1_024))


def test_a_coordinate_that_fills_faster_than_any_trouble_is_set_aside_even_for_one_kind():
    rng = np.random.default_rng(5)
    day = np.repeat(np.arange(30), 6)
    points, days, kinds, _ = _with_pile(_office(), (900.0, 900.0), day, np.zeros(180, dtype=np.int64))
    assert placeholders(points, days, np.zeros_like(kinds)).sum() == 180
    once_a_day = _with_pile(_office(), (900.0, 900.0), rng.permutation(400)[:180], np.zeros(180, dtype=np.int64))
    assert not _set_aside(once_a_day).any()


def test_known_points_and_missing_coordinates_are_no_places():
    points = np.array([[0.0, 0.0], [5.0, 5.0], [np.nan, 1.0]])
    zeros = np.zeros(3, dtype=np.int64)
    assert placeholders(points, zeros, zeros, known=np.array([[0.0, 0.0]])).tolist() == [True, False, True]


def test_hours_decide_where_they_are_known():
    points, kind = np.zeros((3, 2)), np.zeros(3, dtype=np.int64)
    epoch_s = np.array([0, 72, 73]) * 3_600
    found = clean(points, epoch_s // 86_400, kind, epoch_s=epoch_s)
    assert found.episode.tolist() == [0, 0, 2]
    assert found.report_day.tolist() == [0, 1, 1]
    assert clean(points, epoch_s // 86_400, kind).episode.tolist() == [0, 0, 0]


def test_a_trouble_only_patrols_saw_is_told_from_one_that_somebody_spoke_of():
    day = np.array([0, 1, 20, 21])
    found = clean(np.zeros((4, 2)), day, np.zeros(4, dtype=np.int64), np.array([True, False, True, True]))
    assert found.opener.tolist() == [True, False, True, False]
    assert found.voiced.tolist() == [True, False, False, False]


def test_placeholders_count_nowhere():
    points, zeros = np.zeros((3, 2)), np.zeros(3, dtype=np.int64)
    found = clean(points, zeros, zeros, placeholder=np.array([True, False, False]))
    assert (found.episode.tolist(), found.report_day.tolist()) == ([-1, 1, 1], [-1, 1, 1])
    assert found.voiced.sum() == 1
