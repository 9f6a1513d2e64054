"""Puts right what search, balance and rounding leave: what fits is taken along, what is worth more comes first."""

from collections.abc import Sequence

import numpy as np

from mapsvc.patrol.explain import DETOUR_MIN, worth
from mapsvc.patrol.problem import FloatArray, Walker
from mapsvc.patrol.problems import Ask
from mapsvc.patrol.timing import TOLERANCE_S, Room, WindowTable

Tours = list[list[int]]

# Of a shift, the worth of a mean stop: what a swap for a better one may lengthen the walk by.
_WORTH_SHARE = 0.5
_MOST_REPAIRS = 200


def repaired(asked: Ask, tours: Sequence[Sequence[int]]) -> Tours:
    """Take along what fits without much of a detour, and what is worth more in place of what is worth less.

    The search leaves little of it; balance and rounding do. Afterwards each reason given for a stop left out is true.
    """
    made = [list(tour) for tour in tours]
    for task in [task for task in _left(asked, made) if asked.problem.must[task]]:
        _make_room(asked, made, task)
    for _ in range(_MOST_REPAIRS):
        if not (_take_along(asked, made) or _swap(asked, made)):
            break
    return made


def _left(asked: Ask, tours: Tours) -> list[int]:
    """Tasks of candidates nobody walks to, what is worth most first."""
    done = {asked.of_task[task] for tour in tours for task in tour}
    left = [task for task, candidate in enumerate(asked.of_task) if candidate not in done]
    return sorted(left, key=lambda task: (*(-value for value in worth(asked, task)), task))


def _take_along(asked: Ask, tours: Tours) -> bool:
    """Put what fits and is no detour into the tour where it is minded least; musts, however far; whether any was."""
    problem, left = asked.problem, _left(asked, tours)
    if not left:
        return False
    tasks, table = np.array(left), WindowTable(problem)
    best: dict[int, tuple[float, int, int]] = {}
    for w, (walker, tour) in enumerate(zip(problem.walkers, tours, strict=True)):
        room = Room(problem, walker, tour)
        may = room.lacking(tasks, table) <= TOLERANCE_S
        near = room.walking(tasks) < (DETOUR_MIN - 0.5) * 60.0
        cost = _cost(room.detour(tasks) + walker.aversion[tasks][:, None], may & (near | problem.must[tasks][:, None]))
        for n in np.flatnonzero(np.isfinite(cost).any(axis=1)).tolist():
            at = int(cost[n].argmin())
            best[n] = min(best.get(n, (np.inf, 0, 0)), (float(cost[n, at]), w, at))
    for n, task in enumerate(left):
        if n in best:
            _, w, at = best[n]
            tours[w].insert(at, task)
            return True
    return False


def _make_room(asked: Ask, tours: Tours, must: int) -> None:
    """Let what is worth least give way, no must, until a must fits; where that loses least; nothing if nowhere."""
    problem, tasks, table = asked.problem, np.array([must]), WindowTable(asked.problem)
    if asked.of_task[must] in {asked.of_task[task] for tour in tours for task in tour}:
        return
    best: tuple[float, int, list[int]] | None = None
    for w, (walker, tour) in enumerate(zip(problem.walkers, tours, strict=True)):
        kept, lost = list(tour), 0.0
        yielding = sorted((task for task in tour if not problem.must[task]), key=lambda task: worth(asked, task))
        while (lacking := Room(problem, walker, kept).lacking(tasks, table)[0]).min() > TOLERANCE_S and yielding:
            out = yielding.pop(0)
            kept.remove(out)
            lost += float(problem.points[out])
        if lacking.min() <= TOLERANCE_S and (best is None or lost < best[0]):
            effort = np.where(lacking <= TOLERANCE_S, Room(problem, walker, kept).detour(tasks)[0], np.inf)
            kept.insert(int(effort.argmin()), must)
            best = (lost, w, kept)
    if best is not None:
        tours[best[1]] = best[2]


def _swap(asked: Ask, tours: Tours) -> bool:
    """Put the best left out in place of one worth less, if the walk gets little longer; whether any was."""
    problem, left = asked.problem, _left(asked, tours)
    locked = {task for task in range(problem.tasks) if problem.must[task]}
    table = WindowTable(problem)
    mean = float(problem.points.mean()) if problem.tasks else 0.0
    for w, (walker, tour) in enumerate(zip(problem.walkers, tours, strict=True)):
        for k, out in sorted(enumerate(tour), key=lambda pair: (*worth(asked, pair[1]), pair[1])):
            better = [task for task in left if worth(asked, task) > worth(asked, out)]
            if not better or out in locked:
                continue
            tasks = np.array(better)
            shorter = [*tour[:k], *tour[k + 1 :]]
            room = Room(problem, walker, shorter)
            saved = room.detour(np.array([out]))[0, k]
            gain = (problem.points[tasks] - problem.points[out]) / (mean or 1.0) * _WORTH_SHARE * _span(walker)
            gain = np.where(problem.must[tasks], np.inf, gain)
            added = room.detour(tasks) - saved + (walker.aversion[tasks] - walker.aversion[out])[:, None]
            may = (room.lacking(tasks, table) <= TOLERANCE_S) & (added < gain[:, None])
            fitting = np.flatnonzero(may.any(axis=1))
            if len(fitting):
                n = int(fitting[0])
                at = int(_cost(added, may)[n].argmin())
                tours[w] = [*shorter[:at], better[n], *shorter[at:]]
                return True
    return False


def _cost(effort: FloatArray, may: FloatArray) -> FloatArray:
    return np.where(may, effort, np.inf)


def _span(walker: Walker) -> float:
    return walker.finish - walker.begin
