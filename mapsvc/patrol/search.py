"""Own iterated local search: put in what is worth most for the time it takes, shake, put in again.

After Vansteenwegen, Souffriau, Vanden Berghe, Van Oudheusden (2009), Iterated local search for the team orienteering
problem with time windows, Computers & Operations Research 36.
"""

import random
from collections.abc import Callable, Sequence

import numpy as np

from mapsvc.patrol.ground import Ground, Schedule
from mapsvc.patrol.problem import BoolArray, FloatArray, IntArray
from mapsvc.patrol.tidy import tidied
from mapsvc.patrol.whole import SHIFT_TICKS

Routes = list[list[int]]
# Rounds without a better plan after which the search starts over from the best.
_PATIENCE = 40
# A task goes in by its worth to the power of this, by the time it takes.
_WEIGHT = 2.0
_WEIGHTS = (0.5, 2.5)
_DISFAVOUR = 0.5
_LEAST_TIME = 1e-3


def climb(ground: Ground, seed: int, go_on: Callable[[], bool], start: Routes | None = None) -> Routes:
    """The best routes found; deterministic as long as `go_on` is.

    Parameters
    ----------
    go_on : callable
        Asked before each round.
    start : routes, optional
        Feasible routes to begin with.
    """
    chance = random.Random(seed)
    plan = Plan(ground, start or [[] for _ in ground.problem.shifts])
    plan.fill()
    best, best_worth = plan.copied(), plan.worth()
    since, length, position = 0, 1, 0
    while go_on():
        plan.shake(length, position, chance)
        plan.fill()
        worth = plan.worth()
        shortest = min((len(r) for r in plan.routes if r), default=1)
        position += length
        length += 1
        if worth > best_worth:
            best, best_worth, since, length = plan.copied(), worth, 0, 1
        else:
            since += 1
        if since and since % _PATIENCE == 0:
            plan = Plan(ground, best)
        position %= shortest
        if length > max(1, shortest // 2):
            length = 1
    return best


def scattered(ground: Ground, chance: random.Random) -> Routes:
    """Routes put together at once, in one of many ways: worth and time weighed otherwise, some tasks out of favour."""
    weight = _WEIGHTS[0] + (_WEIGHTS[1] - _WEIGHTS[0]) * chance.random()
    favour = np.array([1.0 - _DISFAVOUR * chance.random() for _ in range(ground.tasks)])
    plan = Plan(ground, [[] for _ in ground.problem.shifts], weight, favour)
    plan.fill()
    return neat(ground, plan.routes)


def neat(ground: Ground, routes: Sequence[Sequence[int]]) -> Routes:
    """The routes made easier to walk, with whatever then fits in besides."""
    best = [list(route) for route in routes]
    most = sum(ground.worth(walker, route) for walker, route in enumerate(best))
    while True:
        plan = Plan(ground, [tidied(ground, walker, route) for walker, route in enumerate(best)])
        plan.fill()
        if plan.worth() <= most:
            return best
        best, most = plan.routes, plan.worth()


class Plan:
    """Routes under construction, with the times of each and, per route, where each open task would go best."""

    def __init__(
        self,
        ground: Ground,
        routes: Sequence[Sequence[int]],
        weight: float = _WEIGHT,
        favour: FloatArray | None = None,
    ) -> None:
        self.ground = ground
        self._weight = weight
        self._favour = np.ones(ground.tasks) if favour is None else favour
        self.routes: Routes = [list(route) for route in routes]
        self.open: BoolArray = np.ones(ground.tasks, dtype=bool)
        for route in self.routes:
            for i in route:
                self._shut(i)
        self._is_cautious = False
        self._score: list[FloatArray] = []
        self._place: list[IntArray] = []
        for walker in range(len(self.routes)):
            self._score.append(np.zeros(0))
            self._place.append(np.zeros(0, dtype=np.int64))
            self._look(walker)

    def copied(self) -> Routes:
        """The routes as they stand."""
        return [list(route) for route in self.routes]

    def worth(self) -> float:
        """Prizes less effort of all routes."""
        return sum(self.ground.worth(w, route) for w, route in enumerate(self.routes))

    def fill(self) -> None:
        """Put in one task after the other, the one worth most for its time first, until none fits.

        The first task of a route need not pay for the way out, others nearby may; routes that do not pay in the end are
        given up, and from then on only a task that pays alone begins one.
        """
        self._fill()
        given_up = [walker for walker, route in enumerate(self.routes) if self.ground.worth(walker, route) < 0.0]
        if not given_up:
            return
        for walker in given_up:
            taken, self.routes[walker] = self.routes[walker], []
            for i in taken:
                self._reopen(i)
        self._is_cautious = True
        for walker in range(len(self.routes)):
            self._look(walker)
        self._fill()
        self._is_cautious = False

    def _fill(self) -> None:
        while True:
            scores = [float(score.max(initial=0.0)) for score in self._score]
            walker = max(range(len(scores)), key=scores.__getitem__, default=-1)
            if walker < 0 or scores[walker] <= 0.0:
                return
            task = int(self._score[walker].argmax())
            self.routes[walker].insert(int(self._place[walker][task]), task)
            for shut in self._shut(task):
                for score in self._score:
                    score[shut] = 0.0
            self._look(walker)

    def shake(self, length: int, position: int, chance: random.Random) -> None:
        """Take `length` tasks in a row out of every route, from a place on that differs a little by chance."""
        for walker, route in enumerate(self.routes):
            if not route:
                continue
            first = (position + chance.randrange(3)) % len(route)
            taken = route[first : first + length]
            over = length - len(taken)
            taken += route[: min(over, first)]
            self.routes[walker] = route[min(over, first) if over > 0 else 0 : first] + route[first + length :]
            for i in taken:
                self._reopen(i)
        for walker in range(len(self.routes)):
            self._look(walker)

    def _shut(self, task: int) -> list[int]:
        shut = [task, *self.ground.rivals[task]]
        self.open[shut] = False
        return shut

    def _reopen(self, task: int) -> None:
        self.open[[task, *self.ground.rivals[task]]] = True

    def _look(self, walker: int) -> None:
        """Where each open task would go best into a route, and how good that is; 0: it does not fit."""
        ground = self.ground
        times = ground.schedule(walker, self.routes[walker])
        score, place = np.zeros(ground.tasks), np.zeros(ground.tasks, dtype=np.int64)
        self._score[walker], self._place[walker] = score, place
        tasks = np.flatnonzero(self.open & (ground.cost[walker] >= 0))
        if times is None or not len(tasks):
            return
        value, shift = self._inserted(walker, times, tasks)
        time = np.maximum(shift / SHIFT_TICKS, 0.0) + _LEAST_TIME
        every = np.maximum(value / SHIFT_TICKS, 0.0) ** self._weight / time * self._favour[tasks]
        every[~np.isfinite(every)] = 0.0
        at = every.argmax(axis=0)
        place[tasks] = at
        score[tasks] = every[at, np.arange(len(tasks))]

    def _inserted(self, walker: int, times: Schedule, tasks: IntArray) -> tuple[FloatArray, FloatArray]:
        """Per place and task: what it gains (0 or less: no), and by how much all that follows is put off."""
        ground = self.ground
        nodes = np.array(times.nodes)
        before, after = nodes[:-1], nodes[1:]
        rows = ground.places + tasks
        arrival = np.array(times.leave)[:, None] + ground.walk[np.ix_(before, rows)]
        begin = np.full_like(arrival, np.inf)
        for early, late in zip(reversed(ground.early), reversed(ground.late), strict=True):
            begin = np.where(arrival <= late[tasks], np.maximum(arrival, early[tasks]), begin)
        onward = begin + ground.service[tasks] + ground.walk[np.ix_(rows, after)].T
        detour = ground.effort[np.ix_(before, rows)] + ground.effort[np.ix_(rows, after)].T
        if len(before) > 1:
            detour -= ground.effort[before, after][:, None]
        elif not self._is_cautious:
            detour[:] = 0.0
        value = ground.prize[tasks] - ground.cost[walker][tasks] - detour
        fits = onward <= np.array(times.latest)[:, None]
        return np.where(fits, value, 0.0), onward - np.array(times.reach)[:, None]
