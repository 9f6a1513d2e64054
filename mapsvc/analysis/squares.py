"""Squares counted from a corner: the cells of a backtest, only those that hold something."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

_ROW = np.int64(1) << 31


@dataclass(frozen=True)
class Squares:
    """Occupied squares.

    Attributes
    ----------
    corner : array of shape (2,)
        Where column and row 0 begin, metres.
    size_m : float
    steps : int array of shape (n, 2)
        Column and row of each square, sorted.
    """

    corner: FloatArray
    size_m: float
    steps: IntArray

    @property
    def centres(self) -> FloatArray:
        """Middle of each square, metres, shape (n, 2)."""
        return np.asarray((self.steps + 0.5) * self.size_m + self.corner, dtype=np.float64)

    def index(self, points: FloatArray) -> IntArray:
        """Index of the square that holds each point, -1 for none; shape (m,)."""
        keys, wanted = _keys(self.steps), _keys(_steps(points, self.corner, self.size_m))
        if not len(keys):
            return np.full(len(wanted), -1, dtype=np.int64)
        place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return np.where(keys[place] == wanted, place, -1).astype(np.int64)

    def blocks(self, side: int) -> IntArray:
        """Number of the block of `side` x `side` squares in which each lies, shape (n,)."""
        return np.unique(self.steps // side, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)


def squares_with(points: FloatArray, corner: FloatArray, size_m: float) -> Squares:
    """The squares that hold any of `points`, shape (m, 2), metres."""
    return Squares(corner, size_m, np.unique(_steps(points, corner, size_m), axis=0))


def _steps(points: FloatArray, corner: FloatArray, size_m: float) -> IntArray:
    return np.floor((points - corner) / size_m).astype(np.int64).reshape(-1, 2)


def _keys(steps: IntArray) -> IntArray:
    # Column first, as `np.unique` of rows sorts; rows are far fewer than the factor.
    return np.asarray(steps[:, 0] * _ROW + steps[:, 1], dtype=np.int64)
