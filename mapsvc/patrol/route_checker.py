"""Walks through an answer with the exact times of the question, knowing nothing of how it was found."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from mapsvc.patrol.problem import Answer, Problem, Walker, Window

# Of the longest shift: what adding up decimal fractions may lose, about 0.01 s of eight hours.
_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Visit:
    """A task as it is reached: the walker arrives, waits until `begin`, and leaves at `end`."""

    task: int
    arrival: float
    begin: float
    end: float


def faults(problem: Problem, answer: Answer) -> list[str]:
    """Say what is wrong with an answer; nothing when it keeps every law.

    One route per walker; each task at most once, of a group at most one; every task theirs to do, begun within a
    window, the end place reached within the shift, where arrival = departure + walk; musts not reached are listed.
    """
    if len(answer.routes) != len(problem.walkers):
        return [f"有{len(problem.walkers)}人，路线却有{len(answer.routes)}条"]
    done = Counter(i for route in answer.routes for i in route)
    unknown = sorted(i for i in done if not 0 <= i < problem.tasks)
    if unknown:
        return [f"没有第{i}个任务" for i in unknown]
    found = [f"任务{i}排了{times}次" for i, times in sorted(done.items()) if times > 1]
    groups = Counter(int(problem.group[i]) for i in done if problem.group[i] >= 0)
    found += [f"第{group}组排了{times}个，只能有一个" for group, times in sorted(groups.items()) if times > 1]
    for w, route in enumerate(answer.routes):
        found += [f"第{w + 1}条路线：{fault}" for fault in _faults_of(problem, problem.walkers[w], route)]
    return found + _faults_of_musts(problem, answer, set(done), set(groups))


def visits(problem: Problem, walker: Walker, route: tuple[int, ...]) -> tuple[list[Visit], float]:
    """The tasks of a route as they are reached, each begun as early as its windows let, and the arrival at the end.

    A task that no window lets begin any more has begin inf.
    """
    slack = tolerance(problem)
    made: list[Visit] = []
    at, here = walker.begin, walker.start
    for i in route:
        there = problem.places + i
        arrival = at + float(problem.walk[here, there])
        begin = _begin(problem.windows[i], arrival, slack)
        at, here = begin + float(problem.service[i]), there
        made.append(Visit(i, arrival, begin, at))
    return made, at + float(problem.walk[here, walker.end]) if route else at


def tolerance(problem: Problem) -> float:
    """What may be lost in adding up, in the problem's own unit."""
    return _TOLERANCE * max((w.finish - w.begin for w in problem.walkers), default=0.0)


def _begin(windows: tuple[Window, ...], arrival: float, slack: float) -> float:
    if not windows:
        return arrival
    return min((max(arrival, a) for a, b in windows if max(arrival, a) <= b + slack), default=float("inf"))


def _faults_of(problem: Problem, walker: Walker, route: tuple[int, ...]) -> Iterator[str]:
    if not route:
        return
    yield from (f"任务{i}不归这个人" for i in route if not walker.aversion[i] < float("inf"))
    reached, end = visits(problem, walker, route)
    yield from (f"任务{v.task}到得太晚，没有一个时段还能开始" for v in reached if v.begin == float("inf"))
    if end > walker.finish + tolerance(problem):
        yield f"{end:g}才到终点，应不晚于{walker.finish:g}"


def _faults_of_musts(problem: Problem, answer: Answer, done: set[int], groups: set[int]) -> list[str]:
    missed = {
        i for i in range(problem.tasks) if problem.must[i] and i not in done and int(problem.group[i]) not in groups
    }
    said = set(answer.missed)
    return [f"任务{i}必到却没有排上，也没有说明" for i in sorted(missed - said)] + [
        f"任务{i}说是没有排上，其实不是这样" for i in sorted(said - missed)
    ]
