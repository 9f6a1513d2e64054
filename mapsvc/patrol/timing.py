"""When the tasks of a route are reached, how late it becomes, and where one more would fit."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mapsvc.patrol.problem import BoolArray, FloatArray, IntArray, Problem, Walker, Window

# What adding up fractions may lose, in seconds.
TOLERANCE_S = 0.01


@dataclass(frozen=True)
class Reached:
    """A task as it is reached: arrival, begin after waiting, leaving; `late_s` after the last of its windows."""

    task: int
    arrival: float
    begin: float
    leave: float
    late_s: float = 0.0


@dataclass(frozen=True)
class Timetable:
    """A route in time; `over_s` is by how much the shift is overrun."""

    reached: tuple[Reached, ...]
    end: float
    over_s: float

    @property
    def is_kept(self) -> bool:
        """Whether every window and the shift hold."""
        return self.over_s <= TOLERANCE_S and all(one.late_s <= TOLERANCE_S for one in self.reached)


def timetable(problem: Problem, walker: Walker, route: Sequence[int]) -> Timetable:
    """The tasks of a route as they are reached, each begun as early as it may; what is late is begun nevertheless."""
    at, here = walker.begin, walker.start
    reached = []
    for task in route:
        arrival = at + float(problem.walk[here, problem.places + task])
        begin, late = opening(problem.windows[task], arrival)
        at, here = begin + float(problem.service[task]), problem.places + task
        reached.append(Reached(task, arrival, begin, at, late))
    end = at + float(problem.walk[here, walker.end]) if reached else at
    return Timetable(tuple(reached), end, max(end - walker.finish, 0.0))


def opening(windows: Sequence[Window], arrival: float) -> tuple[float, float]:
    """When a task is begun by somebody who arrives then, and how late after its last window that is."""
    if not windows:
        return arrival, 0.0
    begin = min((max(arrival, a) for a, b in windows if arrival <= b + TOLERANCE_S), default=None)
    return (begin, 0.0) if begin is not None else (arrival, arrival - max(b for _, b in windows))


class Room:
    """Where in a route further tasks would fit, for many tasks at once.

    Parameters
    ----------
    problem : Problem
    walker : Walker
    route : sequence of int
        Tasks in their order.
    """

    def __init__(self, problem: Problem, walker: Walker, route: Sequence[int]) -> None:
        self._problem, self._walker = problem, walker
        found = timetable(problem, walker, route)
        rows = [walker.start, *(problem.places + task for task in route)]
        self._before = np.array(rows, dtype=np.int64)
        self._after = np.array([*rows[1:], walker.end], dtype=np.int64)
        self._leave = np.array([walker.begin, *(one.leave for one in found.reached)])
        self._latest = np.array(_latest(problem, walker, route))

    def lacking(self, tasks: IntArray, windows: "WindowTable | None") -> FloatArray:
        """By how many seconds each task would be too late at each position; at most 0 where it fits.

        Parameters
        ----------
        tasks : int array of shape (m,)
        windows : WindowTable or None
            None: as if nobody had hours.

        Returns
        -------
        array of shape (m, len(route) + 1)
            inf where the task is not the walker's to do.
        """
        p, walk = self._problem.places, self._problem.walk
        arrival = self._leave[None, :] + walk[np.ix_(self._before, p + tasks)].T
        begin, late = windows.opening(tasks, arrival) if windows else (arrival, np.full(arrival.shape, -np.inf))
        onward = begin + self._problem.service[tasks][:, None] + walk[np.ix_(p + tasks, self._after)]
        lacking = np.maximum(late, onward - self._latest[None, :])
        lacking[~np.isfinite(self._walker.aversion[tasks])] = np.inf
        return np.asarray(lacking, dtype=np.float64)

    def detour(self, tasks: IntArray) -> FloatArray:
        """By how much each task would lengthen the effort at each position; shape (m, len(route) + 1)."""
        p, effort = self._problem.places, self._problem.effort
        there = effort[np.ix_(self._before, p + tasks)].T + effort[np.ix_(p + tasks, self._after)]
        now = effort[self._before, self._after] if len(self._before) > 1 else np.zeros(1)
        return np.asarray(there - now[None, :], dtype=np.float64)

    def walking(self, tasks: IntArray) -> FloatArray:
        """By how many seconds each task would lengthen the walk at each position; shape (m, len(route) + 1)."""
        p, walk = self._problem.places, self._problem.walk
        there = walk[np.ix_(self._before, p + tasks)].T + walk[np.ix_(p + tasks, self._after)]
        now = walk[self._before, self._after] if len(self._before) > 1 else np.zeros(1)
        return np.asarray(there - now[None, :], dtype=np.float64)


class WindowTable:
    """The windows of all tasks as arrays of one width."""

    def __init__(self, problem: Problem) -> None:
        width = max((len(some) for some in problem.windows), default=0) or 1
        self._from = np.full((problem.tasks, width), np.inf)
        self._until = np.full((problem.tasks, width), -np.inf)
        for task, some in enumerate(problem.windows):
            for k, (begin, end) in enumerate(some or ((-np.inf, np.inf),)):
                self._from[task, k], self._until[task, k] = begin, end

    def opening(self, tasks: IntArray, arrival: FloatArray) -> tuple[FloatArray, FloatArray]:
        """When each task is begun on arrival then, and how late that is; shapes as `arrival`, (m, k)."""
        begin = np.full(arrival.shape, np.inf)
        for k in range(self._from.shape[1]):
            is_open = arrival <= self._until[tasks, k][:, None]
            begin = np.where(is_open, np.minimum(begin, np.maximum(arrival, self._from[tasks, k][:, None])), begin)
        missed: BoolArray = ~np.isfinite(begin)
        late = np.where(missed, arrival - self._until[tasks].max(axis=1)[:, None], -np.inf)
        return np.where(missed, arrival, begin), late


def _latest(problem: Problem, walker: Walker, route: Sequence[int]) -> list[float]:
    """By when each task, and last the end place, must be arrived at, for all that follows to be in time."""
    latest = [walker.finish]
    there = walker.end
    for task in reversed(route):
        row = problem.places + task
        begin = latest[0] - float(problem.walk[row, there]) - float(problem.service[task])
        windows = problem.windows[task]
        if windows:
            begin = max((min(begin, b) for a, b in windows if a <= begin), default=-np.inf)
        latest.insert(0, begin)
        there = row
    return latest
