"""The question in whole numbers, free of the units it was asked in: the longest shift is about a thousand million."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from mapsvc.patrol.problem import BoolArray, FloatArray, IntArray, Problem, Window

# Ticks of the longest shift; sums over a plan stay far below 2**53, so that floats hold them exactly too.
SHIFT_TICKS = 10**9
# Mean worth of a task, in shifts: with no price of walking the search stands on a plateau, with a dear one nobody goes.
PRIZE_SHARE = 0.5
# What is farther than this many shifts is never reached.
_FAR_SHIFTS = 4
_FINEST_GRID = 10**6
_GRID_TOLERANCE = 1e-6
# Where times lie on no grid: what rounding may add up to over a long route; the caller looks again with exact times.
_ROUNDING_TICKS = 100
Counted = Callable[[FloatArray | float, float], IntArray]
TickWindow = tuple[int, int]


@dataclass(frozen=True)
class Shift:
    """A walker's shift in ticks; `cost` is what a task is minded by them, -1 where it is not theirs to do."""

    start: int
    end: int
    begin: int
    finish: int
    cost: IntArray


@dataclass(frozen=True)
class Whole:
    """A problem in ticks; tasks and places are numbered as in `Problem`.

    Attributes
    ----------
    walk, effort : int array of shape (places + n, places + n)
        At most `far`.
    prize : int array of shape (n,)
        On the scale of effort; a must is worth more than all else together.
    windows : tuple of n tuples of (from, until)
        Sorted, apart; none where the task can never be begun.
    far : int
        Longer than any shift.
    """

    places: int
    walk: IntArray
    effort: IntArray
    service: IntArray
    prize: IntArray
    must: BoolArray
    windows: tuple[tuple[TickWindow, ...], ...]
    group: IntArray
    shifts: tuple[Shift, ...]
    far: int

    @property
    def tasks(self) -> int:
        """How many tasks there are."""
        return len(self.prize)


def whole(problem: Problem, is_strict: bool = False) -> Whole | None:
    """Return the problem in ticks, or None when there is nothing to do or nobody has any time.

    Times that all lie on a common grid, e.g. tenths, stay exact. Others are rounded, in favour of the walker;
    `is_strict` rounds against them, so that no exact time is ever overrun.
    """
    span = max((w.finish - w.begin for w in problem.walkers), default=0.0)
    if not span > 0.0 or not problem.tasks:
        return None
    zero = min(w.begin for w in problem.walkers)
    grid = _grid(problem, zero, span)
    ticks = grid * (SHIFT_TICKS // grid) if grid else SHIFT_TICKS
    far = _FAR_SHIFTS * ticks
    later = 0.5 if is_strict and not grid else 0.0
    until = 0.0 if grid else -0.5 if is_strict else float(_ROUNDING_TICKS)

    def counted(times: FloatArray | float, more: float) -> IntArray:
        scaled: FloatArray = np.asarray(times, dtype=float) * (ticks / span) + more
        clipped: FloatArray = np.clip(np.nan_to_num(scaled, nan=far), -far, far)
        made: IntArray = np.rint(clipped).astype(np.int64)
        return made

    walk, effort = counted(problem.walk, later), np.maximum(counted(problem.effort, 0.0), 0)
    np.fill_diagonal(walk, 0)
    np.fill_diagonal(effort, 0)
    shifts = tuple(
        Shift(
            w.start, w.end, int(counted(w.begin - zero, later)), int(counted(w.finish - zero, until)),
            np.where(np.isposinf(w.aversion), -1, np.maximum(counted(w.aversion, 0.0), 0)),
        )
        for w in problem.walkers
    )  # fmt: skip
    prize = _prizes(problem.points, ticks)
    worst = (problem.tasks + len(shifts)) * int(effort[effort < far].max(initial=0))
    worst += sum(int(max(s.cost[i] for s in shifts)) for i in range(problem.tasks))
    must = np.asarray(problem.must, dtype=bool)
    prize = prize + np.where(must, int(prize.sum()) + worst, 0)
    windows = tuple(_merged(_windows(counted, of, zero, later, until), far) for of in problem.windows)
    return Whole(
        problem.places, np.maximum(walk, 0), effort, np.maximum(counted(problem.service, later), 0), prize, must,
        windows, np.asarray(problem.group, dtype=np.int64), shifts, far,
    )  # fmt: skip


def _prizes(points: FloatArray, ticks: int) -> IntArray:
    worth = np.maximum(np.nan_to_num(np.asarray(points, dtype=float)), 0.0)
    mean = float(worth[worth > 0].mean()) if (worth > 0).any() else 1.0
    prizes: IntArray = np.rint(worth / mean * PRIZE_SHARE * ticks).astype(np.int64)
    return prizes


def _windows(
    counted: Counted, windows: tuple[Window, ...], zero: float, later: float, until: float
) -> list[TickWindow]:
    return [(int(counted(a - zero, later)), int(counted(b - zero, until))) for a, b in windows]


def _merged(windows: list[TickWindow], far: int) -> tuple[TickWindow, ...]:
    """Sorted and apart, from zero on; no window asked for means any time."""
    if not windows:
        return ((0, far),)
    made: list[TickWindow] = []
    for a, b in sorted((max(a, 0), b) for a, b in windows if b >= max(a, 0)):
        if made and a <= made[-1][1]:
            made[-1] = (made[-1][0], max(b, made[-1][1]))
        else:
            made.append((a, b))
    return tuple(made)


def _grid(problem: Problem, zero: float, span: float) -> int:
    """Steps of the longest shift such that every time is a whole number of them; 0: none that is coarse enough."""
    ends = [t - zero for w in problem.walkers for t in (w.begin, w.finish)]
    ends += [t - zero for windows in problem.windows for window in windows for t in window]
    every = np.concatenate([np.ravel(problem.walk), np.ravel(problem.service), np.array(ends)]) / span
    every = np.unique(every[np.isfinite(every) & (np.abs(every) < _FAR_SHIFTS)])
    grid = 1
    for _ in range(16):
        off = np.abs(every * grid - np.rint(every * grid)) > _GRID_TOLERANCE
        if not off.any():
            return grid
        grid *= _denominator(float(every[off][0]) * grid)
        if grid > _FINEST_GRID:
            return 0
    return 0


def _denominator(value: float) -> int:
    return Fraction(value).limit_denominator(_FINEST_GRID).denominator


def allowed(shift: Shift, tasks: Iterable[int]) -> bool:
    """Whether all of the tasks are theirs to do."""
    return all(shift.cost[i] >= 0 for i in tasks)
