"""Doors at risk of leaking: planted pipes are found, neighbours are warned, repairs believed, little data admitted."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.analysis.leaks import METHOD_RAIN, METHOD_WEEKS, LeakRisks, Leaks, doors_at_risk, spells

UNTIL = date(2026, 11, 23).toordinal()
WINDOW = 730
NO_PAIRS = np.empty((0, 2), dtype=np.int64)


def leaks(*told: tuple[int, int] | tuple[int, int, bool]) -> Leaks:
    """Leaks as (door, days ago[, repaired])."""
    door = np.array([t[0] for t in told], dtype=np.int64)
    day = np.array([UNTIL - t[1] for t in told], dtype=np.int64)
    return Leaks(door, day, np.array([t[2] if len(t) > 2 else False for t in told], dtype=np.bool_))


def rows_of(doors: int, building: int) -> np.ndarray:
    """Neighbours: all doors of the same building of so many doors."""
    pairs = [(a, b) for a in range(doors) for b in range(a + 1, doors) if a // building == b // building]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


RAIN = {UNTIL - ago: 60.0 if ago % 50 == 20 else 0.0 for ago in range(720)}
SOME = ((0, 20), (0, 70), (0, 121), (1, 170), (5, 222), (9, 320))


def planted(seed: int) -> tuple[Leaks, np.ndarray, dict[int, float], np.ndarray]:
    """120 doors in buildings of six; two buildings have bad pipes (a third per rain), the rest leak once in 200."""
    random = np.random.default_rng(seed)
    true = np.full(120, 0.005)
    true[12:18] = true[60:66] = 0.33
    days = [day for day, mm in RAIN.items() if mm]
    told = [
        (d, UNTIL - (day + int(random.integers(0, 4))))
        for day in days
        for d in np.flatnonzero(random.random(120) < true)
    ]
    return leaks(*told), rows_of(120, 6), RAIN, true


def test_planted_pipes_stand_first_and_their_share_is_about_right() -> None:
    found, true = [], planted(0)[3]
    for seed in range(20):
        told, pairs, rain, _ = planted(seed)
        risks = doors_at_risk(told, 120, pairs, UNTIL, WINDOW, None, rain)
        assert risks.method == METHOD_RAIN and risks.trials == len(spells(rain, 25.0)) and risks.enough
        assert sum(d.door in range(12, 18) or d.door in range(60, 66) for d in risks.doors[:12]) >= 11
        found.append(np.mean([d.rate for d in risks.doors[:12]]))
    assert np.mean(found) == pytest.approx(true[12], rel=0.25)


def test_neighbours_and_the_street_tell_more_than_a_door_alone() -> None:
    """Of the error in the doors' shares the shrunk ones have less than their own past alone, and less than the mean."""
    errors = []
    for seed in range(20):
        told, pairs, rain, true = planted(seed)
        risks = doors_at_risk(told, 120, pairs, UNTIL, WINDOW, None, rain)
        rates = np.full(120, risks.base)
        for d in risks.doors:
            rates[d.door] = d.rate
        raw = np.bincount(told.door, minlength=120) / len(spells(rain, 25.0))
        errors.append([np.mean((r - true) ** 2) for r in (rates, raw, np.full(120, raw.mean()))])
    shrunk, alone, mean = np.mean(errors, axis=0)
    assert shrunk < 0.7 * alone and shrunk < 0.2 * mean


def by_door(risks: LeakRisks) -> dict[int, float]:
    """Points by door."""
    return {d.door: d.points for d in risks.doors}


def test_own_leaks_after_rain_are_counted_apart() -> None:
    told = leaks((0, 20), (0, 18), (0, 117), (0, 240), *SOME[3:])
    first = next(d for d in doors_at_risk(told, 20, NO_PAIRS, UNTIL, WINDOW, None, RAIN).doors if d.door == 0)
    assert (first.n, first.n_rain) == (3, 2)
    assert (first.first_day, first.last_day) == (UNTIL - 240, UNTIL - 20)


def test_a_neighbour_is_warned_and_less_than_the_door_itself() -> None:
    risks = doors_at_risk(leaks(*SOME), 20, np.array([[0, 2]]), UNTIL, WINDOW, None, RAIN)
    points = by_door(risks)
    assert points[0] > points[2] > 1.0
    assert next(d for d in risks.doors if d.door == 2).neighbours == (0,)
    assert 3 not in points
    further = by_door(doors_at_risk(leaks(*SOME), 20, np.array([[0, 2]]), UNTIL, WINDOW, np.array([0.3]), RAIN))
    assert points[2] > further[2] > 1.0


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (((0, 20, True),), ((0, 20, False),)),
        (((0, 45),), ((0, 20),)),
        (((0, 670),), ((0, 20),)),
        (((0, 20),), ((0, 20), (0, 70))),
    ],
    ids=["repaired", "on a dry day", "long ago", "once"],
)
def test_what_speaks_less_for_a_leak(better: tuple[tuple[int, int], ...], worse: tuple[tuple[int, int], ...]) -> None:
    low, high = (
        by_door(doors_at_risk(leaks(*told, *SOME[3:], (4, 270)), 20, NO_PAIRS, UNTIL, WINDOW, None, RAIN))[0]
        for told in (better, worse)
    )
    assert low < high


def test_a_leak_of_which_the_rain_is_not_known_counts_between_dry_and_wet() -> None:
    unknown = {day: mm for day, mm in RAIN.items() if day != UNTIL - 45}
    told = leaks((0, 45), *SOME[3:], (4, 270))
    dry, open_ = (by_door(doors_at_risk(told, 20, NO_PAIRS, UNTIL, WINDOW, None, rain))[0] for rain in (RAIN, unknown))
    wet = by_door(doors_at_risk(told, 20, NO_PAIRS, UNTIL, WINDOW, None, RAIN | {UNTIL - 46: 30.0}))[0]
    assert dry < open_ < wet


def test_without_rainfall_weeks_are_the_trials_and_the_wet_season_counts_more() -> None:
    june, january = UNTIL - date(2026, 6, 20).toordinal(), UNTIL - date(2026, 1, 20).toordinal()
    risks = doors_at_risk(leaks((2, june), (3, january), *SOME[3:]), 20, NO_PAIRS, UNTIL, WINDOW)
    assert risks.method == METHOD_WEEKS and risks.trials == 105
    assert by_door(risks)[2] > by_door(risks)[3]
    assert all(d.n_rain == 0 for d in risks.doors)


def test_too_few_leaks_are_admitted_and_ordered_by_plain_count() -> None:
    risks = doors_at_risk(leaks((7, 400), (3, 30), (7, 300)), 20, np.array([[3, 4]]), UNTIL, WINDOW, None, RAIN)
    assert not risks.enough and risks.n == 3
    assert [d.door for d in risks.doors] == [7, 3, 4]
    nothing = doors_at_risk(leaks(), 20, NO_PAIRS, UNTIL, WINDOW)
    assert (nothing.doors, nothing.n, nothing.mean) == ((), 0, 0.0)


def test_wet_days_in_a_row_are_one_spell() -> None:
    assert spells({1: 30, 2: 5, 3: 60, 6: 25, 10: 24.9, 20: 26}, 25.0).tolist() == [1, 20]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 1000), st.booleans()), max_size=30), st.booleans())
def test_laws(told: list[tuple[int, int, bool]], has_rain: bool) -> None:
    """Nothing outside the window counts, rates are finite and positive, the order of the reports does not matter."""
    pairs = rows_of(10, 5)
    one, other = (
        doors_at_risk(leaks(*some), 10, pairs, UNTIL, WINDOW, None, RAIN if has_rain else None)
        for some in (told, [t for t in reversed(told) if t[1] < WINDOW])
    )
    assert [(d.door, d.n, round(d.rate, 9)) for d in one.doors] == [
        (d.door, d.n, round(d.rate, 9)) for d in other.doors
    ]
    assert all(0 < d.rate < 40 and d.points > 0 for d in one.doors)
    assert sum(d.n for d in one.doors) == one.n
