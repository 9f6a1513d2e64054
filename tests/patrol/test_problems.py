"""What is asked of the solver: places, tasks, hours, whose is what."""

import numpy as np
import pytest

from mapsvc.domain.patrol import Lock, Special
from mapsvc.patrol.problems import WALK_M_PER_S, ask
from tests.patrol.ground import EVENING_MIN, GROUND, asked_for, door, stretch, to_lonlat


def put(*candidates, by_hand=(), **request):
    return ask(asked_for(**request), candidates, GROUND, by_hand)


def test_a_door_is_one_task_and_a_stretch_two_of_a_group():
    asked = put(door(110, 1), stretch(120, 140, 1))
    assert asked.of_task == (0, 1, 1)
    assert asked.problem.group.tolist() == [-1, 1, 1]
    assert asked.tasks_of == {0: (0,), 1: (1, 2)}


def test_a_stretch_is_left_at_its_other_end():
    asked = put(door(110, 1), stretch(120, 140, 1), door(145, 1))
    along, against = asked.tasks_of[1]
    to_next = asked.problem.walk[:, asked.problem.places + asked.tasks_of[2][0]]
    assert to_next[asked.problem.places + along] < to_next[asked.problem.places + against]
    assert asked.lines[along] == asked.lines[against][::-1]


def test_a_stretch_takes_as_long_as_walking_along_it():
    asked = put(stretch(120, 140, 1))
    assert asked.problem.service.tolist() == pytest.approx([40.0 / WALK_M_PER_S] * 2)


def test_people_have_their_own_shift_and_ends():
    home = to_lonlat(-300.0, 200.0)
    asked = put(door(110, 1), workers=("小陈", "小李"), specials=(Special("小李", 45, home, begin=15),))
    chen, li = asked.problem.walkers
    assert (chen.begin, chen.finish, chen.start) == (0.0, 7200.0, chen.end)
    assert (li.begin, li.finish) == (900.0, 3600.0)
    assert li.start != chen.start and li.end == chen.end


def test_somebody_elses_door_is_minded_and_a_locked_one_is_nobody_elses():
    asked = put(
        door(110, 1, worker="小李"), door(112, 1), door(114, 1),
        workers=("小陈", "小李"), locks=(Lock("shop:114E", "小李"),),
    )  # fmt: skip
    chen, li = asked.problem.walkers
    assert chen.aversion[0] > 0 == li.aversion[0]
    assert chen.aversion[1] == li.aversion[1] == 0
    assert np.isinf(chen.aversion[2]) and li.aversion[2] == 0
    assert asked.problem.must.tolist() == [False, False, True]


def test_a_lock_to_somebody_who_stays_at_home_binds_nobody():
    asked = put(door(110, 1), workers=("小陈",), locks=(Lock("shop:110E", "小李"),))
    assert asked.problem.walkers[0].aversion.tolist() == [0.0]
    assert not asked.problem.must.any()


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        ((), ((),)),
        (((EVENING_MIN - 60, EVENING_MIN + 300),), ((),)),
        (((EVENING_MIN + 30, EVENING_MIN + 60),), (((1800.0, 3600.0),),)),
        (((EVENING_MIN - 30, EVENING_MIN + 20), (EVENING_MIN + 90, EVENING_MIN + 400)),
         (((0.0, 1200.0), (5400.0, 7200.0)),)),
        (((480, 720),), ()),
        (((EVENING_MIN + 121, EVENING_MIN + 180),), ()),
    ],
)  # fmt: skip
def test_hours_are_seconds_of_the_shift_and_none_within_it_are_no_task(windows, expected):
    assert put(door(110, 1, windows=windows)).problem.windows == expected


def test_what_is_put_by_hand_is_a_task_whatever_its_hours():
    asked = put(door(110, 1, windows=((480, 720),)), by_hand=("shop:110E",))
    assert asked.problem.windows == ((((480 - EVENING_MIN) * 60.0, (720 - EVENING_MIN) * 60.0),),)


def test_what_is_left_out_is_no_task_under_any_of_its_names():
    for name in ("shop:110E", "place:PD0001"):
        asked = put(door(110, 1, also=("place:PD0001",)), door(112, 1), leave_out=(name,))
        assert asked.of_task == (1,)


def test_a_must_is_known_by_any_of_its_names():
    asked = put(door(110, 1, also=("place:PD0001",)), door(112, 1), must=("place:PD0001",))
    assert asked.problem.must.tolist() == [True, False]


def test_a_request_without_a_start_is_not_put():
    with pytest.raises(ValueError, match="start"):
        put(door(110, 1), start=None)
