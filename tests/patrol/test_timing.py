"""When tasks are reached, and where one more fits: the quick answer for many is that of trying each."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.patrol.problem import Problem, Walker
from mapsvc.patrol.timing import Room, WindowTable, opening, timetable

WINDOWS = st.sampled_from([(), (), ((0.0, 30.0),), ((20.0, 60.0),), ((10.0, 15.0), (50.0, 90.0)), ((70.0, 80.0),)])


@st.composite
def problems(draw):
    """One place and up to seven tasks on a line, whole minutes."""
    n = draw(st.integers(1, 7))
    at = np.array([0.0, *draw(st.lists(st.integers(0, 15).map(float), min_size=n, max_size=n))])
    walk = np.abs(at[:, None] - at[None, :])
    service = np.array(draw(st.lists(st.integers(0, 9).map(float), min_size=n, max_size=n)))
    windows = tuple(draw(st.lists(WINDOWS, min_size=n, max_size=n)))
    begin = draw(st.sampled_from([0.0, 0.0, 12.0]))
    walker = Walker(0, 0, begin, begin + draw(st.integers(20, 100)), np.zeros(n))
    bare = np.ones(n)
    return Problem(1, walk, walk, service, bare, bare < 0, windows, np.full(n, -1), (walker,))


@given(problems(), st.randoms(use_true_random=False))
def test_a_task_fits_where_the_longer_route_is_kept(problem, rng):
    (walker,) = problem.walkers
    tasks = list(range(problem.tasks))
    rng.shuffle(tasks)
    new, tour = tasks[0], tasks[1 : 1 + rng.randint(0, problem.tasks)]
    while tour and not timetable(problem, walker, tour).is_kept:
        tour.pop()
    room, table = Room(problem, walker, tour), WindowTable(problem)
    (lacking,) = room.lacking(np.array([new]), table)
    for at, late in enumerate(lacking):
        longer = timetable(problem, walker, [*tour[:at], new, *tour[at:]])
        assert (late <= 0.01) == longer.is_kept
        if late > 0.01 and not any(problem.windows[task] for task in (*tour, new)):
            assert abs(late - longer.over_s) < 1e-6


@given(problems())
def test_detour_is_what_the_walk_grows_by(problem):
    (walker,) = problem.walkers
    tour = list(range(1, problem.tasks))
    (added,) = Room(problem, walker, tour).walking(np.array([0]))
    for at, more in enumerate(added):
        longer = [*tour[:at], 0, *tour[at:]]
        assert abs(_walked(problem, longer) - _walked(problem, tour) - more) < 1e-9


def _walked(problem, tour):
    rows = [0, *(1 + task for task in tour), 0]
    return sum(float(problem.walk[a, b]) for a, b in pairwise(rows))


@given(WINDOWS, st.integers(0, 120).map(float))
def test_somebody_early_waits_and_somebody_late_is_told_by_how_much(windows, arrival):
    begin, late = opening(windows, arrival)
    assert begin >= arrival
    if not windows:
        assert (begin, late) == (arrival, 0.0)
    elif any(arrival <= b for _, b in windows):
        assert late == 0.0 and any(a <= begin <= b for a, b in windows)
        assert not any(max(a, arrival) < begin for a, b in windows if arrival <= b)
    else:
        assert late == arrival - max(b for _, b in windows)
