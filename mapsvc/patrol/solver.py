"""Chooses tasks and their order for everybody who walks: team orienteering with time windows."""

import time
from collections.abc import Callable
from typing import overload

from mapsvc.patrol import solver_before
from mapsvc.patrol.problem import Answer, Effort
from mapsvc.patrol.problem import Problem as Question
from mapsvc.patrol.solver_before import Problem, duration_s
from mapsvc.patrol.whole import whole

__all__ = ["ITERATIONS", "METHOD", "Problem", "duration_s", "solve"]
METHOD = "pyvrp-0.14.ils"
ITERATIONS = 1_500


@overload
def solve(problem: Problem, seed: int, effort: Effort | None = None) -> list[list[int]]: ...
@overload
def solve(problem: Question, seed: int, effort: Effort | None = None) -> Answer: ...
def solve(problem: Problem | Question, seed: int, effort: Effort | None = None) -> list[list[int]] | Answer:
    """Return who does what in which order; equal seed and iterations, equal answer."""
    if isinstance(problem, Problem):
        return solver_before.solve(problem, seed)
    return _solve(problem, seed, effort or Effort(ITERATIONS))


def _solve(problem: Question, seed: int, effort: Effort) -> Answer:
    from mapsvc.patrol import vrp

    began = time.process_time()
    counted = whole(problem)
    routes: list[list[int]] = [[] for _ in problem.walkers]
    if counted is not None:
        routes = vrp.search(counted, seed, _stop(effort, began))
    return Answer(tuple(map(tuple, routes)), METHOD, _missed(problem, routes))


def _stop(effort: Effort, began: float) -> Callable[[int], bool]:
    left = effort.iterations

    def stop(best_cost: int) -> bool:
        nonlocal left
        if effort.cpu_s is not None and time.process_time() - began >= effort.cpu_s:
            return True
        if left is not None:
            left -= 1
            return left < 0
        return effort.cpu_s is None

    return stop


def _missed(problem: Question, routes: list[list[int]]) -> tuple[int, ...]:
    """Musts not reached; of a group one is enough."""
    done = {i for route in routes for i in route}
    groups = {int(problem.group[i]) for i in done if problem.group[i] >= 0}
    return tuple(
        i for i in range(problem.tasks) if problem.must[i] and i not in done and int(problem.group[i]) not in groups
    )
