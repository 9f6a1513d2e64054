"""Chooses tasks and their order for everybody who walks: team orienteering with time windows.

Worth of a plan, in shifts: points of what is done, scaled so that their mean is half the longest shift, less the effort
of all walks and what tasks are minded. A must is worth more than all else together. docs/patrol-solver.md says more.
"""

import random
import time
from collections.abc import Iterator

from mapsvc.patrol.ground import Ground
from mapsvc.patrol.problem import Answer, Effort, Problem
from mapsvc.patrol.route_checker import faults
from mapsvc.patrol.whole import SHIFT_TICKS, Whole, whole

METHOD = "ils+pyvrp-0.14.rrt"
# Steps of the search, not seconds: every machine finds the same plan. About a second for six people and 100 tasks.
ITERATIONS = 1_000
# Of all effort, how much the first start may take, which the own search makes; a round of it counts as so many steps.
_OWN_SHARE = 0.05
_STEPS_PER_ROUND = 3
# So many starts, fewer where there are only steps for some of them.
_STARTS = 12
_STEPS_PER_START = 200


def solve(problem: Problem, seed: int, effort: Effort | None = None) -> Answer:
    """Return who does what in which order; equal seed and iterations, equal answer.

    A handful of stops is solved exactly. Musts that cannot all be reached are in `missed`.
    """
    asked = effort or Effort(ITERATIONS)
    answer = _answer(problem, whole(problem), seed, asked)
    if faults(problem, answer):
        # Times on no grid that are overrun by less than a millionth: search again with times rounded up.
        answer = _answer(problem, whole(problem, is_strict=True), seed, asked)
    return answer


def worth(problem: Problem, routes: tuple[tuple[int, ...], ...]) -> float:
    """What the solver makes as great as it can, in longest shifts."""
    counted = whole(problem)
    if counted is None:
        return 0.0
    ground = Ground(counted)
    return sum(ground.worth(walker, route) for walker, route in enumerate(routes)) / SHIFT_TICKS


class _Clock:
    """How much of the effort is spent."""

    def __init__(self, effort: Effort) -> None:
        self._iterations, self._cpu_s = effort.iterations, effort.cpu_s
        if self._iterations is None and self._cpu_s is None:
            self._iterations = ITERATIONS
        self._began = time.process_time()
        self._steps = -1

    @property
    def starts(self) -> int:
        """From how many plans to set out."""
        few = _STARTS if self._iterations is None else self._iterations // _STEPS_PER_START
        return min(max(few, 2), _STARTS)

    def has_round(self) -> bool:
        """Whether the own search has another round."""
        self._steps += _STEPS_PER_ROUND
        return self._over() < _OWN_SHARE

    def progress(self) -> float:
        """How much is over; asking counts as a step."""
        self._steps += 1
        return self._over()

    def _over(self) -> float:
        over = 0.0
        if self._iterations is not None:
            over = self._steps / self._iterations if self._iterations > 0 else 1.0
        if self._cpu_s is not None:
            spent = time.process_time() - self._began
            over = max(over, spent / self._cpu_s if self._cpu_s > 0 else 1.0)
        return over


def _answer(problem: Problem, counted: Whole | None, seed: int, effort: Effort) -> Answer:
    clock = _Clock(effort)
    routes = [[] for _ in problem.walkers] if counted is None else _routes(counted, seed, clock)
    return Answer(tuple(map(tuple, routes)), METHOD, _missed(problem, routes))


def _routes(problem: Whole, seed: int, clock: _Clock) -> list[list[int]]:
    from mapsvc.patrol.exact import best_plan, is_small
    from mapsvc.patrol.search import climb, neat, scattered
    from mapsvc.patrol.travel import Travel
    from mapsvc.patrol.vrp import Stepper

    ground = Ground(problem)
    if is_small(ground):
        return best_plan(ground)
    first = neat(ground, climb(ground, seed, clock.has_round))
    if not any(first):
        return first
    # What has been reached once is never given up; a must still missing is looked for by its worth.
    done = [i for route in first for i in route]
    required = problem.must.copy()
    required[[i for i in range(problem.tasks) if i not in done and not set(ground.rivals[i]) & set(done)]] = False

    def starts() -> Iterator[list[list[int]]]:
        yield first
        chance = random.Random(seed)
        for _ in range(clock.starts - 1):
            yield scattered(ground, chance)

    stepper = Stepper(problem, seed, required)
    return Travel(stepper, lambda routes: neat(ground, routes), clock.progress).best_of(starts())


def _missed(problem: Problem, routes: list[list[int]]) -> tuple[int, ...]:
    """Musts not reached; of a group one is enough."""
    done = {i for route in routes for i in route}
    groups = {int(problem.group[i]) for i in done if problem.group[i] >= 0}
    return tuple(
        i for i in range(problem.tasks) if problem.must[i] and i not in done and int(problem.group[i]) not in groups
    )
