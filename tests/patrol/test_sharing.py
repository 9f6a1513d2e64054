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


def test_a_walk_that_cannot_be_shared_goes_to_who_had_the_shorter_ones():
    doors = [door(280, 1, minutes=40), door(104, 1, minutes=5)]
    for tired, rested in (TWO, TWO[::-1]):
        plan = planned(doors, workers=TWO, minutes=240, turns=((tired, 400), (rested, 60)))
        assert stops_of(plan) == {rested: ["shop:280E"], tired: ["shop:104E"]} or stops_of(plan) == {
            rested: ["shop:104E", "shop:280E"], tired: []
        }  # fmt: skip


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


def test_rounds_alone_are_walked_as_the_rural_postman_would():
    from mapsvc.patrol.rounds import Party, Stretch, walk_segments
    from tests.patrol.ground import NETWORK, START, stretch, to_metres

    spans = ((104, 112, 1), (112, 124, 1), (110, 122, -1), (140, 152, -1), (60, 72, 1), (30, 44, -1))
    along = [stretch(*span, must=True) for span in spans]
    plan = planned(along, minutes=240)
    best = walk_segments(
        NETWORK, [Stretch(c.ref, tuple(to_metres(*p) for p in c.stretch), c.street) for c in along],
        [Party(START, START)],
    ).parties[0]  # fmt: skip
    (route,) = plan.routes
    assert len(route.stops) == len(spans)
    assert abs(route.walk_distance_m - best.length_m) <= 1


def test_a_stretch_is_drawn_and_timed_along_its_line():
    from tests.patrol.ground import stretch

    one = stretch(110, 140, 1)
    plan = planned([one, door(106, 1), door(145, 1)])
    (route,) = plan.routes
    at = next(k for k, stop in enumerate(route.stops) if stop.ref == one.ref)
    walked = route.stops[at].stretch
    assert walked in (one.stretch, one.stretch[::-1])
    ends = [(round(lon, 6), round(lat, 6)) for lon, lat in walked]
    where = [min(range(len(route.geometry)), key=lambda k, end=end: _apart(route.geometry[k], end)) for end in ends]
    assert where[0] < where[1]
    before, after = route.stops[at], route.stops[at + 1] if at + 1 < len(route.stops) else None
    if after:
        assert abs(after.at_s - before.at_s - (60 + after.walk_distance_m) / 1.1) <= 2
    assert route.stops[at].service_min == route.stops[at].along_min == 1


def _apart(a, b):
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def test_the_same_plan_comes_out_in_every_process():
    """Whatever order sets and dicts have there: equal to what it was."""
    import hashlib
    import json
    import os
    import subprocess
    import sys

    program = (
        "import json; from tests.patrol.ground import door, planned, stretch, stops_of;"
        "from mapsvc.patrol.problem import Effort;"
        "doors = [door(n, 1 if n % 3 else -1, n % 17 + 3, 4 + n % 5, worker=('小陈', '小李', None)[n % 3])"
        " for n in range(60, 280, 6)];"
        "plan = planned([*doors, stretch(100, 112, 1)], Effort(iterations=100), workers=('小陈', '小李'), minutes=70);"
        "print(json.dumps([stops_of(plan), [(s.ref, s.reason, s.loses_to) for s in plan.skipped], plan.input_hash]))"
    )
    found = set()
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", program], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True
        )
        found.add(hashlib.sha256(json.dumps(json.loads(done.stdout)).encode()).hexdigest())
    assert len(found) == 1
