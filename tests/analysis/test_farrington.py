"""Weekly counts beside earlier years: the published reference, and what holds of any series."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from mapsvc.analysis.farrington import FarringtonWeek, farrington

_REFERENCE = Path(__file__).parents[1] / "data" / "reference" / "farrington_agona.csv"


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with _REFERENCE.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def last(counts: np.ndarray, **how: object) -> FarringtonWeek:
    """The last week beside its limit."""
    return farrington(counts, [len(counts) - 1], **how)[0]  # type: ignore[arg-type]


def test_limits_and_alarms_are_those_of_the_reference(rows: list[dict[str, str]]) -> None:
    counts = [int(row["count"]) for row in rows]
    told = [i for i, row in enumerate(rows) if row["upper"]]
    assert len(told) == 23
    for found, i in zip(farrington(counts, told, years=4), told, strict=True):
        assert found.upper == pytest.approx(float(rows[i]["upper"]), abs=1e-3)
        assert found.is_alarm == (rows[i]["alarm"] == "1")


def test_a_jump_is_an_alarm_and_a_usual_week_is_none() -> None:
    counts = np.random.default_rng(5).poisson(6.0, 200)
    counts[-1] = 6
    assert not last(counts).is_alarm
    counts[-1] = 25
    assert last(counts).is_alarm
    assert last(counts).p < 1e-4


def test_an_earlier_outbreak_in_the_same_weeks_hardly_raises_what_is_expected() -> None:
    counts = np.random.default_rng(6).poisson(6.0, 200)
    calm = last(counts, trend=False)
    counts[len(counts) - 1 - 52] = 60
    plain, weighed = last(counts, reweigh=False, trend=False), last(counts, trend=False)
    assert plain.expected > 1.3 * calm.expected
    assert weighed.expected < 1.2 * calm.expected
    assert weighed.upper < plain.upper


def test_a_trend_is_kept_only_with_three_years_and_never_beyond_what_was_seen() -> None:
    falling = np.round(np.linspace(40, 8, 5 * 52)).astype(np.int64)
    assert last(falling).has_trend
    assert not last(falling, years=2).has_trend
    rising = falling[::-1]
    assert not last(rising).has_trend


def test_too_few_lately_raise_nothing_and_nothing_ever_seen_is_survived() -> None:
    counts = np.zeros(200, dtype=np.int64)
    counts[-1] = 4
    assert not last(counts).is_alarm
    assert last(counts).p == 1.0
    counts[-1] = 5
    assert last(counts).is_alarm


def test_a_week_without_enough_years_before_it_is_refused() -> None:
    with pytest.raises(ValueError, match="3 years"):
        farrington(np.ones(100, dtype=np.int64), [99])


@pytest.mark.parametrize("mean", [2.0, 8.0])
def test_quiet_series_seldom_pass_a_limit_of_one_in_two_hundred(mean: float) -> None:
    counts = np.random.default_rng(7).poisson(mean, 5 * 52)
    found = farrington(counts, range(170, 260))
    assert np.mean([week.is_alarm for week in found]) <= 0.03
