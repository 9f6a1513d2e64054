"""The checker finds each way in which an answer can break a law."""

import numpy as np
import pytest

from mapsvc.patrol.problem import Answer, Problem, Walker
from mapsvc.patrol.route_checker import faults, visits

AT = np.array([0.0, 10.0, 20.0, 30.0])
WALK = np.abs(AT[:, None] - AT[None, :])
NEVER_SECOND = np.array([0.0, np.inf, 0.0])


def _problem(**more):
    """Three tasks at 10, 20 and 30 minutes; the second opens at 30; the first and the third are one stretch."""
    given = {
        "service": np.full(3, 5.0), "points": np.ones(3), "must": np.array([False, True, False]),
        "windows": ((), ((30.0, 40.0), (60.0, 70.0)), ()), "group": np.array([0, -1, 0]),
        "walkers": (Walker(0, 0, 0.0, 80.0, np.zeros(3)),),
    }  # fmt: skip
    return Problem(1, WALK, WALK, **(given | more))


def test_a_good_answer_has_no_faults():
    assert faults(_problem(), Answer(((0, 1),), "by hand")) == []


def test_arrival_is_departure_and_walk_and_one_waits_for_the_window():
    problem = _problem()
    reached, end = visits(problem, problem.walkers[0], (0, 1))
    assert [(v.arrival, v.begin, v.end) for v in reached] == [(10.0, 10.0, 15.0), (25.0, 30.0, 35.0)]
    assert end == 55.0


def test_the_second_window_counts_when_the_first_is_over():
    problem = _problem(walkers=(Walker(0, 0, 30.0, 100.0, np.zeros(3)),))
    reached, _ = visits(problem, problem.walkers[0], (1,))
    assert reached[0].begin == 60.0


@pytest.mark.parametrize(
    ("routes", "missed", "more", "said"),
    [
        (((0, 1), ()), (), {}, "路线却有2条"),
        (((0, 9),), (), {}, "没有第9个任务"),
        (((1, 1),), (), {}, "任务1排了2次"),
        (((0, 2, 1),), (), {}, "第0组排了2个"),
        (((0,),), (), {}, "必到却没有排上"),
        (((0, 1),), (1,), {}, "其实不是这样"),
        (((0, 1),), (), {"walkers": (Walker(0, 0, 0.0, 54.9, np.zeros(3)),)}, "55才到终点"),
        (((1,),), (), {"walkers": (Walker(0, 0, 51.0, 200.0, np.zeros(3)),)}, "到得太晚"),
        (((0, 1),), (), {"walkers": (Walker(0, 0, 0.0, 80.0, NEVER_SECOND),)}, "不归这个人"),
    ],
)
def test_each_broken_law_is_said(routes, missed, more, said):
    found = faults(_problem(**more), Answer(routes, "by hand", missed))
    assert any(said in fault for fault in found)


def test_a_must_is_reached_by_the_other_way_to_walk_its_stretch():
    problem = _problem(must=np.array([True, False, False]))
    assert faults(problem, Answer(((2,),), "by hand")) == []
