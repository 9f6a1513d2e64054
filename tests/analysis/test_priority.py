"""The ranking: a mixture of half-lives and kernels whose weights come from the past alone."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mapsvc.analysis.kernel import own_cell, squares_spreads
from mapsvc.analysis.priority import HALF_LIVES, Fitter, Past, count, fit_weights, parts, rank, ranks

SIZE_M = 100.0
CENTRES = np.array([(x * SIZE_M + 50, y * SIZE_M + 50) for x in range(8) for y in range(8)])


def past_of(points: np.ndarray, day: np.ndarray) -> Past:
    cell = (np.floor(points[:, 0] / SIZE_M) * 8 + np.floor(points[:, 1] / SIZE_M)).astype(np.int64)
    return Past(day, cell, squares_spreads(points, cell, CENTRES, SIZE_M, (50.0, 150.0)), len(CENTRES))


def busy_corner(n: int = 300, seed: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Half of all reports at one corner, the others anywhere, over 200 days."""
    rng = np.random.default_rng(seed)
    points = rng.uniform(0, 800, (n, 2))
    points[: n // 2] = rng.normal([450.0, 350.0], 20.0, (n // 2, 2))
    return points, np.sort(rng.integers(1000, 1200, n))


@given(
    hnp.arrays(np.float64, (30, 4), elements=st.floats(0, 1)),
    hnp.arrays(np.int64, 30, elements=st.integers(0, 5)),
)
def test_weights_are_a_share_each(table: np.ndarray, counts: np.ndarray) -> None:
    weights = fit_weights(table, counts)
    assert weights.sum() == pytest.approx(1)
    assert (weights > 0).all()


def test_the_part_that_foretold_gets_the_weight() -> None:
    rng = np.random.default_rng(1)
    table = rng.dirichlet(np.ones(200), 3).T
    counts = rng.multinomial(5_000, 0.8 * table[:, 1] + 0.2 * table[:, 2])
    weights = fit_weights(table, counts, rounds=500)
    assert weights == pytest.approx([0, 0.8, 0.2], abs=0.06)


def test_more_rounds_never_make_the_past_less_likely() -> None:
    rng = np.random.default_rng(2)
    table = rng.dirichlet(np.ones(60), 4).T
    counts = rng.multinomial(400, table[:, 0])
    likely = [float(counts @ np.log(table @ fit_weights(table, counts, 0.0, rounds))) for rounds in (1, 2, 5, 20, 80)]
    assert all(later >= earlier - 1e-9 for earlier, later in pairwise(likely))


def test_without_any_report_the_belief_stands() -> None:
    belief = np.array([0.5, 0.3, 0.2])
    assert fit_weights(np.ones((4, 3)), np.zeros(4), belief=belief) == pytest.approx(belief)


def test_each_part_deals_out_one_in_all() -> None:
    past = past_of(*busy_corner())
    table = parts(past, np.flatnonzero(past.day < 1100), 1100)
    assert table.shape == (64, len(HALF_LIVES) * 3)
    assert table.sum(axis=0) == pytest.approx(1)
    assert len(past.names) == table.shape[1]


def test_what_comes_later_changes_nothing_before_it() -> None:
    points, day = busy_corner()
    then = Fitter(past_of(points, day), 1000).expected(1120)
    known = day < 1120
    other = np.where(known[:, None], points, np.flip(points, axis=1))
    now = Fitter(past_of(other, np.where(known, day, 1120 + day % 7)), 1000).expected(1120)
    assert now == pytest.approx(then)


def test_the_busy_corner_comes_first() -> None:
    past = past_of(*busy_corner())
    found = rank(past, 1200, np.zeros(len(past.day), dtype=int), {}, {}, seed=7)
    assert int(found.rank[4 * 8 + 3]) == 1
    assert sorted(found.rank[found.rank > 0]) == list(range(1, int((found.rank > 0).sum()) + 1))
    assert (found.seed, found.n, found.window) == (7, 300, 200)


@given(st.permutations(range(60)), st.integers(-500, 500))
def test_neither_the_order_of_the_rows_nor_the_calendar_matters(order: list[int], later: int) -> None:
    points, day = busy_corner(60)
    first = rank(past_of(points, day), 1200, np.zeros(60, dtype=int), {}, {})
    again = rank(past_of(points[order], day[order] + later), 1200 + later, np.zeros(60, dtype=int), {}, {})
    assert again.expected == pytest.approx(first.expected)


def test_a_kind_that_counts_nothing_moves_nothing_and_one_that_counts_much_moves_all() -> None:
    points, day = busy_corner()
    points[:, :][-20:] = [50.0, 50.0]
    past, kind = past_of(points, day), np.r_[np.zeros(280, dtype=int), np.ones(20, dtype=int)]
    assert int(rank(past, 1200, kind, {1: 0.0}, {}).rank[4 * 8 + 3]) == 1
    assert int(rank(past, 1200, kind, {1: 100.0}, {}).rank[0]) == 1


def test_about_as_much_is_expected_as_came() -> None:
    past = past_of(*busy_corner(2_000))
    expected = rank(past, 1200, np.zeros(2_000, dtype=int), {}, {}).expected.sum()
    assert expected == pytest.approx(2_000 / 200 * 28, rel=0.15)


def test_cells_without_hope_have_no_rank() -> None:
    assert ranks(np.array([0.0, 3.0, 3.0, 1.0, 0.0])).tolist() == [0, 1, 2, 3, 0]


def test_with_no_report_at_all_nothing_is_ranked() -> None:
    none = np.zeros(0, dtype=np.int64)
    past = Past(none, none, (own_cell(none, 5),), 5)
    found = rank(past, 1200, none, {}, {})
    assert not found.rank.any()
    assert found.n == 0
    assert Fitter(past).fit(1200).n == 0


def test_reports_of_a_window_are_counted_from_its_first_day_to_before_its_end() -> None:
    past = Past(np.array([9, 10, 11, 12]), np.array([0, 0, 1, 1]), (), 2)
    assert count(past, 10, 12).tolist() == [1.0, 1.0]
