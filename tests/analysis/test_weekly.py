"""A week beside the weeks before: quiet series seldom alarm, jumps and slow rises do."""

from __future__ import annotations

import numpy as np
import pytest

from mapsvc.analysis.farrington import METHOD as SEASON_METHOD
from mapsvc.analysis.weekly import METHOD, dispersion, judge, judge_week, negative_binomial_tail


def quiet(rng: np.random.Generator, mean: float, phi: float, weeks: int) -> np.ndarray:
    """Counts with this mean and variance over mean."""
    return rng.poisson(mean, weeks) if phi == 1 else rng.negative_binomial(mean / (phi - 1), 1 / phi, weeks)


@pytest.mark.parametrize(("mean", "phi"), [(0.5, 1.0), (3.0, 1.0), (3.0, 2.0), (12.0, 2.0)])
def test_quiet_weeks_alarm_in_less_than_one_of_a_hundred(mean: float, phi: float) -> None:
    rng = np.random.default_rng(11)
    series = [quiet(rng, mean, phi, 90) for _ in range(12)]
    found = [judge(x[:end]) for x in series for end in range(30, 91)]
    assert np.mean([week is not None and week.p <= 0.01 for week in found]) <= 0.012


def test_a_jump_is_seen_in_its_week() -> None:
    counts = np.r_[np.tile([2, 3, 1, 2], 10), 11]
    found = judge(counts)
    assert found is not None
    assert found.p < 0.001
    assert not found.is_slow
    assert found.count == 11
    assert found.low <= found.expected <= found.high < 11
    assert (found.method, found.n, found.window, found.seed) == (METHOD, 40, 280, 1)


def test_a_slow_rise_is_seen_though_no_week_is() -> None:
    counts = np.r_[np.tile([2, 1, 2, 1], 10), 3, 3, 3, 4, 3, 4, 4, 4]
    found = judge(counts)
    assert found is not None
    assert found.p_week > 0.05
    assert found.p < 0.01
    assert found.is_slow
    assert found.slow > 3 > 2 > found.slow_expected


def test_two_reports_are_never_a_jump_and_a_short_past_says_nothing() -> None:
    found = judge(np.r_[np.zeros(60, dtype=np.int64), 2])
    assert found is not None
    assert found.p == 1.0
    assert judge(np.ones(8, dtype=np.int64)) is None


def test_from_three_years_on_the_season_is_no_rise() -> None:
    weeks = np.arange(4 * 52)
    season = np.round(6 + 5 * np.sin(2 * np.pi * weeks / 52)).astype(np.int64)
    rising = season[: 3 * 52 + 8 + 3 + 8]
    plain, found = judge_week(rising), judge(rising)
    assert found is not None
    assert plain is not None
    assert found.method == SEASON_METHOD
    assert plain.slow_expected < 7 < 9 < found.slow_expected
    assert found.p > 0.2
    found = judge(np.r_[rising[:-1], 30])
    assert found is not None
    assert found.p < 0.001


def test_dispersion_is_at_least_that_of_chance_and_grows_with_bouts() -> None:
    calm, bouts = np.full(50, 4.0), np.tile([0.0, 0.0, 0.0, 16.0], 13)
    assert 1.0 <= dispersion(calm) < 1.3
    assert dispersion(bouts) > 5


def test_the_tail_is_that_of_a_negative_binomial() -> None:
    from scipy.stats import nbinom

    mean, variance = 2.5, 4.0
    size = mean**2 / (variance - mean)
    for count in (1, 3, 9):
        assert negative_binomial_tail(count, mean, variance) == pytest.approx(
            nbinom.sf(count - 1, size, mean / variance), rel=1e-9
        )
    assert negative_binomial_tail(0, mean, variance) == 1.0
