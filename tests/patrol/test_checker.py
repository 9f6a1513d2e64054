"""The checker finds every law a plan breaks, whoever broke it."""

from dataclasses import replace

import pytest

from mapsvc.domain.patrol import Lock, Skipped
from mapsvc.errors import Broken
from mapsvc.patrol.checker import check_plan
from mapsvc.patrol.problems import ask
from tests.patrol.ground import EVENING_MIN, GROUND, asked_for, door, planned, stretch

LATE = ((EVENING_MIN + 20, EVENING_MIN + 40),)
DOORS = (
    door(104, 1), door(108, 1, points=20), door(112, 1, windows=LATE), door(116, -1),
    door(250, 1, points=1, minutes=30), door(120, 1, windows=((480, 600),)), stretch(124, 136, 1),
)  # fmt: skip
REQUEST = {"minutes": 50, "workers": ("小陈",)}


@pytest.fixture(scope="module")
def plan():
    return planned(DOORS, **REQUEST)


def check(plan, **more):
    check_plan(plan, ask(asked_for(**REQUEST | more), DOORS, GROUND))


def changed(plan, number, **values):
    """The plan with one stop otherwise."""
    (route,) = plan.routes
    stops = tuple(replace(stop, **values) if k == number else stop for k, stop in enumerate(route.stops))
    return replace(plan, routes=(replace(route, stops=stops),))


def refused(plan, **more):
    with pytest.raises(Broken) as broken:
        check(plan, **more)
    return str(broken.value)


def test_a_plan_as_it_was_made_passes(plan):
    assert len(plan.routes[0].stops) > 3 and len(plan.skipped) > 1
    check(plan)


def test_a_stop_that_is_forgotten_or_walked_to_twice_is_found(plan):
    (route,) = plan.routes
    assert "漏排或重排" in refused(replace(plan, routes=(replace(route, stops=route.stops[:-1]),)))
    twice = replace(route, stops=(*route.stops, replace(route.stops[0], order=len(route.stops) + 1)))
    assert "漏排或重排" in refused(replace(plan, routes=(twice,)))


def test_an_arrival_that_is_not_departure_and_walking_is_found(plan):
    assert "到达时间对不上" in refused(changed(plan, 1, at_s=plan.routes[0].stops[1].at_s - 30))


def test_a_way_shorter_than_the_straight_line_is_found(plan):
    stop = max(plan.routes[0].stops, key=lambda stop: stop.walk_distance_m)
    assert "比直线还短" in refused(changed(plan, stop.order - 1, walk_distance_m=1))


def test_an_overrun_shift_is_found(plan):
    (route,) = plan.routes
    assert "超出" in refused(replace(plan, routes=(replace(route, minutes=route.end_s // 60 - 2),)))


def test_a_stop_outside_its_hours_is_found(plan):
    number = next(k for k, stop in enumerate(plan.routes[0].stops) if stop.windows)
    early = ((EVENING_MIN + 100, EVENING_MIN + 110),)
    assert "不在它的时段里" in refused(changed(plan, number, windows=early))


def test_waiting_where_there_are_no_hours_is_found(plan):
    number = next(k for k, stop in enumerate(plan.routes[0].stops) if not stop.windows)
    assert "不在它的时段里" in refused(changed(plan, number, wait_s=60))


def test_an_end_that_does_not_follow_from_the_last_stop_is_found(plan):
    (route,) = plan.routes
    assert "走完的时间" in refused(replace(plan, routes=(replace(route, end_s=route.end_s - 60),)))


def test_a_stop_locked_to_somebody_else_is_found(plan):
    ref = plan.routes[0].stops[0].ref
    asked = ask(asked_for(**REQUEST), DOORS, GROUND)
    locked = replace(asked, request=replace(asked.request, locks=(Lock(ref, "小陈"),)))
    check_plan(plan, locked)
    two = replace(locked.request, workers=("小陈", "小李"), locks=(Lock(ref, "小李"),))
    with pytest.raises(Broken, match="指定给小李"):
        check_plan(plan, replace(asked, request=two))


@pytest.mark.parametrize("reason", ["quiet", "too_far", "loses", "detour", "unreachable", "left_out", "room", "因为"])
def test_a_reason_that_does_not_hold_is_found(plan, reason):
    wrong = next(one for one in plan.skipped if one.reason == "no_time")
    skipped = tuple(replace(one, reason=reason) if one is wrong else one for one in plan.skipped)
    assert "理由不成立" in refused(replace(plan, skipped=skipped))


def test_a_missed_must_that_is_not_named_is_found(plan):
    missed = next(one for one in plan.skipped if one.reason == "no_time")
    assert "必到却没有说" in refused(plan, must=(missed.ref,))


def test_a_stop_worth_less_is_nobody_to_lose_to(plan):
    least = min(plan.routes[0].stops, key=lambda stop: stop.points)
    loser = next(one for one in plan.skipped if one.reason == "no_time")
    claims = Skipped(**{**vars(loser), "reason": "loses", "loses_to": least.ref})
    rich = tuple(replace(d, reasons=(replace(d.reasons[0], points=99),)) if d.ref == loser.ref else d for d in DOORS)
    skipped = tuple(claims if one is loser else one for one in plan.skipped)
    with pytest.raises(Broken, match="理由不成立"):
        check_plan(replace(plan, skipped=skipped), ask(asked_for(**REQUEST), rich, GROUND))
