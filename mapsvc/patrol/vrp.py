"""The one place that knows PyVRP: a problem in ticks becomes its clients, groups and vehicles, and back."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from mapsvc.patrol.whole import Shift, Whole

if TYPE_CHECKING:
    import pyvrp

Routes = list[list[int]]


class Stop(Protocol):
    """Asked before each iteration whether to stop."""

    def __call__(self, best_cost: int) -> bool: ...



@dataclass(frozen=True)
class _Model:
    """PyVRP's data; per client its task, per vehicle type the walkers it stands for."""

    data: "pyvrp.ProblemData"
    tasks: list[int]
    walkers: list[list[int]]


def search(problem: Whole, seed: int, stop: Stop, start: Sequence[Sequence[int]] | None = None) -> Routes:
    """Per walker the tasks in order, of the best answer found that keeps every window and shift.

    Parameters
    ----------
    stop : callable
        PyVRP's stopping criterion: asked before each iteration.
    start : per walker the tasks in order, optional
        Feasible routes to begin with.
    """
    import pyvrp
    from pyvrp.exceptions import PenaltyBoundWarning

    model = _model(problem)
    if not model.tasks:
        return [[] for _ in problem.shifts]
    with warnings.catch_warnings():
        # Said where tasks are worth more than time can pay for: that is so with every must.
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        result = pyvrp.solve(model.data, stop=stop, seed=seed, display=False, collect_stats=False)
    if not result.best.is_feasible():
        return [[] for _ in problem.shifts]
    return _routes(model, result.best, len(problem.shifts))


def _model(problem: Whole) -> _Model:
    import pyvrp

    kinds = _kinds(problem.shifts)
    profiles, of_kind = _profiles(problem, kinds)
    clients, tasks, groups = _clients(problem)
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
    return _Model(data, tasks, kinds)


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


def _clients(problem: Whole) -> tuple[list[Any], list[int], list[Any]]:
    """One client per window of a task; at most one of a task's, and of a group's, is visited."""
    from pyvrp import Client, ClientGroup

    clients: list[Any] = []
    tasks: list[int] = []
    members: dict[tuple[int, int], list[int]] = {}
    for i in range(problem.tasks):
        key = (0, int(problem.group[i])) if problem.group[i] >= 0 else (1, i)
        for _ in problem.windows[i]:
            members.setdefault(key, []).append(len(tasks))
            tasks.append(i)
    shared = {key: number for number, key in enumerate(k for k, m in members.items() if len(m) > 1)}
    for i in range(problem.tasks):
        key = (0, int(problem.group[i])) if problem.group[i] >= 0 else (1, i)
        for early, late in problem.windows[i]:
            client = Client(
                problem.places + i, service_duration=int(problem.service[i]), tw_early=early, tw_late=late,
                prize=int(problem.prize[i]), required=False, group=shared.get(key),
            )  # fmt: skip
            clients.append(client)
    return clients, tasks, [ClientGroup(members[key], required=False) for key in shared]


def _routes(model: _Model, solution: Any, walkers: int) -> Routes:
    routes: Routes = [[] for _ in range(walkers)]
    free = [list(of) for of in model.walkers]
    for route in solution.routes():
        stops = [model.tasks[a.idx] for a in route.schedule() if a.is_client()]
        routes[free[route.vehicle_type()].pop(0)] = stops
    return routes
