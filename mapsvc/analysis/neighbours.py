"""Which cells lie within reach of which, as two index arrays."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Neighbours(Sequence[IntArray]):
    """Rows of a sparse matrix of ones: those of cell i stand in ``cells[start[i]:start[i + 1]]``, itself included.

    Attributes
    ----------
    start : int array of shape (n + 1,)
    cells : int array of shape (start[n],)
        Ascending within each row.
    """

    start: IntArray
    cells: IntArray

    @classmethod
    def of(cls, rows: Sequence[IntArray]) -> "Neighbours":
        """From one array of indices per cell."""
        if isinstance(rows, Neighbours):
            return rows
        cells = np.concatenate([np.zeros(0, dtype=np.int64), *rows]).astype(np.int64)
        return cls(np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64), cells)

    @classmethod
    def within(cls, centres: FloatArray, reach_m: float) -> "Neighbours":
        """All pairs of centres at most `reach_m` apart, and each with itself."""
        from scipy.spatial import cKDTree

        n = len(centres)
        if not n:
            return cls(np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int64))
        pairs = cKDTree(centres).query_pairs(reach_m + 1e-6, output_type="ndarray").astype(np.int64)
        return cls.from_pairs(n, pairs[:, 0], pairs[:, 1])

    @classmethod
    def from_pairs(cls, n: int, one: IntArray, other: IntArray) -> "Neighbours":
        """From pairs of different cells, each once."""
        own = np.arange(n)
        key = np.sort(np.concatenate([one * n + other, other * n + one, own * n + own]))
        start = np.searchsorted(key, np.arange(n + 1) * n)
        return cls(start.astype(np.int64), key % n)

    @property
    def sizes(self) -> IntArray:
        """How many cells each row holds."""
        return np.diff(self.start)

    def sums(self, values: NDArray[Any]) -> NDArray[Any]:
        """Sum of `values` (n,) over each row, in their own type: integers stay exact."""
        held = values[self.cells]
        if not len(held):
            return np.zeros(len(self), dtype=values.dtype)
        whole = np.add.reduceat(held, np.minimum(self.start[:-1], len(held) - 1))
        sums: NDArray[Any] = np.where(self.sizes > 0, whole, np.zeros(1, dtype=values.dtype))
        return sums

    def __len__(self) -> int:
        return len(self.start) - 1

    @overload
    def __getitem__(self, i: int) -> IntArray: ...
    @overload
    def __getitem__(self, i: slice) -> tuple[IntArray, ...]: ...
    def __getitem__(self, i: int | slice) -> IntArray | tuple[IntArray, ...]:
        """The row of one cell."""
        if isinstance(i, slice):
            return tuple(self)[i]
        if not 0 <= i < len(self):
            raise IndexError(i)
        return self.cells[self.start[i] : self.start[i + 1]]

    def __iter__(self) -> Iterator[IntArray]:
        return (self.cells[a:b] for a, b in zip(self.start[:-1], self.start[1:], strict=True))
