"""Shares the work out: the solver's choice, made even where there is time, and long walks going round."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mapsvc.patrol.explain import DETOUR_MIN, worth
from mapsvc.patrol.problem import Effort, FloatArray, Problem, Walker
from mapsvc.patrol.problems import Ask
from mapsvc.patrol.solver import solve
from mapsvc.patrol.timing import TOLERANCE_S, Room, WindowTable, timetable

Tours = list[list[int]]

# Of the mean load: how even the work is asked to be, the evenest first.
_FAIR_SHARES = (1.1, 1.25, 1.5)
# By how much of a fair share somebody's may be less or more, since they had long or short walks in the last weeks.
_MOST_TILT = 0.15
# What it may cost in effort that a whole walk goes to somebody else for that reason.
_TURN_S = 600.0
# Of a shift, the worth of a mean stop: what a swap for a better one may lengthen the walk by.
_WORTH_SHARE = 0.5
_MOST_REPAIRS = 200


def share_out(asked: Ask, seed: int, effort: Effort) -> tuple[Tours, str]:
    """Per walker the tasks in order, and the method."""
    problem = asked.problem
    answer = solve(problem, seed, effort)
    tours = [_in_time(problem, walker, tour) for walker, tour in zip(problem.walkers, answer.routes, strict=True)]
    tours = repaired(asked, _evened(asked, tours, seed, effort))
    tours = [_best_first(problem, walker, tour) for walker, tour in zip(problem.walkers, tours, strict=True)]
    return _in_turn(asked, tours), answer.method


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


def kept_in_time(asked: Ask, tours: Sequence[Sequence[int]]) -> Tours:
    """The same tours as far as the time reaches, with what else fits."""
    problem = asked.problem
    return repaired(
        asked, [_in_time(problem, walker, tour) for walker, tour in zip(problem.walkers, tours, strict=True)]
    )


def gained(asked: Ask, tours: Sequence[Sequence[int]]) -> tuple[int, float]:
    """Musts reached, then points."""
    done = [task for tour in tours for task in tour]
    return int(asked.problem.must[done].sum()), float(asked.problem.points[done].sum())


def load_s(problem: Problem, walker: Walker, tour: Sequence[int]) -> float:
    """Seconds from setting out to the end."""
    return timetable(problem, walker, tour).end - walker.begin


def _in_time(problem: Problem, walker: Walker, tour: Sequence[int]) -> list[int]:
    """Drop the least worth until windows and shift hold; the search may answer with overtime when musts crowd it."""
    kept = list(tour)
    while kept and not timetable(problem, walker, kept).is_kept:
        kept.remove(min(kept, key=lambda task: (bool(problem.must[task]), float(problem.points[task]), task)))
    return kept


def _evened(asked: Ask, tours: Tours, seed: int, effort: Effort) -> Tours:
    """Where the shift is longer than the work, the work shared out as evenly as it goes.

    The search minds walking alone and would send some home at once while one walks to the end.
    """
    problem = asked.problem
    loads = [load_s(problem, walker, tour) for walker, tour in zip(problem.walkers, tours, strict=True)]
    done = _count(asked, tours)
    if len(loads) < 2 or done < len(asked.tasks_of):
        return tours
    tilts = _tilts(asked)
    alone = _longest_alone(problem)
    for share in _FAIR_SHARES:
        fair = [max(share * tilt * sum(loads) / len(loads), alone) for tilt in tilts]
        if all(load <= most for load, most in zip(loads, fair, strict=True)):
            break
        walkers = tuple(
            replace(walker, finish=min(walker.begin + most, walker.finish))
            for walker, most in zip(problem.walkers, fair, strict=True)
        )
        tighter = replace(problem, walkers=walkers)
        found = solve(tighter, seed, _half(effort)).routes
        shared = [_in_time(tighter, walker, tour) for walker, tour in zip(walkers, found, strict=True)]
        if _count(asked, shared) == done:
            return shared
    return tours


def _half(effort: Effort) -> Effort:
    """Evening out may take half as long again, each time: what is walked to is known."""
    return effort if effort.iterations is None else Effort(iterations=max(effort.iterations // 2, 1))


def _count(asked: Ask, tours: Sequence[Sequence[int]]) -> int:
    return len({asked.of_task[task] for tour in tours for task in tour})


def _longest_alone(problem: Problem) -> float:
    """The longest way anybody must go for a single task; waiting included."""
    each = [
        min(load_s(problem, walker, (task,)) for walker in problem.walkers if np.isfinite(walker.aversion[task]))
        for task in range(problem.tasks)
        if any(np.isfinite(walker.aversion[task]) for walker in problem.walkers)
    ]
    return max(each, default=0.0)


def _tilts(asked: Ask) -> list[float]:
    """Per walker the share of a fair load: less than 1 after longer walks than the others' in the last weeks."""
    past = dict(asked.request.turns)
    minutes = [float(past.get(name, 0)) for name in asked.request.workers]
    mean = sum(minutes) / len(minutes) if minutes else 0.0
    if not mean:
        return [1.0] * len(minutes)
    return [1.0 + _MOST_TILT * max(-1.0, min(1.0, (mean - one) / mean)) for one in minutes]


def _in_turn(asked: Ask, tours: Tours) -> Tours:
    """Who had long walks in the last weeks gets a shorter one, if it can be had at little more effort.

    Whole walks change hands between people who could walk them as well: the assignment of least aversion, where an
    hour more is minded by those most who had most.
    """
    from scipy.optimize import linear_sum_assignment

    problem, tilts = asked.problem, _tilts(asked)
    if len(tours) < 2 or len(set(tilts)) < 2:
        return tours
    loads = [load_s(problem, walker, tour) for walker, tour in zip(problem.walkers, tours, strict=True)]
    longest = max(loads) or 1.0
    cost = np.array(
        [
            [
                _minded(problem, walker, tour) + _TURN_S * (1.0 - tilt) / _MOST_TILT * load / longest
                for tour, load in zip(tours, loads, strict=True)
            ]
            for walker, tilt in zip(problem.walkers, tilts, strict=True)
        ]
    )
    impossible = ~np.isfinite(cost)
    cost[impossible] = 1e9
    rows, columns = linear_sum_assignment(cost)
    if impossible[rows, columns].any():
        return tours
    return [tours[int(column)] for _, column in sorted(zip(rows, columns, strict=True))]


def _minded(problem: Problem, walker: Walker, tour: Sequence[int]) -> float:
    """Effort of a whole tour for somebody; inf where it is not theirs to do or does not fit their shift."""
    if not tour:
        return 0.0
    if not timetable(problem, walker, tour).is_kept:
        return float("inf")
    rows = [problem.places + task for task in tour]
    ends = problem.effort[walker.start, rows[0]] + problem.effort[rows[-1], walker.end]
    return float(ends + walker.aversion[list(tour)].sum())


def _best_first(problem: Problem, walker: Walker, tour: list[int]) -> list[int]:
    """Of a loop and its reverse the one that reaches what matters most first: late stops are the ones that fall out."""
    worths, halves = problem.points[tour], len(tour) // 2
    back = tour[::-1]
    if not halves or worths[-halves:].sum() <= worths[:halves].sum() or (problem.group[tour] >= 0).any():
        return tour
    now, then = (timetable(problem, walker, way) for way in (tour, back))
    return back if then.is_kept and then.end <= now.end + TOLERANCE_S else tour


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
