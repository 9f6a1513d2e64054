"""A plan visits each stop at most once, keeps the shift, walks one side and comes back on the other."""

import random
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.domain.patrol import Candidate, PlanRequest, Reason, Shift, plan_from_json
from mapsvc.patrol.exports import surname, to_csv, to_geojson, to_gpx, to_kml
from mapsvc.patrol.network import Network, StreetLine
from mapsvc.patrol.plan import make_plan

STREETS = (
    StreetLine("岚皋路", ((0.0, 0.0), (0.0, 600.0)), 17.0),
    StreetLine("岚皋西路", ((0.0, 200.0), (-500.0, 200.0)), 15.0),
)
NETWORK = Network(STREETS)
START = (0.0, 200.0)


def _to_lonlat(x, y):
    return 121.42 + x / 95_000, 31.25 + y / 111_000


def _door(number, side, points=10, minutes=5, **more):
    """A door on 岚皋路: side -1 west, +1 east."""
    x, y = side * 9.0, number * 2.0
    lon, lat = _to_lonlat(x, y)
    reasons = (Reason("call", points, "还没走到"),)
    ref = f"shop:{number}{'E' if side > 0 else 'W'}"
    candidate = Candidate(ref, lon, lat, f"岚皋路{number}号", reasons, minutes, ref[5:], "岚皋路", number, **more)
    return candidate, (x, y)


def _plan(doors, workers=("小陈",), minutes=120, seed=1, must=()):
    candidates = tuple(candidate for candidate, _ in doors)
    metres = np.array([START, *(at for _, at in doors)])
    request = PlanRequest(date(2026, 11, 23), Shift.EVENING, tuple(workers), minutes, None, tuple(must), seed)
    return make_plan("p1", request, candidates, NETWORK, metres, _to_lonlat)


def test_one_side_first_then_back_on_the_other():
    doors = [_door(n, side) for n in range(100, 250, 15) for side in (-1, 1)]
    (route,) = _plan(doors, minutes=180).routes
    assert len(route.stops) == 20
    assert sum(stop.crosses for stop in route.stops) / len(route.stops) <= 0.35


def test_a_short_shift_takes_what_matters_most():
    doors = [_door(n, -1, points=10, minutes=10) for n in range(105, 135, 3)] + [_door(150, -1, points=90, minutes=10)]
    plan = _plan(doors, minutes=40)
    assert "shop:150W" in {stop.ref for stop in plan.routes[0].stops}
    assert plan.skipped
    assert all("时间不够" in skipped.text for skipped in plan.skipped)


def test_a_must_is_visited_however_little_it_is_worth():
    doors = [_door(n, -1, points=50, minutes=10) for n in range(105, 135, 3)] + [_door(250, 1, points=1, minutes=10)]
    plan = _plan(doors, minutes=50, must=("shop:250E",))
    assert "shop:250E" in {stop.ref for stop in plan.routes[0].stops}


def test_what_cannot_be_reached_even_alone_is_said_so():
    plan = _plan([_door(280, 1, minutes=60)], minutes=30)
    assert plan.skipped[0].reason == "too_far"


def test_own_doors_go_to_the_own_worker():
    doors = [_door(n, -1, worker="小陈") for n in range(105, 135, 6)] + [
        _door(n, 1, worker="小李") for n in range(105, 135, 6)
    ]
    plan = _plan(doors, workers=("小陈", "小李"))
    for route in plan.routes:
        side = "W" if route.worker == "小陈" else "E"
        assert all(stop.ref.endswith(side) for stop in route.stops)


def test_the_unit_of_points_does_not_change_the_plan():
    rng = random.Random(4)
    rows = [(n, rng.choice((-1, 1)), rng.randint(1, 40)) for n in range(100, 260, 4)]
    small = _plan([_door(n, side, points=p) for n, side, p in rows], minutes=60)
    large = _plan([_door(n, side, points=p * 1000) for n, side, p in rows], minutes=60)
    assert [s.ref for s in small.routes[0].stops] == [s.ref for s in large.routes[0].stops]


def test_equal_seed_gives_the_equal_plan_and_hash():
    doors = [_door(n, side) for n in range(100, 200, 7) for side in (-1, 1)]
    assert _plan(doors, minutes=60) == _plan(doors, minutes=60)


def test_nothing_to_do_is_an_empty_walk():
    plan = _plan([])
    assert plan.routes[0].stops == ()
    assert plan.routes[0].title == "今天没有要走的"


def test_a_stop_off_every_street_is_estimated_and_said():
    far, _ = _door(100, 1)
    plan = _plan([(far, (900.0, 900.0))], minutes=120)
    assert plan.notes


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(50, 290), st.sampled_from((-1, 1)), st.integers(1, 60), st.integers(1, 30)),
                max_size=25, unique_by=lambda row: row[:2]), st.integers(1, 3), st.integers(10, 200))  # fmt: skip
def test_every_plan_keeps_the_laws(rows, workers, minutes):
    doors = [_door(n, side, points=p, minutes=m) for n, side, p, m in rows]
    plan = _plan(doors, workers=("小陈", "小李", "小周")[:workers], minutes=minutes)
    refs = [stop.ref for route in plan.routes for stop in route.stops] + [s.ref for s in plan.skipped]
    assert sorted(refs) == sorted(candidate.ref for candidate, _ in doors)
    for route in plan.routes:
        assert route.walk_min + route.service_min <= minutes + 2
    assert plan_from_json(plan.to_json()) == plan


def test_exports_carry_every_stop_and_only_surnames():
    plan = _plan([_door(n, -1) for n in (110, 120, 130)], workers=("陈晓岚",))
    for text in (to_gpx(plan).decode(), to_kml(plan).decode(), to_csv(plan).decode("utf-8-sig"), str(to_geojson(plan))):
        assert all(f"岚皋路{n}号" in text for n in (110, 120, 130))
        assert "晓岚" not in text


@pytest.mark.parametrize(("worker", "tag"), [("小陈", "陈"), ("陈晓岚", "陈"), ("李", "李")])
def test_a_route_is_tagged_by_surname(worker, tag):
    assert surname(worker) == tag


def test_a_leading_equals_sign_stays_text_in_the_sheet():
    candidate, at = _door(110, -1)
    doors = [(Candidate(candidate.ref, candidate.lon, candidate.lat, "=cmd()", candidate.reasons, 5), at)]
    assert "'=cmd()" in to_csv(_plan(doors)).decode("utf-8-sig")
