"""Kernels deal out whole reports, on the plane and along streets."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.analysis.kernel import along_lines, on_squares, own_cell

CENTRES = np.array([(x * 100.0 + 50, y * 100.0 + 50) for x in range(20) for y in range(20)])


def dealt(points: np.ndarray, bandwidth_m: float) -> np.ndarray:
    spread = on_squares(points, CENTRES, 100.0, bandwidth_m)
    return spread.deal(np.arange(len(points)), np.ones(len(points)))


@given(
    st.lists(st.tuples(st.floats(1, 1999), st.floats(1, 1999)), min_size=1, max_size=20),
    st.sampled_from([40.0, 100.0, 250.0]),
)
def test_a_report_is_dealt_out_whole_and_never_doubled(at: list[tuple[float, float]], bandwidth_m: float) -> None:
    total = float(dealt(np.array(at), bandwidth_m).sum())
    assert total == np.clip(total, 0.98 * len(at), 1.005 * len(at))


def test_a_report_near_a_border_counts_for_both_sides() -> None:
    left, right = (dealt(np.array([[x, 1075.0]]), 100.0).reshape(20, 20) for x in (975.0, 1025.0))
    assert np.allclose(left, right[::-1])
    assert left[9, 10] > left[10, 10] > left[11, 10] > 0
    assert left[10, 10] > 0.6 * left[9, 10]


def test_the_same_map_moved_elsewhere_gives_the_same_numbers() -> None:
    points = np.random.default_rng(3).uniform(0, 2000, (40, 2))
    moved = on_squares(points + 7_654.0, CENTRES + 7_654.0, 100.0, 100.0)
    assert np.allclose(moved.deal(np.arange(40), np.ones(40)), dealt(points, 100.0))


def test_a_report_outside_all_cells_counts_for_none_of_its_own() -> None:
    spread = own_cell(np.array([0, -1, 2]), 3)
    assert spread.deal(np.arange(3), np.ones(3)).tolist() == [1.0, 0.0, 1.0]


def pieces() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two lines of ten pieces of 25 m."""
    line = np.repeat([0, 1], 10)
    from_m = np.tile(np.arange(10) * 25.0, 2)
    return line, from_m, from_m + 25


def test_along_a_street_the_other_side_gets_nothing() -> None:
    line, from_m, to_m = pieces()
    spread = along_lines(np.array([0, -1]), np.array([130.0, 10.0]), line, from_m, to_m, 25.0)
    got = spread.deal(np.arange(2), np.ones(2))
    assert abs(got[:10].sum() - 1) < 0.01
    assert not got[10:].any()
    assert got[:10].argmax() == 5


def test_along_a_street_nearer_pieces_get_more() -> None:
    line, from_m, to_m = pieces()
    spread = along_lines(np.array([1]), np.array([12.0]), line, from_m, to_m, 60.0)
    got = spread.deal(np.zeros(1, dtype=np.int64), np.ones(1))
    assert (np.diff(got[10:]) < 0).all()
