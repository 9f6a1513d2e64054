"""The best plan there is, for a handful of stops: every set of them, every order that could still be the best."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from mapsvc.patrol.ground import Ground, begun

Routes = list[list[int]]
_MOST_STOPS = 10
# Steps from one task on to the next that are looked at, about 2 million a second.
_MOST_STEPS = 400_000


@dataclass(frozen=True)
class _Label:
    """A way to have done a set of stops: left the last at a time, worth so much so far."""

    at: float
    worth: float
    route: tuple[int, ...] = field(default=())


def stops_of(ground: Ground) -> list[list[int]]:
    """Tasks by stop: those of one group are ways to do the same stop."""
    seen: set[int] = set()
    stops = []
    for i in range(ground.tasks):
        if i not in seen:
            stops.append([i, *ground.rivals[i]])
            seen.update(stops[-1])
    return stops


def is_small(ground: Ground) -> bool:
    """Whether the best plan can be found in well under a second."""
    count = len(stops_of(ground))
    walkers = len(ground.problem.shifts)
    return count <= _MOST_STOPS and (ground.tasks**2 << count) * walkers + walkers * 3**count <= _MOST_STEPS


def best_plan(ground: Ground) -> Routes:
    """Per walker the tasks in order: no plan is worth more."""
    stops = stops_of(ground)
    whole = 1 << len(stops)
    # Of the walkers so far, the most that any set of stops is worth, and what each of them does for it.
    best: list[tuple[float, Routes] | None] = [None] * whole
    best[0] = (0.0, [])
    for walker in range(len(ground.problem.shifts)):
        routes = _routes_of(ground, walker, stops)
        best = [_shared(best, routes, those) for those in range(whole)]
    return max((found for found in best if found is not None), key=lambda found: found[0])[1]


def _shared(
    before: Sequence[tuple[float, Routes] | None], routes: dict[int, tuple[float, tuple[int, ...]]], those: int
) -> tuple[float, Routes] | None:
    """The best way to leave some of the stops to those before and the rest to this walker."""
    best: tuple[float, Routes] | None = None
    own = those
    while True:
        other, mine = before[those ^ own], routes.get(own)
        if other is not None and mine is not None and (best is None or other[0] + mine[0] > best[0]):
            best = other[0] + mine[0], [*other[1], list(mine[1])]
        if not own:
            return best
        own = (own - 1) & those


def _routes_of(ground: Ground, walker: int, stops: list[list[int]]) -> dict[int, tuple[float, tuple[int, ...]]]:
    """Per set of stops the route of a walker worth most, if there is any."""
    shift = ground.problem.shifts[walker]
    found: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    if shift.finish < shift.begin:
        return found
    layer = {(0, -1): [_Label(float(shift.begin), 0.0)]}
    while layer:
        following: dict[tuple[int, int], list[_Label]] = {}
        for (done, last), labels in layer.items():
            for label in labels:
                for number, tasks in enumerate(stops):
                    if not done >> number & 1:
                        for i in tasks:
                            _step(ground, walker, label, last, i, following.setdefault((done | 1 << number, i), []))
        layer = {key: labels for key, labels in following.items() if labels}
        for (done, _), labels in layer.items():
            for label in labels:
                here = ground.places + label.route[-1]
                worth = label.worth - ground.efforts[here][shift.end]
                is_home = label.at + ground.walks[here][shift.end] <= shift.finish
                if is_home and (done not in found or worth > found[done][0]):
                    found[done] = worth, label.route
    return found


def _step(ground: Ground, walker: int, label: _Label, last: int, task: int, labels: list[_Label]) -> None:
    """Go on to a task in time, unless another way there is as early and worth as much."""
    shift, cost = ground.problem.shifts[walker], ground.costs[walker][task]
    here = ground.places + last if last >= 0 else shift.start
    there = ground.places + task
    begin = begun(ground.windows[task], label.at + ground.walks[here][there])
    if cost < 0 or begin < 0:
        return
    at = begin + ground.services[task]
    if at > shift.finish:
        return
    worth = label.worth + ground.prizes[task] - cost - ground.efforts[here][there]
    if any(other.at <= at and other.worth >= worth for other in labels):
        return
    labels[:] = [other for other in labels if other.at < at or other.worth > worth]
    labels.append(_Label(at, worth, (*label.route, task)))
