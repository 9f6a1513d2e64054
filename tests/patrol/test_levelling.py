"""Long walks are cut where somebody else has time."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.domain.patrol import Lock
from mapsvc.patrol.levelling import levelled
from mapsvc.patrol.problem import Effort
from mapsvc.patrol.solver import solve
from mapsvc.patrol.timing import timetable
from tests.patrol.ground import door, planned, stops_of
from tests.patrol.questions import question


def loads(problem, tours):
    return [timetable(problem, w, t).end - w.begin for w, t in zip(problem.walkers, tours, strict=True)]


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000), st.integers(2, 4))
def test_nothing_is_dropped_no_hour_broken_and_the_longest_walk_never_longer(seed, walkers):
    problem = question(random.Random(seed), 9, walkers, tight=2.0)
    tours = solve(problem, 1, Effort(iterations=30)).routes
    shared = levelled(problem, tours)
    assert sorted(task for tour in shared for task in tour) == sorted(task for tour in tours for task in tour)
    assert all(timetable(problem, w, t).is_kept for w, t in zip(problem.walkers, shared, strict=True))
    assert max(loads(problem, shared)) <= max(loads(problem, tours)) + 0.01
    assert all(w.aversion[task] < float("inf") for w, t in zip(problem.walkers, shared, strict=True) for task in t)


def test_nobody_is_left_without_where_another_walks_long():
    doors = [door(n, 1, minutes=6, worker="小陈") for n in range(104, 144, 4)]
    plan = planned(doors, workers=("小陈", "小李"), minutes=300)
    taken = {name: len(refs) for name, refs in stops_of(plan).items()}
    assert sum(taken.values()) == len(doors)
    assert min(taken.values()) >= 3


def test_what_is_locked_to_somebody_stays_with_them():
    doors = [door(n, 1, minutes=6, worker="小陈") for n in range(104, 144, 4)]
    plan = planned(doors, workers=("小陈", "小李"), minutes=300, locks=tuple(Lock(d.ref, "小陈") for d in doors))
    assert stops_of(plan) == {"小陈": stops_of(plan)["小陈"], "小李": []}
