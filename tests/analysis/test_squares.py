"""Squares from a corner: each point in one, those outside in none."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.analysis.squares import squares_with

POINTS = st.lists(st.tuples(st.floats(-5e4, 5e4), st.floats(-5e4, 5e4)), min_size=1, max_size=30)


@given(POINTS, st.sampled_from([20.0, 150.0, 5000.0]))
def test_each_point_lies_in_its_square(at: list[tuple[float, float]], size_m: float) -> None:
    points = np.array(at)
    squares = squares_with(points, points.min(axis=0), size_m)
    index = squares.index(points)
    assert (index >= 0).all()
    assert (np.abs(squares.centres[index] - points) <= size_m / 2 + 1e-6).all()


def test_a_point_where_no_square_is_lies_in_none() -> None:
    squares = squares_with(np.array([[0.0, 0.0], [400.0, 0.0]]), np.zeros(2), 100.0)
    elsewhere = np.array([[450.0, 50.0], [250.0, 50.0], [-1.0, 0.0], [0.0, 101.0]])
    assert squares.index(elsewhere).tolist() == [1, -1, -1, -1]


def test_a_block_holds_squares_side_by_side() -> None:
    points = np.array([(x * 100.0 + 1, y * 100.0 + 1) for x in range(10) for y in range(5)])
    blocks = squares_with(points, np.zeros(2), 100.0).blocks(5)
    assert np.bincount(blocks).tolist() == [25, 25]
