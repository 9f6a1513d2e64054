"""Chooses tasks and their order for everybody who walks: team orienteering with time windows.

Worth of a plan, in shifts: points of what is done, scaled so that their mean is half the longest shift, less the effort
of all walks and what tasks are minded. A must is worth more than all else together. docs/patrol-solver.md says more.
"""

import time
from typing import overload

from mapsvc.patrol import solver_before
from mapsvc.patrol.problem import Answer, Effort
from mapsvc.patrol.problem import Problem as Question
from mapsvc.patrol.route_checker import faults
from mapsvc.patrol.solver_before import Problem, duration_s
from mapsvc.patrol.whole import SHIFT_TICKS, Whole, whole

__all__ = ["ITERATIONS", "METHOD", "Problem", "duration_s", "solve", "worth"]
METHOD = "ils+pyvrp-0.14.rrt"
# Steps of the search, not seconds: every machine finds the same plan. About a second for six people and 100 tasks.
ITERATIONS = 2_000
# Of the CPU time given, how much the own search may take to begin with; of the steps, one round for so many.
_OWN_SHARE = 0.12
_STEPS_PER_ROUND = 20


@overload
def solve(problem: Problem, seed: int, effort: Effort | None = None) -> list[list[int]]: ...
@overload
def solve(problem: Question, seed: int, effort: Effort | None = None) -> Answer: ...
def solve(problem: Problem | Question, seed: int, effort: Effort | None = None) -> list[list[int]] | Answer:
    """Return who does what in which order; equal seed and iterations, equal answer.

    A handful of stops is solved exactly. Musts that cannot all be reached are in `missed`.
    """
    if isinstance(problem, Problem):
        return solver_before.solve(problem, seed)
    clock = _Clock(effort or Effort(ITERATIONS))
    answer = _answer(problem, whole(problem), seed, clock)
    if faults(problem, answer):
        # Times on no grid that are overrun by less than a millionth: search again with times rounded up.
        answer = _answer(problem, whole(problem, is_strict=True), seed, clock.again())
    return answer


def worth(problem: Question, routes: tuple[tuple[int, ...], ...]) -> float:
    """What the solver makes as great as it can, in longest shifts."""
    from mapsvc.patrol.ground import Ground

    counted = whole(problem)
    if counted is None:
        return 0.0
    ground = Ground(counted)
    return sum(ground.worth(walker, route) for walker, route in enumerate(routes)) / SHIFT_TICKS


class _Clock:
    """How much of the effort is spent."""

    def __init__(self, effort: Effort) -> None:
        self.effort = effort if effort.iterations is not None or effort.cpu_s is not None else Effort(ITERATIONS)
        self._began = time.process_time()
        self._rounds = self._steps = 0
        self._second = 0.0

    def again(self) -> "_Clock":
        """The same effort once more."""
        return _Clock(self.effort)

    def has_round(self) -> bool:
        """Whether the own search has another round."""
        self._rounds += 1
        iterations, cpu_s = self.effort.iterations, self.effort.cpu_s
        is_left = iterations is None or self._rounds * _STEPS_PER_ROUND <= iterations
        return is_left and (cpu_s is None or self._spent() < _OWN_SHARE * cpu_s)

    def progress(self) -> float:
        """How much of the steps, or of the CPU time that was left at the first of them, is over."""
        iterations, cpu_s = self.effort.iterations, self.effort.cpu_s
        if not self._steps:
            self._second = self._spent()
        self._steps += 1
        over = [0.0]
        if iterations is not None:
            over.append((self._steps - 1) / iterations if iterations > 0 else 1.0)
        if cpu_s is not None:
            left = cpu_s - self._second
            over.append((self._spent() - self._second) / left if left > 0 else 1.0)
        return max(over)

    def _spent(self) -> float:
        return time.process_time() - self._began


def _answer(problem: Question, counted: Whole | None, seed: int, clock: _Clock) -> Answer:
    routes = [[] for _ in problem.walkers] if counted is None else _routes(counted, seed, clock)
    return Answer(tuple(map(tuple, routes)), METHOD, _missed(problem, routes))


def _routes(problem: Whole, seed: int, clock: _Clock) -> list[list[int]]:
    from mapsvc.patrol.exact import best_plan, is_small
    from mapsvc.patrol.ground import Ground
    from mapsvc.patrol.search import climb, neat
    from mapsvc.patrol.travel import travel
    from mapsvc.patrol.vrp import Stepper

    ground = Ground(problem)
    if is_small(ground):
        return best_plan(ground)
    start = neat(ground, climb(ground, seed, clock.has_round))
    if not any(start):
        return start
    # What has been reached once is never given up; a must still missing is looked for by its worth.
    done = [i for route in start for i in route]
    required = problem.must.copy()
    required[[i for i in range(problem.tasks) if i not in done and not set(ground.rivals[i]) & set(done)]] = False
    return travel(Stepper(problem, seed, required), start, lambda routes: neat(ground, routes), clock.progress)


def _missed(problem: Question, routes: list[list[int]]) -> tuple[int, ...]:
    """Musts not reached; of a group one is enough."""
    done = {i for route in routes for i in route}
    groups = {int(problem.group[i]) for i in done if problem.group[i] >= 0}
    return tuple(
        i for i in range(problem.tasks) if problem.must[i] and i not in done and int(problem.group[i]) not in groups
    )
