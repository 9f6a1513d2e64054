"""A plan visits each stop at most once, keeps the shift, walks one side and comes back on the other."""

import random
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.domain.patrol import Candidate, PlanRequest, Reason, Shift
from mapsvc.domain.patrol_files import plan_from_json
from mapsvc.patrol.exports import surname, to_csv, to_geojson, to_gpx, to_kml
from mapsvc.patrol.network import Network, StreetLine
from mapsvc.patrol.plan import make_plan
from mapsvc.patrol.problem import Effort
from mapsvc.patrol.problems import Ground

STREETS = (
    StreetLine("岚皋路", ((0.0, 0.0), (0.0, 600.0)), 17.0),
    StreetLine("岚皋西路", ((0.0, 200.0), (-500.0, 200.0)), 15.0),
)
NETWORK = Network(STREETS)
START = (0.0, 200.0)


def _to_lonlat(x, y):
    return 121.42 + x / 95_000, 31.25 + y / 111_000


def _to_metres(lon, lat):
    return (lon - 121.42) * 95_000, (lat - 31.25) * 111_000


GROUND = Ground(NETWORK, _to_metres, _to_lonlat)


def _door(number, side, points=10, minutes=5, **more):
    """A door on 岚皋路: side -1 west, +1 east."""
    x, y = side * 9.0, number * 2.0
    lon, lat = _to_lonlat(x, y)
    reasons = (Reason("call", points, "还没走到"),)
    ref = f"shop:{number}{'E' if side > 0 else 'W'}"
    candidate = Candidate(ref, lon, lat, f"岚皋路{number}号", reasons, minutes, ref[5:], "岚皋路", number, **more)
    return candidate, (x, y)


def _plan(doors, workers=("小陈",), minutes=120, seed=1, must=(), effort=None):
    candidates = tuple(candidate for candidate, _ in doors)
    start = _to_lonlat(*START)
    request = PlanRequest(date(2026, 11, 23), Shift.EVENING, tuple(workers), minutes, start, tuple(must), seed)
    return make_plan("p1", request, candidates, GROUND, effort=effort)


def test_one_side_first_then_back_on_the_other():
    doors = [_door(n, side) for n in range(100, 250, 15) for side in (-1, 1)]
    (route,) = _plan(doors, minutes=180).routes
    assert len(route.stops) == 20
    assert sum(stop.crosses for stop in route.stops) / len(route.stops) <= 0.35


def test_a_corner_house_belongs_to_the_street_of_its_address():
    x, y = -12.0, 206.0
    by_position, by_address = NETWORK.snap(x, y), NETWORK.snap(x, y, "岚皋路")
    assert NETWORK.streets[by_position.street].name == "岚皋西路"
    assert NETWORK.streets[by_address.street].name == "岚皋路"


def test_crossing_is_said_once_where_the_walk_turns_back():
    both = [_door(n, side) for n in range(110, 200, 15) for side in (-1, 1)]
    doors = [(replace(door, side="even" if at[0] > 0 else "odd"), at) for door, at in both]
    (route,) = _plan(doors, minutes=180).routes
    turns = [stop.turn for stop in route.stops if stop.turn]
    assert 1 <= len(turns) <= 2
    assert any(turn.startswith("过街，从") and turn.endswith("侧往回走") for turn in turns)


def test_walks_at_a_junction_cross_no_street_for_free():
    west, east = (-9.0, 260.0), (9.0, 260.0)
    walks = NETWORK.walks(np.array([west, east, (-100.0, 207.5), (-100.0, 192.5)]))
    assert walks.crosses(0, 1)
    assert walks.effort_m[0, 1] >= walks.distance_m[0, 1] + 15
    assert not walks.crosses(0, 2)
    assert walks.crosses(1, 2) and walks.crosses(2, 3)


def test_two_hundred_and_fifty_stops_are_walked_without_a_zigzag():
    rng = random.Random(1)
    numbers = [(n, side) for n in range(20, 145) for side in (-1, 1)]
    doors = [_door(n, side, points=rng.randint(5, 40)) for n, side in numbers]
    plan = _plan(doors, workers=("小陈", "小李", "小周", "小吴"), minutes=120)
    stops = sum(len(route.stops) for route in plan.routes)
    assert stops >= 60
    assert plan.totals["crossings"] / stops <= 0.35


def test_work_is_shared_out_when_the_shift_is_longer():
    doors = [_door(n, side) for n in range(110, 200, 10) for side in (-1, 1)]
    plan = _plan(doors, workers=("小陈", "小李", "小周"), minutes=300)
    loads = [route.walk_min + route.service_min for route in plan.routes]
    assert min(loads) > 0
    assert max(loads) <= 1.7 * min(loads)


def test_musts_beyond_the_shift_are_named():
    doors = [_door(n, -1, minutes=15) for n in range(110, 150, 5)]
    plan = _plan(doors, minutes=40, must=tuple(candidate.ref for candidate, _ in doors))
    assert plan.skipped
    assert all(skipped.text.startswith("必到，但") for skipped in plan.skipped)


def test_a_sheet_is_one_svg_with_every_number_and_no_markup_of_others():
    from xml.etree import ElementTree

    from mapsvc.patrol.sheet import draw_route

    plan = _plan([_door(n, -1) for n in (110, 112, 114)])
    text = draw_route(plan.routes[0], STREETS, _to_metres)
    written = [part.text for part in ElementTree.fromstring(text).iter("{http://www.w3.org/2000/svg}text")]
    assert {"1", "2", "3", "起", "岚皋路", "北"} <= set(written)
    assert draw_route(_plan([]).routes[0], STREETS, lambda lon, lat: (lon, lat)) == ""


def test_namesakes_are_tagged_by_their_nickname():
    from mapsvc.patrol.exports import tags

    plan = _plan([_door(110, -1)], workers=("小陈", "老陈", "小李"))
    assert tags(plan) == ("小陈", "老陈", "李")


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
    lon, lat = _to_lonlat(900.0, 900.0)
    plan = _plan([(replace(far, lon=lon, lat=lat), (900.0, 900.0))], minutes=120)
    assert plan.notes


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(50, 290), st.sampled_from((-1, 1)), st.integers(1, 60), st.integers(1, 30)),
                max_size=25, unique_by=lambda row: row[:2]), st.integers(1, 3), st.integers(10, 200))  # fmt: skip
def test_every_plan_keeps_the_laws(rows, workers, minutes):
    doors = [_door(n, side, points=p, minutes=m) for n, side, p, m in rows]
    plan = _plan(doors, workers=("小陈", "小李", "小周")[:workers], minutes=minutes, effort=Effort(iterations=100))
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
