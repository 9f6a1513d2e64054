"""Planning a patrol in a store: who may, what is refused, that it is kept, and that it comes out the same again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from mapsvc.domain.actors import SYSTEM, Actor, Role
from mapsvc.domain.patrol import PlanRequest, Shift
from mapsvc.errors import Forbidden, NotFound, Refused
from mapsvc.operations import plans, what_if
from tests.maps.streets import CORNER, NOW, add_issue, add_shop, add_worker

if TYPE_CHECKING:
    from mapsvc.operations.workspace import Workspace

TODAY = date(2026, 11, 23)
EVENING = PlanRequest(TODAY, Shift.EVENING, ("小陈", "小周"))


@pytest.fixture
def office(workspace: Workspace, quick_plans: None) -> Workspace:
    """Twenty doors nobody was at, looked after by 小陈 and 小周, and two open issues."""
    chen, zhou = add_worker(workspace, "小陈"), add_worker(workspace, "小周")
    for n in range(20):
        add_shop(workspace, n, worker=chen if n < 10 else zhou)
    add_issue(workspace, 1, kind="06010", shop_id="shop-3")
    add_issue(workspace, 2, kind="L0001", lon=CORNER[0] - 0.0008, lat=CORNER[1] + 0.001)
    return workspace


def actor(nickname: str, role: Role = Role.WORKER) -> Actor:
    return Actor(f"person-{nickname}", nickname, role)


SECRETARY = Actor(None, "王书记", Role.SECRETARY)


def test_a_plan_is_kept_and_read_back_as_it_was(office: Workspace) -> None:
    plan = plans.make_plan(office, SECRETARY, EVENING)
    kept = plans.get_plan(office, SECRETARY, plan.id)
    assert kept.plan == plan
    assert kept.published_at is None
    assert plan.totals["stops"] > 10
    assert [route.worker for route in plan.routes] == ["小陈", "小周"]


def test_equal_input_gives_the_equal_plan_and_the_versions_count_up(office: Workspace) -> None:
    first, second = (plans.make_plan(office, SECRETARY, EVENING) for _ in range(2))
    assert (first.version, second.version) == (1, 2)
    assert first.input_hash == second.input_hash
    assert first.routes == second.routes


def test_what_changes_the_input_changes_its_hash(office: Workspace) -> None:
    first = plans.make_plan(office, SECRETARY, EVENING)
    for other in (replace(EVENING, minutes=90), replace(EVENING, seed=2), replace(EVENING, must=("LT0004",))):
        assert plans.make_plan(office, SECRETARY, other).input_hash != first.input_hash
    add_issue(office, 9, shop_id="shop-5")
    assert plans.make_plan(office, SECRETARY, EVENING).input_hash != first.input_hash


def test_times_rise_and_a_street_is_walked_out_and_back(office: Workspace) -> None:
    for route in plans.make_plan(office, SECRETARY, EVENING).routes:
        times = [stop.about for stop in route.stops]
        assert times == sorted(times)
        assert sum(stop.crosses for stop in route.stops) <= 0.35 * len(route.stops)


def test_everyone_with_something_to_do_shares_it(office: Workspace) -> None:
    routes = plans.make_plan(office, SECRETARY, replace(EVENING, minutes=300)).routes
    loads = [route.walk_min + route.service_min for route in routes]
    assert max(loads) <= 1.6 * min(loads)


def test_a_must_is_reached_by_code_and_stays_one_when_planned_anew(office: Workspace) -> None:
    plan = plans.make_plan(office, SECRETARY, replace(EVENING, minutes=30, must=("LT0019",)))
    assert plan.must == ("shop:LT0019",)
    again = plans.replan(office, SECRETARY, plan.id)
    for made in (plan, again):
        assert "shop:LT0019" in {stop.ref for route in made.routes for stop in route.stops}
    assert again.version == 2


def test_a_short_shift_leaves_out_with_a_reason_and_says_the_share(office: Workspace) -> None:
    plan = plans.make_plan(office, SECRETARY, replace(EVENING, minutes=30))
    assert plan.skipped
    assert all(skipped.text and skipped.points for skipped in plan.skipped)
    assert 0 < plan.totals["share_pct"] < 100
    assert plan.totals["candidates"] == plan.totals["stops"] + len(plan.skipped)


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"workers": ()}, "workers", "nobody"),
        ({"workers": ("小陈", "小陈")}, "workers", "too_many_workers"),
        ({"workers": ("小陈", "阿飞")}, "workers", "unknown_worker"),
        ({"workers": tuple(f"人{n}" for n in range(13))}, "workers", "too_many_workers"),
        ({"minutes": 0}, "minutes", "minutes"),
        ({"minutes": 481}, "minutes", "minutes"),
        ({"must": ("LT9999",)}, "must", "unknown_must"),
        ({"must": tuple(f"LT{n:04d}" for n in range(51))}, "must", "too_many_musts"),
        ({"day": date(1, 1, 1)}, "date", "date"),
        ({"day": date(9999, 12, 31)}, "date", "date"),
        ({"start": (116.4, 39.9)}, "start", "start"),
        ({"start": (float("nan"), 31.25)}, "start", "start"),
    ],
)
def test_what_makes_no_plan_is_refused_beside_its_field(office: Workspace, change, field: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        plans.make_plan(office, SECRETARY, replace(EVENING, **change))
    assert [(problem.field, problem.code) for problem in refused.value.problems] == [(field, code)]
    assert plans.recent_plans(office, SECRETARY) == []


def test_an_unknown_worker_is_told_who_there_is(office: Workspace) -> None:
    with pytest.raises(Refused, match="小周、小陈"):
        plans.make_plan(office, SECRETARY, replace(EVENING, workers=("阿飞",)))


def test_a_day_gone_by_is_planned_for_comparison_and_says_so(office: Workspace) -> None:
    plan = plans.make_plan(office, SECRETARY, replace(EVENING, day=TODAY - timedelta(days=3)))
    assert "已经过去" in plan.notes[-1]


def test_a_worker_plans_the_own_walk_and_no_other(office: Workspace) -> None:
    chen = actor("小陈")
    assert plans.make_plan(office, chen, replace(EVENING, workers=("小陈",))).routes[0].stops
    for workers in (("小周",), ("小陈", "小周")):
        with pytest.raises(Forbidden):
            plans.make_plan(office, chen, replace(EVENING, workers=workers))
    assert plans.walkers(office, chen) == ["小陈"]


@pytest.mark.parametrize("role", [Role.OFFICE, Role.COMMITTEE, Role.VOLUNTEER, Role.ADMIN])
def test_others_look_and_plan_nothing(office: Workspace, role: Role) -> None:
    plan = plans.make_plan(office, SECRETARY, EVENING)
    other = Actor("person-x", "某", role)
    assert plans.get_plan(office, other, plan.id).plan == plan
    for act in (
        lambda: plans.make_plan(office, other, EVENING),
        lambda: plans.publish_plan(office, other, plan.id),
        lambda: what_if.what_if(office, other, plan.id, 1, 60),
    ):
        with pytest.raises(Forbidden):
            act()


def test_a_property_company_sees_no_plan(office: Workspace) -> None:
    plan = plans.make_plan(office, SECRETARY, EVENING)
    with pytest.raises(Forbidden):
        plans.get_plan(office, Actor(None, "物业", Role.PROPERTY), plan.id)


def test_handing_out_twice_changes_nothing(office: Workspace) -> None:
    plan = plans.make_plan(office, SECRETARY, EVENING)
    first = plans.publish_plan(office, SECRETARY, plan.id)
    office.clock.advance(hours=1)
    assert plans.publish_plan(office, SECRETARY, plan.id) == first
    assert first.published_at == NOW


def test_a_worker_hands_out_no_plan_of_others(office: Workspace) -> None:
    plan = plans.make_plan(office, SECRETARY, EVENING)
    with pytest.raises(Forbidden):
        plans.publish_plan(office, actor("小陈"), plan.id)


def test_the_map_shows_what_was_handed_out_last_today(office: Workspace) -> None:
    from mapsvc.store import patrols

    first, second = (plans.make_plan(office, SECRETARY, EVENING) for _ in range(2))
    plans.publish_plan(office, SECRETARY, first.id)
    with office.read() as conn:
        assert patrols.walked_on(conn, TODAY).plan.id == first.id
        assert patrols.walked_on(conn, TODAY + timedelta(days=1)) is None
    listed = [kept.plan.id for kept in plans.recent_plans(office, SECRETARY)]
    assert set(listed) == {first.id, second.id}


def test_one_less_is_told_in_words_and_kept_nowhere(office: Workspace) -> None:
    plan = plans.make_plan(office, SECRETARY, replace(EVENING, minutes=40))
    told = what_if.what_if(office, SECRETARY, plan.id, 1, 40)
    assert told["people"] == 1
    assert str(told["text"]).startswith("少")
    assert len(plans.recent_plans(office, SECRETARY)) == 1


def test_who_left_is_not_sent_out_again(office: Workspace) -> None:
    from mapsvc.store import people

    plan = plans.make_plan(office, SECRETARY, EVENING)
    with office.write() as conn:
        people.change(conn, "person-小周", left_at=NOW)
    assert [route.worker for route in plans.replan(office, SECRETARY, plan.id).routes] == ["小陈"]


def test_the_start_is_a_setting_else_the_corner(office: Workspace) -> None:
    assert plans.start_of(office) == pytest.approx(CORNER, abs=1e-4)
    moved = replace(office, settings=replace(office.settings, patrol_start="121.4193， 31.2523"))
    assert plans.make_plan(moved, SECRETARY, EVENING).start == (121.4193, 31.2523)
    wrong = replace(office, settings=replace(office.settings, patrol_start="北门"))
    with pytest.raises(Refused) as refused:
        plans.make_plan(wrong, SECRETARY, EVENING)
    assert refused.value.problems[0].field == "patrol_start"


def test_an_unknown_plan_says_where_to_look(workspace: Workspace) -> None:
    with pytest.raises(NotFound, match="巡查页"):
        plans.get_plan(workspace, SYSTEM, "nothing")


@pytest.mark.parametrize(
    ("hour_utc", "day", "shift"),
    [(22, 24, Shift.MORNING), (1, 23, Shift.DAY), (10, 23, Shift.EVENING), (12, 24, Shift.MORNING)],
)
def test_the_form_opens_with_the_shift_that_comes_next(hour_utc: int, day: int, shift: Shift) -> None:
    assert plans.next_shift(NOW.replace(hour=hour_utc)) == (date(2026, 11, day), shift)


def test_walks_handed_out_in_the_last_weeks_count_for_turns_and_are_shown_nowhere(office: Workspace) -> None:
    for weeks, names in ((1, ("小陈",)), (2, ("小陈",)), (5, ("小周",))):
        made = plans.make_plan(office, SECRETARY, replace(EVENING, day=TODAY - timedelta(weeks=weeks), workers=names))
        if weeks != 2:
            plans.publish_plan(office, SECRETARY, made.id)
    turns = dict(plans.asked(office, SECRETARY, EVENING).request.turns)
    walked = plans.recent_plans(office, SECRETARY)[0].plan.routes[0]
    assert turns == {"小陈": walked.walk_min + walked.service_min, "小周": 0}
    assert "turns" not in plans.make_plan(office, SECRETARY, EVENING).to_json()


def test_people_have_their_own_shift_start_and_locked_stops(office: Workspace) -> None:
    from mapsvc.domain.patrol import Lock, Special

    home = (CORNER[0] - 0.001, CORNER[1])
    special = Special("小周", 45, home)
    asked = replace(EVENING, specials=(special,), locks=(Lock("shop:LT0000", "小周"),))
    plan = plans.make_plan(office, SECRETARY, asked)
    chen, zhou = plan.routes
    assert (chen.minutes, zhou.minutes) == (120, 45)
    assert zhou.start == home and zhou.end == chen.start
    assert next(stop for stop in zhou.stops if stop.ref == "shop:LT0000").is_locked
    assert plans.get_plan(office, SECRETARY, plan.id).plan.request.specials == (special,)


def test_each_walks_as_they_usually_do_where_nothing_else_is_said(office: Workspace) -> None:
    from mapsvc.domain.patrol import Special
    from mapsvc.operations import patrol_walkers

    end = (CORNER[0] - 0.001, CORNER[1])
    patrol_walkers.set_ways(office, SECRETARY, "person-小周", "", f"{end[0]},{end[1]}", 45)
    chen, zhou = plans.make_plan(office, SECRETARY, EVENING).routes
    assert (chen.minutes, zhou.minutes) == (120, 45)
    assert chen.end == chen.start and zhou.end == pytest.approx(end, abs=1e-6)
    said = replace(EVENING, specials=(Special("小周", 60),))
    assert plans.make_plan(office, SECRETARY, said).routes[1].minutes == 60
    alone = plans.make_plan(office, SECRETARY, replace(EVENING, workers=("小周",), minutes=30))
    assert alone.routes[0].minutes == 30


@pytest.mark.parametrize(
    ("name", "minutes", "start", "code"),
    [("阿飞", 60, None, "unknown_worker"), ("小周", 5, None, "minutes"), ("小周", 60, (116.4, 39.9), "start")],
)
def test_a_shift_of_ones_own_that_makes_no_sense_is_refused(
    office: Workspace, name: str, minutes: int, start: tuple[float, float] | None, code: str
) -> None:
    from mapsvc.domain.patrol import Special

    with pytest.raises(Refused) as refused:
        plans.make_plan(office, SECRETARY, replace(EVENING, specials=(Special(name, minutes, start),)))
    assert [(problem.field, problem.code) for problem in refused.value.problems] == [("specials", code)]


def test_a_stop_is_locked_to_nobody_unknown(office: Workspace) -> None:
    from mapsvc.domain.patrol import Lock

    with pytest.raises(Refused, match="不认识阿飞"):
        plans.make_plan(office, SECRETARY, replace(EVENING, locks=(Lock("shop:LT0001", "阿飞"),)))


def test_a_plan_put_in_order_by_hand_is_timed_anew_and_not_kept(office: Workspace) -> None:
    plan = plans.make_plan(office, SECRETARY, EVENING)
    order = [stop.ref for stop in plan.routes[0].stops][::-1]
    after = plans.retimed(office, SECRETARY, plan, {"小陈": order})
    assert [stop.ref for stop in after.routes[0].stops] == order
    assert after.routes[1] == plan.routes[1]
    assert plans.get_plan(office, SECRETARY, plan.id).plan == plan
    with pytest.raises(Refused):
        plans.retimed(office, SECRETARY, plan, {"小陈": [*order, "shop:LT9999"]})
    with pytest.raises(Refused):
        plans.retimed(office, SECRETARY, plan, {"小陈": order, "小周": order})


def test_guard_rounds_are_walked_along_in_the_same_plan(office: Workspace) -> None:
    from mapsvc.operations import rounds
    from mapsvc.operations.stretches import stretches_of

    known = stretches_of(office)
    x, y = CORNER[0] - 0.0006, CORNER[1]
    near = sorted(known.ids, key=lambda name: _off(known.middle(known.number[name]), x, y))[:3]
    new = rounds.NewRound("round-1", "东头一圈", tuple(near), Shift.EVENING, "0123456", TODAY)
    made, _ = rounds.make_round(office, SECRETARY, new)
    plan = plans.make_plan(office, SECRETARY, replace(EVENING, rounds=(made.id,)))
    walked = {stop.ref: stop for route in plan.routes for stop in route.stops if stop.stretch}
    assert {f"cell:{name}" for name in near} <= walked.keys()
    for name in near:
        assert any(reason.code == "round" for reason in walked[f"cell:{name}"].reasons)
        assert walked[f"cell:{name}"].is_must
    assert plan.rounds == (made.id,)
    assert not any(s.stretch and s.is_must for r in plans.make_plan(office, SECRETARY, EVENING).routes for s in r.stops)


def _off(at: tuple[float, float], lon: float, lat: float) -> float:
    return abs(at[0] - lon) + abs(at[1] - lat)
