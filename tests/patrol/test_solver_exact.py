"""Of a handful of stops the solver finds the best plan there is: every order of every choice says so."""

import random

import numpy as np
import pytest

from mapsvc.patrol.problem import Effort
from mapsvc.patrol.route_checker import faults
from mapsvc.patrol.solver import solve
from tests.patrol.questions import question

SLACK = 1e-9


def _prizes(problem):
    """Points scaled so that the mean of those worth anything is half the longest shift."""
    worth = problem.points
    mean = worth[worth > 0].mean() if (worth > 0).any() else 1.0
    return worth / mean * 0.5 * max(w.finish - w.begin for w in problem.walkers)


def _value(problem, routes):
    """How many musts are reached, then prizes less the effort of walks and what tasks are minded."""
    prizes, total, musts = _prizes(problem), 0.0, 0
    for walker, route in zip(problem.walkers, routes, strict=True):
        here = walker.start
        for i in route:
            total += prizes[i] - walker.aversion[i] - problem.effort[here, problem.places + i]
            here, musts = problem.places + i, musts + bool(problem.must[i])
        total -= problem.effort[here, walker.end] if route else 0.0
    return musts, total


def _routes(problem, walker):
    """Every route that a walker can keep."""
    slack = SLACK * max(w.finish - w.begin for w in problem.walkers)
    found = [()]

    def go_on(route, here, at, closed):
        for i in range(problem.tasks):
            there = problem.places + i
            if i in closed or np.isinf(walker.aversion[i]):
                continue
            arrival = at + problem.walk[here, there]
            windows = problem.windows[i] or ((-np.inf, np.inf),)
            begins = [max(arrival, a) for a, b in windows if max(arrival, a) <= b + slack]
            if not begins or min(begins) + problem.service[i] > walker.finish + slack:
                continue
            leaves, longer = min(begins) + problem.service[i], (*route, i)
            if leaves + problem.walk[there, walker.end] <= walker.finish + slack:
                found.append(longer)
            of_group = [j for j in range(problem.tasks) if problem.group[j] == problem.group[i] >= 0]
            go_on(longer, there, leaves, closed | {i, *of_group})

    go_on((), walker.start, walker.begin, frozenset())
    return found


def _best(problem):
    """The value of the best plan: for every set of stops the best that the walkers so far can do."""
    best = {frozenset(): (0, 0.0)}
    for w, walker in enumerate(problem.walkers):
        own = {}
        for route in _routes(problem, walker):
            key = frozenset((0, int(problem.group[i])) if problem.group[i] >= 0 else (1, i) for i in route)
            value = _value(problem, [route if v == w else () for v in range(len(problem.walkers))])
            own[key] = max(own.get(key, value), value)
        shared = {}
        for mine, (musts, total) in own.items():
            for theirs, value in best.items():
                if not mine & theirs:
                    both = (musts + value[0], total + value[1])
                    shared[mine | theirs] = max(shared.get(mine | theirs, both), both)
        best = shared
    return max(best.values())


@pytest.mark.parametrize("part", range(10))
def test_no_plan_is_worth_more(part):
    chance = random.Random(part)
    for case in range(50):
        tasks = chance.choice((1, 2, 3, 4, 5, 5, 6, 6, 7, 8))
        walkers = chance.randint(1, 3 if tasks < 7 else 2)
        problem = question(chance, tasks, walkers, tenths=case % 4 > 0, tight=chance.uniform(0.4, 1.0))
        answer = solve(problem, 1, Effort(iterations=100))
        assert faults(problem, answer) == []
        musts, total = _value(problem, answer.routes)
        most_musts, most = _best(problem)
        assert musts == most_musts
        assert total == pytest.approx(most, rel=1e-6, abs=1e-5)


def test_the_search_itself_finds_the_best_plan_of_a_few_stops(monkeypatch):
    monkeypatch.setattr("mapsvc.patrol.exact.is_small", lambda ground: False)
    chance = random.Random(7)
    found = []
    for _ in range(12):
        problem = question(chance, chance.randint(4, 7), 2, tight=0.8)
        answer = solve(problem, 1, Effort(iterations=300))
        assert faults(problem, answer) == []
        found.append(_value(problem, answer.routes) >= _best(problem) or _gap(problem, answer) < 1e-6)
    assert sum(found) >= 11


def _gap(problem, answer):
    (musts, total), (most_musts, most) = _value(problem, answer.routes), _best(problem)
    return (most - total) / max(abs(most), 1.0) if musts == most_musts else 1.0
