"""The question put to the solver: who walks, what could be done where, and how far everything is apart."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]
Window = tuple[float, float]


@dataclass(frozen=True)
class Walker:
    """One person's shift; times count from the same zero as the windows of the tasks.

    Attributes
    ----------
    start, end : int
        Rows of the matrices (below `Problem.places`) where they set out and end.
    begin, finish : float
        When they set out, and by when they must have arrived at `end`; waiting counts.
    aversion : array of shape (n,)
        What a task is minded by them in effort, e.g. since it is somebody else's; takes no time. inf: not theirs to do.
    """

    start: int
    end: int
    begin: float
    finish: float
    aversion: FloatArray


@dataclass(frozen=True)
class Problem:
    """Team orienteering with time windows; one unit of time throughout, any unit; one of points, any too.

    Rows and columns of the matrices: first `places` places where people set out and end, then the n tasks.

    Attributes
    ----------
    walk : array of shape (places + n, places + n)
        Time from where task a is left to where task b is begun; need not be symmetric.
    effort : array of the same shape
        What the walk is minded: time with the price of crossings. Chosen by, takes no time.
    service : array of shape (n,)
        Time spent at a task.
    points : array of shape (n,)
        Worth of a task; at least 0.
    must : bool array of shape (n,)
        To be reached whatever else is left out.
    windows : tuple of n tuples of (from, until)
        When the task may begin, any of them; none: at any time. A walker may wait.
    group : int array of shape (n,)
        At most one task of a group is done, e.g. of the two ways to walk a stretch; -1: no group.
    walkers : tuple of Walker
    """

    places: int
    walk: FloatArray
    effort: FloatArray
    service: FloatArray
    points: FloatArray
    must: BoolArray
    windows: tuple[tuple[Window, ...], ...]
    group: IntArray
    walkers: tuple[Walker, ...]

    @property
    def tasks(self) -> int:
        """How many tasks there are."""
        return len(self.points)


@dataclass(frozen=True)
class Effort:
    """How long the solver may search: iterations find the same plan on every machine, CPU seconds are for benches."""

    iterations: int | None = None
    cpu_s: float | None = None


@dataclass(frozen=True)
class Answer:
    """Per walker the tasks (0-based) in the order they are done; with the method that found them."""

    routes: tuple[tuple[int, ...], ...]
    method: str
    missed: tuple[int, ...] = field(default=())
