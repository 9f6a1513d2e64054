"""The own search: times looked up are times walked, what is put in fits, neatening never loses."""

import random
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.patrol.ground import Ground
from mapsvc.patrol.problem import Answer
from mapsvc.patrol.route_checker import faults
from mapsvc.patrol.search import Plan, climb, neat, scattered
from mapsvc.patrol.tidy import tidied
from mapsvc.patrol.whole import whole
from tests.patrol.questions import question


def _ground(seed, tasks=12, walkers=2):
    problem = question(random.Random(seed), tasks, walkers, tight=1.2)
    return problem, Ground(whole(problem))


def _rounds(count):
    left = iter(range(count))
    return lambda: next(left, None) is not None


def _faults(problem, routes):
    found = faults(problem, Answer(tuple(map(tuple, routes)), "own"))
    return [fault for fault in found if "必到" not in fault]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_every_plan_of_the_own_search_can_be_walked(seed):
    problem, ground = _ground(seed)
    assert _faults(problem, climb(ground, seed, _rounds(15))) == []
    assert _faults(problem, scattered(ground, random.Random(seed))) == []


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_a_task_may_be_reached_as_late_as_the_schedule_says_and_no_later(seed):
    _, ground = _ground(seed, walkers=1)
    (route,) = climb(ground, seed, _rounds(3))
    times = ground.schedule(0, route)
    for k in range(len(route) + 1):
        assert _is_kept(ground, times, route, k, times.latest[k])
        assert not _is_kept(ground, times, route, k, times.latest[k] + 1)


def _is_kept(ground, times, route, k, at):
    """Whether all from the k-th task on can be kept when it is reached at a time."""
    shift = ground.problem.shifts[0]
    for here, i in zip(times.nodes[k + 1 :], route[k:], strict=False):
        begins = [max(at, early) for early, late in ground.windows[i] if at <= late]
        if not begins:
            return False
        at = min(begins) + ground.services[i] + ground.walks[here][times.nodes[times.nodes.index(here, 1) + 1]]
    return at <= shift.finish


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_after_filling_no_task_fits_anywhere_with_a_gain(seed):
    _, ground = _ground(seed)
    plan = Plan(ground, [[], []])
    plan.fill()
    done = {i for route in plan.routes for i in route}
    shut = done | {j for i in done for j in ground.rivals[i]}
    for walker, route in enumerate(plan.routes):
        before = ground.worth(walker, route)
        for i in sorted(set(range(ground.tasks)) - shut):
            longer = [[*route[:k], i, *route[k:]] for k in range(len(route) + 1)]
            assert not any(ground.schedule(walker, r) and ground.worth(walker, r) > before for r in longer)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_neatening_loses_nothing_and_keeps_all_times(seed):
    problem, ground = _ground(seed)
    routes = scattered(ground, random.Random(seed))
    mixed = [_some_order(ground, w, route, seed) for w, route in enumerate(routes)]
    made = neat(ground, mixed)
    assert _faults(problem, made) == []
    assert sum(ground.worth(w, r) for w, r in enumerate(made)) >= sum(ground.worth(w, r) for w, r in enumerate(mixed))


def _some_order(ground, walker, route, seed):
    """Another order of the first tasks that can be kept, if there is one."""
    orders = [[*first, *route[4:]] for first in permutations(route[:4])]
    kept = [order for order in orders if ground.schedule(walker, order) is not None]
    return random.Random(seed).choice(kept)


@pytest.mark.parametrize("seed", range(5))
def test_a_tidied_walk_does_the_same_with_no_more_effort(seed):
    _, ground = _ground(seed, walkers=1)
    (route,) = scattered(ground, random.Random(seed))
    mixed = _some_order(ground, 0, route, seed)
    made = tidied(ground, 0, mixed)
    assert sorted(made) == sorted(mixed)
    assert ground.worth(0, made) >= ground.worth(0, mixed)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.2, 2.0))
def test_no_route_of_a_filled_plan_costs_more_than_it_is_worth(seed, tight):
    ground = Ground(whole(question(random.Random(seed), 13, 4, tight=tight)))
    plan = Plan(ground, [[] for _ in range(4)])
    plan.fill()
    assert min(ground.worth(walker, route) for walker, route in enumerate(plan.routes)) >= 0.0
