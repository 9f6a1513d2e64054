"""The rest of a walk: no worse than walking on in the old order, begun where and when one is."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.domain.patrol import Special
from mapsvc.patrol.plan import rest_of
from mapsvc.patrol.problem import Effort
from tests.patrol.ground import GROUND, door, planned, stretch, to_lonlat

DOORS = [door(n, 1 if n % 4 else -1, points=n % 7 + 3, minutes=4) for n in range(60, 240, 10)]
PLAN = planned([*DOORS, stretch(112, 124, 1)], Effort(iterations=200), minutes=110)
ROUTE = PLAN.routes[0]


@settings(max_examples=12)
@given(st.integers(0, len(ROUTE.stops) - 1), st.integers(-5, 30))
def test_going_on_is_never_worse_than_the_old_order(behind, more_min):
    done = [stop.ref for stop in ROUTE.stops[:behind]]
    last = ROUTE.stops[behind - 1] if behind else None
    here = (last.lon, last.lat) if last and not last.stretch else None
    if last and here is None:
        here = last.stretch[-1]
    begin = (last.at_s + last.service_min * 60) // 60 + 1 if last else 0
    left = 110 - begin + more_min
    rest = rest_of(PLAN, "小陈", Special("小陈", left, here, None, begin), done, GROUND)
    ahead = {stop.ref for stop in ROUTE.stops[behind:]}
    stops = {stop.ref for stop in rest.routes[0].stops}
    assert stops | {one.ref for one in rest.skipped} == ahead
    if more_min >= 2:
        assert stops == ahead
    assert rest.routes[0].end_s <= (begin + left) * 60 + 1
    assert rest.routes[0].begin_s == begin * 60


def test_somewhere_else_the_nearest_comes_first():
    far_end = to_lonlat(9.0, 480.0)
    rest = rest_of(PLAN, "小陈", Special("小陈", 300, far_end), [], GROUND)
    north = max(DOORS, key=lambda candidate: candidate.lat)
    assert rest.routes[0].stops[0].lat >= north.lat - 60 / 111_000


def test_when_no_time_is_left_everything_is_left_with_a_reason():
    rest = rest_of(PLAN, "小陈", Special("小陈", 0, None, None, 110), [], GROUND)
    assert rest.routes[0].stops == ()
    assert {one.reason for one in rest.skipped} <= {"too_far", "quiet"}
