"""How surprising a count is: the predictive distributions sum to one, learn from the past, and rarely cry wolf."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.analysis import usual
from mapsvc.analysis.cells import GridNames
from mapsvc.analysis.hotspots import weigh
from mapsvc.analysis.usual import against_others, against_past

NEIGHBOURS = GridNames("square", 1.0, np.stack(np.divmod(np.arange(144), 12), axis=1)).queen()
NO_PAST = np.zeros((144, 0), dtype=np.int64)


@given(st.floats(0.1, 20), st.floats(0.2, 30), st.floats(1.5, 60))
def test_the_chances_of_all_numbers_sum_to_one(size, alpha, beta):
    x = np.arange(40)
    upper, lower = usual._beta_negative_binomial(x, size, np.full(40, alpha), beta)
    assert upper[0] == pytest.approx(1.0)
    assert upper[1:] == pytest.approx(1.0 - lower[:-1], abs=1e-9)
    assert (np.diff(lower) >= -1e-12).all()


def test_it_is_the_mixture_of_negative_binomials_over_what_the_mean_may_be():
    rng = np.random.default_rng(1)
    size, alpha, beta = 1.5, 4.0, 9.0
    share = rng.beta(alpha, beta, 400_000)
    drawn = rng.negative_binomial(size, 1.0 - share)
    upper, _ = usual._beta_negative_binomial(np.array([1, 3, 6]), size, np.full(3, alpha), beta)
    for x, p in zip((1, 3, 6), upper, strict=True):
        assert p == pytest.approx((drawn >= x).mean(), rel=0.05)


def test_the_same_count_surprises_where_there_was_little_and_not_where_there_was_much():
    rng = np.random.default_rng(2)
    past = rng.poisson(np.where(np.arange(100) < 10, 12.0, 0.5)[:, None], (100, 13))
    upper = against_past(np.full(100, 12), past)[0]
    assert upper[:10].min() > 0.05
    assert upper[10:].max() < 1e-3
    assert against_past(np.zeros(100, dtype=np.int64), past)[1][:10].max() < 1e-3


def test_restless_windows_make_a_burst_less_of_a_surprise():
    rng = np.random.default_rng(3)
    now = np.full(100, 9)
    calm, restless = rng.poisson(2.0, (100, 13)), rng.poisson(rng.gamma(0.7, 2.0 / 0.7, (100, 13)))
    assert np.median(against_past(now, restless)[0]) > 20 * np.median(against_past(now, calm)[0])


def test_a_terrible_corner_does_not_hide_itself_among_the_others():
    now = np.random.default_rng(4).poisson(1.0, 144)
    now[70] = 14
    assert against_others(now)[0][70] < 1e-5
    assert (against_others(np.zeros(9, dtype=np.int64))[0] == 1).all()


@pytest.mark.parametrize("size", [None, 1.0])
@pytest.mark.parametrize("windows", [0, 1, 3, 13])
def test_maps_without_clustering_seldom_show_a_hot_cell(size, windows):
    rng = np.random.default_rng(5)
    crying = 0
    for rate in (0.1, 0.5, 2.0):
        for _ in range(40):
            mean = np.full((144, 1 + windows), rate)
            counts = rng.poisson(mean if size is None else rng.gamma(size, mean / size))
            told = weigh(counts[:, 0], counts[:, 1:], NEIGHBOURS)
            crying += bool(((told.band >= 95) & told.is_more).any())
    assert crying <= 6


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_the_order_of_the_cells_changes_no_cell_s_evidence(seed):
    rng = np.random.default_rng(seed)
    counts, order = rng.poisson(1.0, (30, 10)), rng.permutation(30)
    upper, lower = against_past(counts[:, 0], counts[:, 1:])
    other = against_past(counts[order, 0], counts[order, 1:])
    assert other[0] == pytest.approx(upper[order])
    assert other[1] == pytest.approx(lower[order])


def test_a_cell_that_towers_above_all_others_is_found_beside_a_short_and_restless_past():
    past = np.zeros((136, 2), dtype=np.int64)
    past[5], past[9], now = (12, 0), (0, 9), np.zeros(136, dtype=np.int64)
    now[[3, 20, 40, 60, 80, 100, 110, 120]] = (11, 3, 3, 2, 2, 1, 1, 1)
    told = weigh(now, past, [np.array([i]) for i in range(136)])
    assert told.p_usual[3] > 0.001
    assert told.band[3] >= 95 and told.is_more[3]


def test_what_towers_above_all_others_always_is_no_more_than_usual():
    rng = np.random.default_rng(8)
    counts = rng.poisson(0.5, (136, 4))
    counts[3] = rng.poisson(12, 4)
    told = weigh(counts[:, 0], counts[:, 1:], [np.array([i]) for i in range(136)])
    assert told.p_others[3] == 1
    assert told.band[3] == 0


def test_a_lone_terrible_cell_is_found_without_a_past_although_dealing_out_could_never_show_it():
    counts = np.random.default_rng(6).poisson(1.0, 144)
    counts[70] = 15
    told = weigh(counts, NO_PAST, NEIGHBOURS)
    assert told.band[70] == 99 and told.is_more[70]
    assert told.p[70] > 0.01
