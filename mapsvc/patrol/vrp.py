"""The one place that knows PyVRP: a problem in ticks becomes its clients, groups and vehicles; one step of its search.

PyVRP 0.14: Wouda, Lan, Kool (2024), PyVRP: a high-performance VRP solver package, INFORMS Journal on Computing 36.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from mapsvc.patrol.ground import begun
from mapsvc.patrol.problem import BoolArray
from mapsvc.patrol.whole import Shift, Whole

if TYPE_CHECKING:
    import pyvrp

Routes = list[list[int]]
# PyVRP's own, which is loaded late: a plan, and what it costs.
Solution: TypeAlias = "pyvrp.Solution"
Prices: TypeAlias = "pyvrp.CostEvaluator"
# Fewer than PyVRP has of its own: steps are shorter, and the search keeps to what lies close.
NEIGHBOURS = 20
# Tasks taken out and put in at random before each improvement.
MOST_PERTURBATIONS = 25


@dataclass(frozen=True)
class _Model:
    """PyVRP's data; per task its clients, one a window; per client its task; per vehicle type the walkers."""

    data: "pyvrp.ProblemData"
    clients: list[list[int]]
    tasks: list[int]
    walkers: list[list[int]]


class Stepper:
    """PyVRP's local search: each step perturbs a solution and improves it; equal seed, equal steps."""

    def __init__(self, problem: Whole, seed: int, required: BoolArray) -> None:
        from pyvrp import RandomNumberGenerator
        from pyvrp.search import (
            OPERATORS,
            LocalSearch,
            NeighbourhoodParams,
            PerturbationManager,
            PerturbationParams,
            compute_neighbours,
        )

        self._problem = problem
        self._model = _model(problem, required)
        data = self._model.data
        neighbours = compute_neighbours(data, NeighbourhoodParams(num_neighbours=NEIGHBOURS))
        perturbing = PerturbationManager(PerturbationParams(1, MOST_PERTURBATIONS))
        self._search = LocalSearch(data, RandomNumberGenerator(seed=seed), neighbours, perturbing)
        for operator in OPERATORS:
            if operator.supports(data):
                self._search.add_operator(operator(data))

    @staticmethod
    def prices(penalty: float) -> Prices:
        """What a tick too late costs, in ticks of effort."""
        from pyvrp import CostEvaluator

        return CostEvaluator([], penalty, 0.0)

    def step(self, solution: Solution, prices: Prices) -> Solution:
        """Perturb and improve."""
        return self._search(solution, prices, exhaustive=False)

    def polish(self, solution: Solution, prices: Prices) -> Solution:
        """Improve as far as it goes, without perturbing."""
        return self._search(solution, prices, exhaustive=True)

    def solution(self, routes: Sequence[Sequence[int]]) -> Solution:
        """Routes that can be kept, per walker, as PyVRP holds them."""
        import pyvrp

        made = []
        for kind, walkers in enumerate(self._model.walkers):
            made += [pyvrp.Route(self._model.data, self._visits(w, routes[w]), kind) for w in walkers if routes[w]]
        return pyvrp.Solution(self._model.data, made)

    def routes(self, solution: Solution) -> Routes:
        """Per walker the tasks in order."""
        routes: Routes = [[] for _ in self._problem.shifts]
        free = [list(of) for of in self._model.walkers]
        for route in solution.routes():
            stops = [self._model.tasks[a.idx] for a in route.schedule() if a.is_client()]
            routes[free[route.vehicle_type()].pop(0)] = stops
        return routes

    def _visits(self, walker: int, route: Sequence[int]) -> list[int]:
        """The clients of a route: per task the one of the window in which it is begun."""
        problem, shift = self._problem, self._problem.shifts[walker]
        at, here, visits = float(shift.begin), shift.start, []
        for i in route:
            begin = begun(problem.windows[i], at + float(problem.walk[here, problem.places + i]))
            window = next(k for k, (_, late) in enumerate(problem.windows[i]) if begin <= late)
            visits.append(self._model.clients[i][window])
            at, here = begin + float(problem.service[i]), problem.places + i
        return visits


def _model(problem: Whole, required: BoolArray) -> _Model:
    import pyvrp

    kinds = _kinds(problem.shifts)
    profiles, of_kind = _profiles(problem, kinds)
    clients, of_task, groups = _clients(problem, required)
    data = pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in range(problem.places + problem.tasks)],
        clients=clients,
        depots=[pyvrp.Depot(place) for place in range(problem.places)],
        vehicle_types=[
            pyvrp.VehicleType(
                len(walkers), start_depot=problem.shifts[walkers[0]].start, end_depot=problem.shifts[walkers[0]].end,
                tw_early=problem.shifts[walkers[0]].begin, tw_late=problem.shifts[walkers[0]].finish, profile=profile,
            )
            for walkers, profile in zip(kinds, of_kind, strict=True)
        ],
        distance_matrices=[effort for effort, _ in profiles],
        duration_matrices=[walk for _, walk in profiles],
        groups=groups,
    )  # fmt: skip
    tasks = [i for i, of in enumerate(of_task) for _ in of]
    return _Model(data, of_task, tasks, kinds)


def _kinds(shifts: tuple[Shift, ...]) -> list[list[int]]:
    """Walkers who are alike in everything are one type of vehicle."""
    kinds: dict[tuple[int, int, int, int, bytes], list[int]] = {}
    for w, shift in enumerate(shifts):
        if shift.finish > shift.begin:
            key = (shift.start, shift.end, shift.begin, shift.finish, shift.cost.tobytes())
            kinds.setdefault(key, []).append(w)
    return list(kinds.values())


def _profiles(problem: Whole, kinds: list[list[int]]) -> tuple[list[tuple[Any, Any]], list[int]]:
    """Matrices of effort and walk per way of minding tasks, and per type of vehicle which of them."""
    numbers: dict[bytes, int] = {}
    made: list[tuple[Any, Any]] = []
    of_kind = []
    for walkers in kinds:
        cost = problem.shifts[walkers[0]].cost
        if cost.tobytes() not in numbers:
            numbers[cost.tobytes()] = len(made)
            made.append(_matrices(problem, cost))
        of_kind.append(numbers[cost.tobytes()])
    return made, of_kind


def _matrices(problem: Whole, cost: Any) -> tuple[Any, Any]:
    effort, walk = problem.effort.copy(), problem.walk.copy()
    effort[:, problem.places :] += np.maximum(cost, 0)
    walk[:, problem.places :][:, cost < 0] = problem.far
    np.fill_diagonal(effort, 0)
    np.fill_diagonal(walk, 0)
    return effort, walk


def _clients(problem: Whole, required: BoolArray) -> tuple[list[Any], list[list[int]], list[Any]]:
    """One client per window of a task; of a task's, and of a group's, at most one is visited, or just one."""
    from pyvrp import Client, ClientGroup

    keys = [(0, int(g)) if g >= 0 else (1, i) for i, g in enumerate(problem.group)]
    of_task: list[list[int]] = []
    members: dict[tuple[int, int], list[int]] = {}
    count = 0
    for i, key in enumerate(keys):
        of_task.append(list(range(count, count + len(problem.windows[i]))))
        members.setdefault(key, []).extend(of_task[i])
        count += len(of_task[i])
    shared = {key: number for number, key in enumerate(k for k, m in members.items() if len(m) > 1)}
    needed = {keys[i] for i in np.flatnonzero(required).tolist()}
    clients = [
        Client(
            problem.places + i, service_duration=int(problem.service[i]), tw_early=early, tw_late=late,
            prize=int(problem.prize[i]), required=key in needed and key not in shared, group=shared.get(key),
        )
        for i, key in enumerate(keys) for early, late in problem.windows[i]
    ]  # fmt: skip
    return clients, of_task, [ClientGroup(members[key], required=key in needed) for key in shared]
