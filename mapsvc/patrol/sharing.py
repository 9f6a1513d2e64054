"""Shares the work out: the solver's choice, made even where there is time, and long walks going round."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mapsvc.patrol.levelling import levelled
from mapsvc.patrol.problem import Effort, Problem, Walker
from mapsvc.patrol.problems import Ask
from mapsvc.patrol.repairs import Tours, repaired
from mapsvc.patrol.solver import solve
from mapsvc.patrol.timing import TOLERANCE_S, timetable

# Of the mean load: how even the work is asked to be, the evenest first.
_FAIR_SHARES = (1.1, 1.25, 1.5)
# By how much of a fair share somebody's may be less or more, since they had long or short walks in the last weeks.
_MOST_TILT = 0.15
# What it may cost in effort that a whole walk goes to somebody else for that reason.
_TURN_S = 600.0


def share_out(asked: Ask, seed: int, effort: Effort) -> tuple[Tours, str]:
    """Per walker the tasks in order, and the method."""
    problem = asked.problem
    answer = solve(problem, seed, effort)
    tours = [_in_time(problem, walker, tour) for walker, tour in zip(problem.walkers, answer.routes, strict=True)]
    tours = _evened(asked, tours, seed, effort)
    if _count(asked, tours) == len(asked.tasks_of):
        tours = levelled(problem, tours)
    tours = repaired(asked, tours)
    tours = [_best_first(problem, walker, tour) for walker, tour in zip(problem.walkers, tours, strict=True)]
    return _in_turn(asked, tours), answer.method


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
