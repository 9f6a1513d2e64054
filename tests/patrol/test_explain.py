"""Why a stop was left out: the reason is the right one, names what it must, and is true."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.domain.patrol import Lock, Reason, Special
from mapsvc.domain.patrol_files import plan_from_json
from mapsvc.patrol.explain import HOLDS
from mapsvc.patrol.network import Network, StreetLine
from mapsvc.patrol.plan import make_plan, retime
from mapsvc.patrol.problem import Effort
from mapsvc.patrol.problems import Ground, ask
from mapsvc.patrol.timing import timetable
from tests.patrol.ground import (
    EVENING_MIN,
    GROUND,
    STREETS,
    asked_for,
    door,
    planned,
    skipped_of,
    stops_of,
    stretch,
    to_lonlat,
    to_metres,
)

QUICK = Effort(iterations=60)


def test_hours_beyond_the_shift_are_quiet_and_say_which():
    plan = planned([door(110, 1, windows=((480, 720),), window_text="下午、晚上不便"), door(112, 1)])
    quiet = skipped_of(plan)["shop:110E"]
    assert quiet.reason == "quiet" and "下午、晚上不便" in quiet.text


def test_hours_that_end_before_anybody_could_be_there_are_quiet():
    plan = planned([door(290, 1, windows=((EVENING_MIN, EVENING_MIN + 1),)), door(112, 1)])
    assert skipped_of(plan)["shop:290E"].reason == "quiet"


def test_what_fits_nobodys_shift_alone_is_too_far_and_says_how_long_it_takes():
    far = skipped_of(planned([door(280, 1, minutes=60)], minutes=30))["shop:280E"]
    assert far.reason == "too_far"
    walk = 2 * (560 - 200) / 1.1 / 60
    (told,) = map(int, re.findall(r"约(\d+)分钟", far.text))
    assert 60 + walk <= told <= 60 + walk + 2


def test_what_gives_way_names_a_stop_worth_as_much_in_whose_place_it_would_fit():
    doors = [door(n, 1, points=10 + n % 3, minutes=10) for n in range(105, 125, 2)]
    plan = planned(doors, minutes=40)
    points = {candidate.ref: candidate.points for candidate in doors}
    taken = set(stops_of(plan)["小陈"])
    losers = [one for one in plan.skipped if one.reason == "loses"]
    assert losers
    for one in losers:
        assert one.loses_to in taken
        assert points[one.loses_to] >= one.points
        label = next(d.label for d in doors if d.ref == one.loses_to)
        assert label in one.text


def test_what_fits_in_nobodys_place_lacks_time_and_says_how_much():
    doors = [door(n, 1, points=50) for n in range(102, 118, 2)] + [door(119, 1, points=60, minutes=38)]
    plan = planned(doors, minutes=45)
    lacking = skipped_of(plan)["shop:119E"]
    assert lacking.reason == "no_time"
    assert lacking.lacking_min > 0 and f"约差{lacking.lacking_min}分钟" in lacking.text


def test_a_missed_must_says_so_first():
    plan = planned([door(n, -1, minutes=15) for n in range(110, 150, 5)], minutes=40,
                   must=tuple(f"shop:{n}W" for n in range(110, 150, 5)))  # fmt: skip
    assert plan.skipped
    assert all(one.is_must and one.text.startswith("必到，但") for one in plan.skipped)


def test_a_must_takes_the_place_of_others():
    doors = [door(n, 1, points=80, minutes=8) for n in range(102, 122, 2)] + [door(240, -1, points=1, minutes=8)]
    plan = planned(doors, minutes=45, must=("shop:240W",))
    assert "shop:240W" in stops_of(plan)["小陈"]


def test_what_is_left_out_by_hand_says_so():
    plan = planned([door(110, 1), door(112, 1)], leave_out=("shop:112E",))
    assert skipped_of(plan)["shop:112E"].reason == "left_out"


def test_a_street_nothing_leads_to_is_said_to_be_unreachable():
    apart = Network((*STREETS, StreetLine("对岸路", ((300.0, 300.0), (300.0, 400.0)), 10.0)))
    lon, lat = to_lonlat(305.0, 350.0)
    doors = [door(n, 1) for n in (110, 112, 114)]
    far = replace(door(130, 1), lon=lon, lat=lat, street="对岸路")
    plan = make_plan("p1", asked_for(), [*doors, far], Ground(apart, to_metres, to_lonlat), effort=QUICK)
    assert skipped_of(plan)["shop:130E"].reason == "unreachable"
    assert len(stops_of(plan)["小陈"]) == 3


def test_what_was_dragged_out_by_hand_and_fits_is_said_to_fit():
    plan = planned([door(110, 1), door(112, 1)])
    order = [ref for ref in stops_of(plan)["小陈"] if ref != "shop:112E"]
    after = retime(plan, {"小陈": order}, GROUND)
    room = skipped_of(after)["shop:112E"]
    assert room.reason == "room" and "小陈" in room.text


rows = st.tuples(
    st.integers(52, 290), st.sampled_from((-1, 1)), st.integers(1, 60), st.integers(1, 30),
    st.sampled_from([(), (), ((1080, 1100),), ((1100, 1130),), ((1085, 1095), (1140, 1150)), ((480, 700),)]),
    st.booleans(), st.sampled_from([None, None, "小陈", "小李", "阿飞"]),
)  # fmt: skip
doors_of = st.lists(rows, max_size=16, unique_by=lambda row: row[:2]).map(
    lambda found: [
        door(n, side, points, minutes, windows=windows, must=must and points > 45, worker=worker)
        for n, side, points, minutes, windows, must, worker in found
    ]
)
stretches_of = st.lists(
    st.tuples(st.integers(2, 11), st.sampled_from((-1, 1)), st.integers(1, 40)), max_size=3, unique_by=lambda r: r[:2]
).map(lambda found: [stretch(20 * k + 10, 20 * k + 22, side, points) for k, side, points in found])


@settings(max_examples=40)
@given(doors_of, stretches_of, st.integers(1, 3), st.integers(10, 100), st.integers(0, 3), st.data())
def test_every_plan_keeps_every_law(doors, stretches, people, minutes, cut, data):
    workers = ("小陈", "小李", "小周")[:people]
    candidates = [*doors, *stretches]
    refs = [candidate.ref for candidate in candidates]
    some = st.lists(st.sampled_from(refs), max_size=2, unique=True) if refs else st.just([])
    locks = tuple(Lock(ref, data.draw(st.sampled_from(workers))) for ref in data.draw(some))
    out = tuple(ref for ref in data.draw(some) if ref not in {lock.ref for lock in locks})
    specials = (Special(workers[-1], max(minutes - 10 * cut, 10)),) if cut else ()
    request = asked_for(workers=workers, minutes=minutes, locks=locks, leave_out=out, specials=specials)
    plan = make_plan("p1", request, candidates, GROUND, effort=QUICK)
    _keeps_the_laws(plan, ask(request, candidates, GROUND))
    assert plan_from_json(plan.to_json()) == plan


def _keeps_the_laws(plan, asked):
    """Each law said once more, by other means than the checker's."""
    problem = asked.problem
    taken = [stop.ref for route in plan.routes for stop in route.stops]
    left = [one.ref for one in plan.skipped]
    assert sorted(taken + left) == sorted(c.ref for c in asked.candidates)
    tours = []
    for route, walker in zip(plan.routes, problem.walkers, strict=True):
        tour = []
        for stop in route.stops:
            ways = asked.tasks_of[asked.index[stop.ref]]
            is_back = stop.stretch and stop.stretch != asked.candidates[asked.index[stop.ref]].stretch
            tour.append(ways[1 if is_back else 0])
        times = timetable(problem, walker, tour)
        assert times.is_kept and times.end <= walker.finish + 0.01
        assert [stop.at_s for stop in route.stops] == [round(one.arrival) for one in times.reached]
        assert all(problem.walkers[len(tours)].aversion[task] < float("inf") for task in tour)
        tours.append(tour)
    for one in plan.skipped:
        assert HOLDS[one.reason](asked, tours, one), one
        assert one.reason != "room"
        must = asked.candidates[asked.index[one.ref]].must
        assert one.text.startswith("必到，但") == must == one.is_must


@settings(max_examples=25)
@given(doors_of, st.integers(15, 60), st.randoms(use_true_random=False))
def test_a_plan_put_in_any_order_by_hand_is_timed_and_explained(doors, minutes, rng):
    plan = planned(doors, effort=QUICK, workers=("小陈", "小李"), minutes=minutes)
    refs = [candidate.ref for candidate in doors]
    rng.shuffle(refs)
    cut = rng.randint(0, len(refs))
    orders = {"小陈": refs[:cut], "小李": [ref for ref in refs[cut:] if rng.random() < 0.8]}
    after = retime(plan, orders, GROUND)
    assert stops_of(after) == {worker: list(order) for worker, order in orders.items()}
    assert after.input_hash == plan.input_hash
    for route in after.routes:
        over = route.end_s - 60 * route.minutes
        late = [stop for stop in route.stops if stop.late_min]
        assert bool(route.notes) == bool(late or over > 0.5) or abs(over) <= 1
        assert route.end_s <= 60 * minutes + 1 or any("超" in note for note in route.notes)


def test_what_runs_over_is_said_with_the_time_it_ends():
    doors = [door(n, 1, minutes=20) for n in (102, 106, 110)]
    plan = planned(doors, minutes=50)
    after = retime(plan, {"小陈": [candidate.ref for candidate in doors]}, GROUND)
    (note,) = after.routes[0].notes
    over = round(after.routes[0].end_s / 60 - 50)
    assert note == f"约{after.routes[0].end_about}走完，超{over}分钟"


def test_missed_hours_are_said_with_the_hours():
    quiet = door(110, 1, windows=((1080, 1085),), window_text="18:05后不便")
    plan = planned([quiet, door(104, 1, minutes=20)])
    after = retime(plan, {"小陈": ["shop:104E", "shop:110E"]}, GROUND)
    assert "18:05后不便" in after.routes[0].notes[0]
    assert after.routes[0].stops[1].late_min > 0


@pytest.mark.parametrize("order", [["shop:110E", "shop:110E"], ["shop:999E"]])
def test_orders_that_name_a_stop_twice_or_an_unknown_one_are_no_orders(order):
    plan = planned([door(110, 1)])
    with pytest.raises((ValueError, KeyError)):
        retime(plan, {"小陈": order}, GROUND)


def test_a_plan_from_before_is_read_and_timed_anew():
    plan = planned([door(110, 1), door(112, 1), door(280, 1, minutes=150)])
    document = plan.to_json()
    for skipped in document["skipped"]:
        for name in list(skipped.keys() - {"ref", "label", "reason", "text", "points"}):
            del skipped[name]
    for stop in document["routes"][0]["stops"]:
        for name in ("way", "windows", "keeper", "street", "house_number", "late_min", "wait_s", "stretch"):
            del stop[name]
    for name in ("specials", "locks", "rounds", "leave_out"):
        del document[name]
    after = retime(plan_from_json(document), {"小陈": ["shop:112E", "shop:110E"]}, GROUND)
    assert stops_of(after) == {"小陈": ["shop:112E", "shop:110E"]}
    assert [one.ref for one in after.skipped] == ["shop:280E"]


def test_a_reason_shown_beside_a_stop_is_kept():
    reasons = (Reason("promise", 40, "答应的事：回话"), Reason("call", 10, "41天没走到"))
    plan = planned([replace(door(110, 1), reasons=reasons)])
    assert plan.routes[0].stops[0].reasons == reasons
