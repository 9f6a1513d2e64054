"""What the own search looks things up in: times and prices as lists and arrays, and the schedule of a route."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mapsvc.patrol.problem import BoolArray, FloatArray, IntArray
from mapsvc.patrol.whole import TickWindow, Whole

NEVER = -1.0


@dataclass(frozen=True)
class Schedule:
    """Times of a route through `nodes`, from the start place over the tasks to the end place.

    Attributes
    ----------
    leave : list of k + 1
        When the start and each task is left.
    latest : list of k + 1
        By when each task and the end must be reached, for all that follows to be kept.
    reach : list of k + 1
        When each task and the end is reached.
    """

    nodes: list[int]
    leave: list[float]
    reach: list[float]
    latest: list[float]


class Ground:
    """A problem in ticks, laid out for looking up; ticks as floats, which hold them exactly and are quicker."""

    def __init__(self, problem: Whole) -> None:
        self.problem = problem
        self.places, self.tasks = problem.places, problem.tasks
        self.walk: FloatArray = problem.walk.astype(float)
        self.effort: FloatArray = problem.effort.astype(float)
        self.service: FloatArray = problem.service.astype(float)
        self.walks: list[list[float]] = self.walk.tolist()
        self.efforts: list[list[float]] = self.effort.tolist()
        self.services: list[float] = self.service.tolist()
        self.windows = problem.windows
        self.prize: FloatArray = problem.prize.astype(float)
        self.prizes: list[float] = self.prize.tolist()
        self.cost: list[FloatArray] = [shift.cost.astype(float) for shift in problem.shifts]
        self.costs: list[list[float]] = [cost.tolist() for cost in self.cost]
        # Per task the others of its group, which it shuts out.
        self.rivals: list[list[int]] = _rivals(problem.group)
        self.early, self.late = _opening(problem)

    def schedule(self, walker: int, route: Sequence[int]) -> Schedule | None:
        """The times of a route of tasks; None when it cannot be kept."""
        shift = self.problem.shifts[walker]
        nodes = [shift.start, *(self.places + i for i in route), shift.end]
        at, leave, reach = float(shift.begin), [float(shift.begin)], []
        for k, i in enumerate(route):
            arrival = at + self.walks[nodes[k]][nodes[k + 1]]
            begin = begun(self.windows[i], arrival)
            if begin < 0 or self.costs[walker][i] < 0:
                return None
            reach.append(arrival)
            at = begin + self.services[i]
            leave.append(at)
        reach.append(at + self.walks[nodes[-2]][nodes[-1]])
        if reach[-1] > shift.finish:
            return None
        latest = [0.0] * (len(route) + 1)
        latest[-1] = until = float(shift.finish)
        for k in range(len(route) - 1, -1, -1):
            i = route[k]
            until = reached_by(self.windows[i], until - self.walks[nodes[k + 1]][nodes[k + 2]] - self.services[i])
            latest[k] = until
        return Schedule(nodes, leave, reach, latest)

    def worth(self, walker: int, route: Sequence[int]) -> float:
        """Prizes of a route less what its walks and tasks are minded."""
        if not route:
            return 0.0
        shift, cost, efforts = self.problem.shifts[walker], self.costs[walker], self.efforts
        here, total = shift.start, 0.0
        for i in route:
            total += self.prizes[i] - cost[i] - efforts[here][self.places + i]
            here = self.places + i
        return total - efforts[here][shift.end]


def begun(windows: tuple[TickWindow, ...], arrival: float) -> float:
    """When a task may begin on arrival; NEVER when it is too late."""
    for early, late in windows:
        if arrival <= late:
            return arrival if arrival > early else float(early)
    return NEVER


def reached_by(windows: tuple[TickWindow, ...], latest: float) -> float:
    """By when one must arrive to begin at `latest` at the latest; NEVER when no window is early enough."""
    for early, late in reversed(windows):
        if early <= latest:
            return latest if latest < late else float(late)
    return NEVER


def _rivals(group: IntArray) -> list[list[int]]:
    members: dict[int, list[int]] = {}
    for i, number in enumerate(group.tolist()):
        if number >= 0:
            members.setdefault(number, []).append(i)
    return [[j for j in members[number] if j != i] if number >= 0 else [] for i, number in enumerate(group.tolist())]


def _opening(problem: Whole) -> tuple[list[FloatArray], list[FloatArray]]:
    """The windows as arrays, first windows first; where a task has no such window it can never be begun in it."""
    most = max((len(of) for of in problem.windows), default=0)
    early = [np.array([float(of[k][0]) if k < len(of) else np.inf for of in problem.windows]) for k in range(most)]
    late = [np.array([float(of[k][1]) if k < len(of) else -np.inf for of in problem.windows]) for k in range(most)]
    return early, late


def mask_of(tasks: int, those: Sequence[int]) -> BoolArray:
    """A row of truths that names tasks."""
    mask = np.zeros(tasks, dtype=bool)
    mask[list(those)] = True
    return mask
