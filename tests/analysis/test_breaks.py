"""Breaks with the past: the chance is the beta-binomial, bouts weaken the alarm, two counts differ or do not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import betabinom, binom

from mapsvc.analysis.breaks import bout_correlation, differs_p, p_of_last, p_of_quiet

PERIODS = 13


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 40), st.integers(0, 40), st.sampled_from([0.0, 0.05, 0.4]))
def test_the_chance_of_a_break_is_the_beta_binomial(late, earlier, bouts):
    weight = 1 / bouts - 1 if bouts else 0.0
    law = betabinom(late + earlier, weight * 0.2, weight * 0.8) if bouts else binom(late + earlier, 0.2)
    counts = np.array([[earlier, 0, 0, 0, late]])
    assert p_of_last(counts, 1, bouts)[0] == pytest.approx(float(law.sf(late - 1)), rel=1e-3, abs=1e-5)
    assert p_of_quiet(counts, 1, bouts)[0] == pytest.approx(float(law.cdf(late)), rel=1e-3, abs=1e-5)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=3, max_size=8), st.integers(1, 2))
def test_the_chances_of_more_and_of_fewer_cover_all(values, last):
    counts = np.array([values])
    for bouts in (0.0, 0.2):
        more, fewer = p_of_last(counts, last, bouts), p_of_quiet(counts, last, bouts)
        assert 1.0 - 1e-9 <= float(more[0] + fewer[0]) <= 2.0 + 1e-9


def test_bouts_are_found_and_weaken_the_alarm():
    rng = np.random.default_rng(8)
    steady, bursts = rng.poisson(1.0, (400, PERIODS)), rng.negative_binomial(0.5, 1 / 3, (400, PERIODS))
    assert bout_correlation(steady).max() < 0.02
    assert bout_correlation(bursts).mean() == pytest.approx(1 / (0.5 * PERIODS + 1), abs=0.04)
    counts = np.array([[1, 1, 1, 1, 5]])
    assert p_of_last(counts, 1, 0.2)[0] > 3 * p_of_last(counts, 1)[0]


def test_two_counts_differ_by_the_exact_binomial():
    assert differs_p(0, 0) == 1.0
    assert differs_p(3, 3) == 1.0
    assert differs_p(0, 5) == pytest.approx(2 / 32)
    assert differs_p(1, 6) == pytest.approx(2 * (1 + 7) / 2**7)
    assert differs_p(2, 9) == differs_p(9, 2)
