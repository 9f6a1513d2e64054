"""Work is shared out evenly where there is time, and long walks go round."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.domain.patrol import Lock
from mapsvc.patrol.problem import Effort
from tests.patrol.ground import door, planned, stops_of

QUICK = Effort(iterations=200)
TWO = ("小陈", "小李")
NEAR = [door(n, 1, minutes=5) for n in (104, 108, 112)]
FAR = [door(n, -1, minutes=9) for n in (150, 160, 170, 180, 190)]


def minutes_of(plan):
    return {route.worker: round((route.end_s - route.begin_s) / 60) for route in plan.routes}


def test_who_had_long_walks_gets_the_shorter_one():
    for tired, rested in (TWO, TWO[::-1]):
        plan = planned([*NEAR, *FAR], workers=TWO, minutes=240, turns=((tired, 400), (rested, 60)))
        minutes = minutes_of(plan)
        assert 0 < minutes[tired] < minutes[rested]


def test_ones_own_doors_come_before_taking_turns():
    own = [door(n, 1, worker="小陈") for n in range(104, 140, 4)] + [door(190, -1, worker="小李")]
    plan = planned(own, workers=TWO, minutes=60, turns=(("小陈", 300), ("小李", 0)))
    assert {stop.keeper for stop in plan.routes[0].stops} == {"小陈"}


def test_a_lock_stays_whoever_had_long_walks():
    locks = (Lock(FAR[0].ref, "小陈"),)
    plan = planned([*NEAR, *FAR], workers=TWO, minutes=240, turns=(("小陈", 400), ("小李", 60)), locks=locks)
    assert FAR[0].ref in stops_of(plan)["小陈"]
    assert next(stop for stop in plan.routes[0].stops if stop.ref == FAR[0].ref).is_locked


def test_nobody_is_sent_home_at_once_while_others_walk_to_the_end():
    plan = planned([*NEAR, *FAR], workers=(*TWO, "小周"), minutes=300)
    minutes = minutes_of(plan)
    assert min(minutes.values()) > 0
    assert max(minutes.values()) <= 1.7 * min(minutes.values())


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.integers(60, 280), st.integers(1, 50)), min_size=4, max_size=14, unique_by=lambda r: r[0]),
    st.integers(20, 60),
)
def test_nothing_that_fits_in_passing_is_left_and_nothing_better_waits_for_its_place(rows, minutes):
    doors = [door(n, 1 if n % 2 else -1, points) for n, points in rows]
    plan = planned(doors, effort=QUICK, minutes=minutes)
    assert all(one.reason != "room" for one in plan.skipped)
    points = {candidate.ref: candidate.points for candidate in doors}
    for one in plan.skipped:
        if one.reason == "loses":
            assert points[one.loses_to] >= points[one.ref]
