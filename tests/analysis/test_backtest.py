"""The backtest: windows in order, figures by their definitions, nothing seen ahead of time."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mapsvc.analysis.backtest import (
    SHARES,
    Backtest,
    Origins,
    chosen_cells,
    exact_interval,
    n_of_share,
    origins_of,
    run,
)
from mapsvc.analysis.baselines import baselines, within_reach
from mapsvc.analysis.gistar import gi_star
from mapsvc.analysis.kernel import squares_spreads
from mapsvc.analysis.priority import Past
from mapsvc.analysis.squares import squares_with

FIRST = date(2015, 1, 1).toordinal()


def past_of(seed: int = 1, n: int = 900, days: int = 300) -> tuple[Past, np.ndarray]:
    """Reports gathered around ten places of unlike pull."""
    rng = np.random.default_rng(seed)
    places, pull = rng.uniform(0, 3000, (10, 2)), rng.dirichlet(np.ones(10))
    points = places[rng.choice(10, n, p=pull)] + rng.normal(0, 80, (n, 2))
    points[: n // 3] = rng.uniform(0, 3000, (n // 3, 2))
    squares = squares_with(points, points.min(axis=0), 150.0)
    cell = squares.index(points)
    spreads = squares_spreads(points, cell, squares.centres, 150.0, (100.0, 300.0))
    return Past(FIRST + rng.integers(0, days, n), cell, spreads, len(squares.steps)), squares.centres


def tried(past: Past, centres: np.ndarray, seed: int = 1) -> Backtest:
    origins = origins_of(FIRST, FIRST + 299)
    assert origins is not None
    others = baselines(past, past.spreads[1:2], within_reach(centres, 225.0))
    return run(past, others, origins, np.arange(past.n_cells) // 5, seed=seed, draws=200)


def test_a_year_is_tried_on_six_windows_after_four_months_and_two_to_choose_on() -> None:
    origins = origins_of(date(2015, 1, 1).toordinal(), date(2015, 12, 31).toordinal())
    assert origins is not None
    assert [date.fromordinal(day).isoformat() for day in origins.choosing] == ["2015-05-01", "2015-05-29"]
    assert date.fromordinal(origins.tests[0]).isoformat() == "2015-06-26"
    assert len(origins.tests) == 6


@given(st.integers(1, 3000))
def test_windows_follow_one_another_within_the_record(days: int) -> None:
    origins = origins_of(FIRST, FIRST + days - 1)
    if origins is None:
        assert days < 4 * 28
        return
    starts = [*origins.choosing, *origins.tests]
    assert np.diff(starts).tolist() == [28] * (len(starts) - 1)
    assert starts[0] >= FIRST + 28
    assert starts[-1] + 28 <= FIRST + days
    assert 1 <= len(origins.tests) <= 6


def test_the_first_test_may_be_named() -> None:
    origins = origins_of(FIRST, FIRST + 199, since=FIRST + 100)
    assert origins == Origins((FIRST + 44, FIRST + 72), (FIRST + 100, FIRST + 128, FIRST + 156))
    assert origins_of(FIRST, FIRST + 199, since=FIRST + 190) is None


@given(hnp.arrays(np.int64, st.integers(5, 60), elements=st.integers(0, 4)), st.integers(1, 5))
def test_as_many_cells_are_chosen_as_asked_and_ties_share_the_edge(score: np.ndarray, n_chosen: int) -> None:
    chosen = chosen_cells(score.astype(float), n_chosen)
    assert chosen.sum() == pytest.approx(n_chosen)
    assert ((chosen >= 0) & (chosen <= 1)).all()
    assert all(chosen[i] >= chosen[j] for i in range(len(score)) for j in range(len(score)) if score[i] > score[j])


def test_tied_cells_count_as_the_mean_over_all_their_orders() -> None:
    assert chosen_cells(np.array([2.0, 1, 1, 1, 0]), 2).tolist() == pytest.approx([1, 1 / 3, 1 / 3, 1 / 3, 0])


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"), [(0, 10, 0.0, 0.3085), (5, 10, 0.1871, 0.8129), (10, 10, 0.6915, 1.0)]
)
def test_the_exact_interval_is_that_of_the_tables(hits: int, of: int, low: float, high: float) -> None:
    assert exact_interval(hits, of) == pytest.approx((low, high), abs=1e-4)


def test_figures_are_what_their_definitions_say() -> None:
    past, centres = past_of()
    found = tried(past, centres)
    for method in found.methods:
        for share, area in zip(SHARES, method.areas, strict=True):
            assert area.cells == n_of_share(past.n_cells, share)
            assert area.pai == pytest.approx(area.hits / area.reports / (area.cells / past.n_cells), rel=1e-3)
            assert area.hit_low <= area.hit_rate <= area.hit_high
            assert area.pai_low <= area.pai <= area.pai_high


@given(st.integers(1, 40))
def test_nobody_does_better_than_who_knows_and_pei_is_a_share(seed: int) -> None:
    past, centres = past_of(seed, 300)
    methods = {method.name: method for method in tried(past, centres).methods}
    for method in methods.values():
        for area, best in zip(method.areas, methods["perfect"].areas, strict=True):
            assert area.hits <= best.hits + 1e-9
            assert 0 <= area.pei <= 1
    assert all(area.pei == 1 for area in methods["perfect"].areas)


def test_the_seed_is_echoed_and_moves_the_intervals_alone() -> None:
    past, centres = past_of()
    one, same, other = tried(past, centres, 1), tried(past, centres, 1), tried(past, centres, 2)
    assert one == same
    assert (one.seed, other.seed) == (1, 2)
    ours, theirs = one.methods[0].areas[1], other.methods[0].areas[1]
    assert (ours.pai, ours.hits) == (theirs.pai, theirs.hits)
    assert (ours.pai_low, ours.pai_high) != (theirs.pai_low, theirs.pai_high)


def test_the_order_of_the_rows_changes_nothing() -> None:
    past, centres = past_of()
    order = np.random.default_rng(4).permutation(len(past.day))
    spreads = tuple(type(s)(s.name, s.matrix, s.spot[order]) for s in past.spreads)
    turned = tried(Past(past.day[order], past.cell[order], spreads, past.n_cells), centres)
    before = [method.areas[1].pai for method in tried(past, centres).methods]
    assert [method.areas[1].pai for method in turned.methods] == pytest.approx(before)


def test_what_the_baselines_go_by_is_chosen_before_the_tests() -> None:
    past, centres = past_of()
    origins = origins_of(FIRST, FIRST + 299)
    assert origins is not None
    later = past.day >= origins.tests[0]
    cell = np.where(later, (past.cell + 17) % past.n_cells, past.cell)
    spreads = tuple(type(s)(s.name, s.matrix, s.spot if s.name != "own" else cell) for s in past.spreads)
    other = tried(Past(past.day, cell, spreads, past.n_cells), centres)
    assert [m.parameter for m in other.methods] == [m.parameter for m in tried(past, centres).methods]


def test_the_gi_star_held_against_is_the_one_of_the_map() -> None:
    past, centres = past_of()
    (score,) = (b.scores["28d"] for b in baselines(past, (), within_reach(centres, 225.0)) if b.name == "gi_star")
    day = FIRST + 200
    recent = (past.day < day) & (past.day >= day - 28)
    counts = np.bincount(past.cell[recent], minlength=past.n_cells)
    apart = np.hypot(*(centres[:, None] - centres[None]).transpose(2, 0, 1))
    assert score(day) == pytest.approx(gi_star(counts, [np.flatnonzero(row <= 225.0) for row in apart]))
