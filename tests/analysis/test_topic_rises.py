"""Topics asked about more than the weeks before let expect: rises are seen, chance and seasons seldom called."""

from __future__ import annotations

import numpy as np
import pytest

from mapsvc.analysis.topic_rises import LEAST_WEEKS, judge_topics
from mapsvc.analysis.topic_seasons import YEAR_WEEKS, seasons


def quiet(mean: float, topics: int = 14, weeks: int = 30, phi: float = 1.5, seed: int = 1) -> np.ndarray:
    """Counts without a rise."""
    rng = np.random.default_rng(seed)
    return rng.negative_binomial(mean / (phi - 1), 1 / phi, (topics, weeks))


def p_of(counts: np.ndarray) -> np.ndarray:
    return np.array([one.p for one in judge_topics(counts) if one is not None])


def test_nothing_is_said_before_the_ninth_week() -> None:
    assert judge_topics(quiet(2.0, weeks=LEAST_WEEKS)) == (None,) * 14
    assert None not in judge_topics(quiet(2.0, weeks=LEAST_WEEKS + 1))
    assert judge_topics(np.zeros((3, 0), dtype=np.int64)) == (None,) * 3


@pytest.mark.parametrize("mean", [0.1, 0.5, 2.0, 5.0, 10.0])
@pytest.mark.parametrize("weeks", [9, 16, 60])
def test_without_a_rise_few_weeks_stand_out(mean: float, weeks: int) -> None:
    p = np.concatenate([p_of(quiet(mean, weeks=weeks, seed=seed)) for seed in range(60)])
    assert (p <= 0.01).mean() <= 0.015
    assert (p <= 0.05).mean() <= 0.06


def test_a_doubling_of_four_weeks_is_seen_where_enough_is_asked() -> None:
    seen = {}
    for mean in (2.0, 10.0):
        found = 0
        for seed in range(60):
            counts = quiet(mean, seed=seed)
            counts[0, -4:] += np.random.default_rng(seed).poisson(mean, 4)
            found += any(judge_topics(counts[:, : 27 + k])[0].p <= 0.01 for k in range(4))  # type: ignore[union-attr]
        seen[mean] = found / 60
    assert seen[10.0] > 0.5 and seen[10.0] > seen[2.0] > 0.05


def test_a_topic_nobody_asked_about_before_is_judged_as_any_other() -> None:
    counts = quiet(2.0)
    counts[0] = 0
    counts[0, -1] = 6
    told = judge_topics(counts)[0]
    assert told is not None and told.p < 1e-3 and told.expected < 0.5
    counts[0, -1] = 2
    assert judge_topics(counts)[0].p == 1.0  # type: ignore[union-attr]


def test_a_topic_that_comes_in_bouts_must_stand_out_more() -> None:
    even, bouts = quiet(2.0), quiet(2.0)
    even[0, :-1] = 2
    bouts[0, :-1] = np.tile([0, 0, 0, 0, 0, 12], 5)[:29]
    even[0, -1] = bouts[0, -1] = 9
    told = [judge_topics(counts)[0] for counts in (even, bouts)]
    assert told[0] is not None and told[1] is not None
    assert told[0].p < 0.05 * told[1].p and told[1].phi > 2 * told[0].phi


def test_a_slow_season_is_no_rise() -> None:
    weeks = np.arange(60)
    found = []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        counts = rng.poisson(5 * (1 + 0.6 * np.sin(2 * np.pi * weeks / 52)), (14, 60))
        found.append((p_of(counts[:, :58]) <= 0.01).mean())
    assert float(np.mean(found)) <= 0.01


def test_when_everything_is_asked_more_no_topic_is_called_for_it() -> None:
    alone, together = quiet(6.0), quiet(6.0)
    alone[0, -1] += 20
    together[:, -1] += 20
    one, all_of_them = judge_topics(alone)[0], judge_topics(together)
    assert one is not None and one.p < 1e-3 and one.common < 1.2
    assert all(told is not None and told.p > 0.01 and told.common > 1.3 for told in all_of_them)


def test_the_interval_holds_what_was_expected_and_the_figures_are_those_of_the_span() -> None:
    counts = quiet(3.0)
    counts[2, -4:] += 6
    told = judge_topics(counts)[2]
    assert told is not None and told.weeks == 4
    assert told.count == counts[2, -4:].sum() > told.high > told.expected > told.low
    assert told.p == pytest.approx(2 * told.p_span) and told.n == 29 and told.window == 203


def test_equal_counts_give_equal_judgements() -> None:
    assert judge_topics(quiet(3.0), seed=7) == judge_topics(quiet(3.0), seed=7)


def test_weeks_of_their_own_in_the_year_are_found_and_others_are_not() -> None:
    found, false = 0, []
    for seed in range(40):
        counts = quiet(0.3, weeks=YEAR_WEEKS, seed=seed)
        counts[0, :4] += 2
        told = seasons(counts, 4)
        found += told[0].p <= 0.01
        false += [one.p <= 0.01 for one in told[1:]]
        assert told[0].count == counts[0, :4].sum() and told[0].expected < 3
    assert found >= 36
    assert np.mean(false) <= 0.015


def test_less_than_a_year_says_nothing_of_seasons() -> None:
    with pytest.raises(ValueError, match="year"):
        seasons(quiet(1.0, weeks=51), 4)
