"""Change over disjoint periods: each word where its pattern is planted, hardly any where nothing changes."""

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.analysis.change import (
    METHOD_OF_FEW,
    _permutations,
    counts_by_period,
    find_changes,
    periods_in,
    type_of,
)
from mapsvc.analysis.emerging import emerging_hotspots
from mapsvc.analysis.neighbours import Neighbours
from mapsvc.domain.changes import LEAST_PERIODS, Change

CELLS, PERIODS, RATE, SPOT = 130, 13, 0.115, 65
"""A street of 130 stretches with some fifteen episodes in four weeks."""
_T = np.arange(PERIODS)
_LEFT = PERIODS - 1 - _T


def _street(n=CELLS):
    return [np.array([j for j in (i - 1, i, i + 1) if 0 <= j < n]) for i in range(n)]


def _words(maps, planted=None, rate=RATE, bouts=None, seed=1):
    """Words at the planted cell, and maps on which any other cell than it and its neighbours got one."""
    rng = np.random.default_rng(seed)
    there, elsewhere = Counter(), 0
    for _ in range(maps):
        counts = rng.poisson(rate, (CELLS, PERIODS)) if bouts is None else _bouts(rng, rate, bouts)
        if planted is not None:
            counts[SPOT] = rng.poisson(planted)
        found = find_changes(counts, _street()).types
        there[found[SPOT]] += 1
        near = () if planted is None else (SPOT - 1, SPOT, SPOT + 1)
        elsewhere += any(word for i, word in enumerate(found) if i not in near)
    return there, elsewhere / maps


def _bouts(rng, rate, size):
    return rng.negative_binomial(size, size / (size + rate), (CELLS, PERIODS))


@pytest.mark.parametrize(
    ("planted", "word", "least"),
    [
        (np.where(_LEFT == 0, 8.0, RATE), Change.NEW, 0.7),
        (np.where(_LEFT < 3, 5.0, RATE), Change.CONSECUTIVE, 0.7),
        (1 + _T * 0.5, Change.INTENSIFYING, 0.7),
        (np.full(PERIODS, 2.0), Change.PERSISTENT, 0.85),
        (np.where(_LEFT % 5 < 2, 3.0, RATE), Change.RECURRING, 0.7),
        (9 - _T * 0.6, Change.DIMINISHING, 0.6),
        (np.where(_LEFT >= 4, 3.0, RATE), Change.HISTORICAL, 0.85),
    ],
)
def test_a_planted_pattern_gets_its_word(planted, word, least):
    there, elsewhere = _words(30, planted)
    assert there[word] >= least * 30, there
    assert elsewhere <= 0.1


@pytest.mark.parametrize(("rate", "bouts"), [(0.02, None), (RATE, None), (1.0, None), (RATE, 0.5), (1.0, 0.5)])
def test_where_nothing_changes_hardly_a_map_has_a_word(rate, bouts):
    _, elsewhere = _words(80, rate=rate, bouts=bouts, seed=4)
    assert elsewhere <= 0.075


def test_a_steady_corner_is_seldom_said_to_change():
    there, _ = _words(60, np.full(PERIODS, 2.0), seed=5)
    assert sum(n for word, n in there.items() if word not in (Change.PERSISTENT, Change.RECURRING, None)) <= 6


def test_where_a_street_has_few_reports_the_published_rules_say_nothing_lasting():
    rng = np.random.default_rng(6)
    counts = rng.poisson(RATE, (CELLS, PERIODS))
    counts[SPOT] = rng.poisson(2.0, PERIODS)
    ours, theirs = find_changes(counts, _street()), emerging_hotspots(counts, _street())
    assert ours.types[SPOT] is Change.PERSISTENT
    assert not any(word and word.value in ("persistent", "intensifying", "diminishing") for word in theirs.types)


def test_one_period_alone_is_the_exact_permutation():
    counts = np.zeros((30, 1), dtype=np.int64)
    counts[[3, 9, 20], 0] = 4, 2, 2
    found = find_changes(counts, [np.array([i]) for i in range(30)])
    assert found.p[:, 0].tolist() == pytest.approx(
        [2 * sum(c >= x for c in counts[:, 0]) / 30 if x else 1.0 for x in counts[:, 0]]
    )


def test_standing_out_over_all_periods_equals_dealing_every_period_anew():
    counts = np.array([[2, 0, 1], [0, 1, 0], [1, 0, 3]])
    alone = [np.array([i]) for i in range(3)]
    _, over_all = _permutations(counts, Neighbours.of(alone))
    totals = [sum(drawn) for drawn in product(*counts.T.tolist())]
    for cell, p in enumerate(over_all):
        assert p == pytest.approx(sum(t >= counts[cell].sum() for t in totals) / len(totals))


def test_a_shoulder_beside_a_busy_corner_gets_no_word():
    counts = np.random.default_rng(7).poisson(RATE, (CELLS, PERIODS))
    counts[SPOT] = 6
    counts[SPOT + 1] += np.array([1] * 5 + [0] * 8)
    found = find_changes(counts, _street())
    assert found.types[SPOT] is Change.PERSISTENT and found.types[SPOT + 1] is None


def test_with_few_periods_or_few_reports_nothing_is_said():
    busy = np.zeros((CELLS, PERIODS), dtype=np.int64)
    busy[SPOT] = 2
    assert not find_changes(busy, _street()).speaks
    busy[SPOT] = 20
    assert find_changes(busy, _street()).types[SPOT] is Change.PERSISTENT
    short = find_changes(busy[:, : LEAST_PERIODS - 1], _street())
    assert not short.speaks and set(short.types) == {None}


def test_without_cells_or_reports_nothing_breaks():
    assert find_changes(np.zeros((0, 6), dtype=np.int64), []).types == ()
    empty = find_changes(np.zeros((4, 6), dtype=np.int64), _street(4))
    assert set(empty.types) == {None} and not empty.hot.any()
    assert not find_changes(np.zeros((4, 0), dtype=np.int64), _street(4)).speaks


def test_few_areas_are_held_against_their_own_past():
    rng = np.random.default_rng(9)
    counts = rng.poisson([[9.0], [4.0], [4.0], [1.0]], (4, PERIODS))
    steady = find_changes(counts, _street(4))
    assert set(steady.types) == {None} and steady.method == METHOD_OF_FEW
    counts[2, -1] += 14
    assert find_changes(counts, _street(4)).types[2] is Change.NEW


def test_a_slight_stir_long_ago_does_not_make_an_outbreak_old():
    counts = np.array([0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8])
    assert type_of(counts, counts >= 2, 0) is Change.NEW


def test_what_was_as_bad_before_is_no_outbreak():
    counts = np.array([0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8])
    assert type_of(counts, counts >= 2, 0) is Change.RECURRING


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=5, max_size=13), st.integers(2, 4), st.sampled_from([-1, 0, 1]))
def test_words_keep_to_what_they_say(values, bar, direction):
    counts = np.array(values)
    hot = counts >= bar
    word = type_of(counts, hot, direction)
    if word in (Change.NEW, Change.CONSECUTIVE, Change.INTENSIFYING):
        assert hot[-1]
    if word is Change.NEW:
        assert not hot[-2]
    if word is Change.HISTORICAL:
        assert not hot[-2:].any() and hot.any()
    if word is Change.INTENSIFYING:
        assert direction == 1
    if word is Change.DIMINISHING:
        assert direction == -1


def test_events_fall_into_disjoint_periods_that_end_with_the_day_asked():
    cell = np.array([0, 0, 0, 1, 1, -1])
    day = np.array([100, 73, 72, 44, 101, 90])
    counts = counts_by_period(cell, day, 100, 28, 3, 2)
    assert counts.tolist() == [[0, 1, 2], [1, 0, 0]]
    assert periods_in(100 - 28 * 3 + 1, 100, 28) == 3
    assert periods_in(100 - 28 * 3 + 2, 100, 28) == 2
    assert periods_in(200, 100, 28) == 0
