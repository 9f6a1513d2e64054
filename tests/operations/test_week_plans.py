"""A week in one act: each door once, the days alike, nothing forgotten; taken back as one."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from mapsvc.domain.actors import Actor, Role
from mapsvc.domain.patrol import PlanRequest, Shift
from mapsvc.errors import Conflict, Forbidden, NotFound, Refused
from mapsvc.operations import plans, week_plans
from mapsvc.operations.week_plans import WeekRequest
from tests.maps.streets import NOW, add, add_shop, add_visit, add_worker

if TYPE_CHECKING:
    from mapsvc.operations.workspace import Workspace

SECRETARY = Actor(None, "王书记", Role.SECRETARY)
MONDAY = date(2026, 11, 23)
DAYS = tuple(MONDAY + timedelta(days=n) for n in range(5))
WEEK = WeekRequest(DAYS, Shift.EVENING, ("小陈", "小周"), 120)


@pytest.fixture
def office(workspace: Workspace, quick_plans: None) -> Workspace:
    """Twenty-four doors nobody was at, and one that becomes due on Thursday."""
    chen, zhou = add_worker(workspace, "小陈"), add_worker(workspace, "小周")
    for n in range(24):
        add_shop(workspace, n, worker=chen if n < 12 else zhou)
    add_visit(workspace, 1, add_shop(workspace, 24, worker=zhou), NOW - timedelta(days=27))
    return workspace


def calls(week: week_plans.Week) -> Counter[str]:
    return Counter(stop.ref for plan in week.plans for route in plan.routes for stop in route.stops if stop.shop)


def test_each_door_is_called_on_once_and_none_forgotten(office: Workspace) -> None:
    week = week_plans.make_week(office, SECRETARY, WEEK)
    assert calls(week) == Counter(f"shop:LT{n:04d}" for n in range(25))
    assert week.unreached == ()
    assert week.text == "排好5天，一共" + f"{sum(p.totals['stops'] for p in week.plans)}站；到期的都排进去了。"


def test_the_days_are_alike(office: Workspace) -> None:
    week = week_plans.make_week(office, SECRETARY, WEEK)
    loads = [sum(route.walk_min + route.service_min for route in plan.routes) for plan in week.plans]
    assert min(loads) > 0
    assert max(loads) <= 1.7 * sum(loads) / len(loads)


def test_a_door_due_later_in_the_week_is_not_called_on_before(office: Workspace) -> None:
    week = week_plans.make_week(office, SECRETARY, WEEK)
    day = next(plan.day for plan in week.plans for r in plan.routes for s in r.stops if s.ref == "shop:LT0024")
    assert day >= MONDAY + timedelta(days=3)


def test_a_call_waits_for_what_else_is_due_at_the_door(office: Workspace) -> None:
    due = NOW + timedelta(days=3)
    add(
        office, "promise", id="p", shop_id="shop-5", tenancy_id=None, text="回话", promised_at=NOW, due_at=due,
    )  # fmt: skip
    week = week_plans.make_week(office, SECRETARY, WEEK)
    visits = [(plan.day, s) for plan in week.plans for r in plan.routes for s in r.stops if s.ref == "shop:LT0005"]
    assert len(visits) == 1
    assert {reason.code for reason in visits[0][1].reasons} >= {"promise", "call"}


def test_what_another_day_takes_is_said_with_the_day(office: Workspace) -> None:
    week = week_plans.make_week(office, SECRETARY, WEEK)
    when = {s.ref: plan.day for plan in week.plans for r in plan.routes for s in r.stops}
    elsewhere = [one for one in week.plans[0].skipped if one.reason == "other_day"]
    assert elsewhere
    for one in elsewhere:
        day = when[one.ref]
        assert one.text == f"排在{day.month}月{day.day}日（周{'一二三四五六日'[day.weekday()]}）"
    assert week.plans[0].totals["share_pct"] == 100


def test_too_much_for_a_week_is_named(office: Workspace) -> None:
    week = week_plans.make_week(office, SECRETARY, replace(WEEK, days=DAYS[:2], minutes=30))
    assert week.unreached
    assert f"还有{len(week.unreached)}处这一周走不到" in week.text
    assert not {one.ref for one in week.unreached} & set(calls(week))
    assert max(calls(week).values()) == 1


def test_a_day_that_was_handed_out_stays_and_its_stops_are_not_walked_again(office: Workspace) -> None:
    tuesday = plans.make_plan(office, SECRETARY, PlanRequest(DAYS[1], Shift.EVENING, ("小陈",), 60))
    plans.publish_plan(office, SECRETARY, tuesday.id)
    week = week_plans.make_week(office, SECRETARY, WEEK)
    assert week.kept == (DAYS[1],)
    assert [plan.day for plan in week.plans] == [DAYS[0], *DAYS[2:]]
    assert not {s.ref for r in tuesday.routes for s in r.stops} & set(calls(week))
    assert "11月24日已经发出" in week.text


def test_the_same_week_comes_out_the_same(office: Workspace) -> None:
    first, second = (week_plans.make_week(office, SECRETARY, WEEK) for _ in range(2))
    assert [plan.routes for plan in first.plans] == [plan.routes for plan in second.plans]
    assert [plan.version for plan in second.plans] == [2] * 5


def test_a_week_is_taken_back_as_one(office: Workspace) -> None:
    week = week_plans.make_week(office, SECRETARY, WEEK)
    ids = [plan.id for plan in week.plans]
    assert week_plans.undo_week(office, SECRETARY, ids) == 5
    assert plans.recent_plans(office, SECRETARY) == []
    with pytest.raises(NotFound):
        week_plans.undo_week(office, SECRETARY, ids)


def test_a_week_of_which_a_day_was_handed_out_is_not_taken_back(office: Workspace) -> None:
    week = week_plans.make_week(office, SECRETARY, WEEK)
    plans.publish_plan(office, SECRETARY, week.plans[2].id)
    with pytest.raises(Conflict, match="已经发出"):
        week_plans.undo_week(office, SECRETARY, [plan.id for plan in week.plans])
    assert len(plans.recent_plans(office, SECRETARY)) == 5


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"days": ()}, "days"),
        ({"days": tuple(MONDAY + timedelta(days=n) for n in range(8))}, "days"),
        ({"workers": ()}, "workers"),
        ({"minutes": 5}, "minutes"),
    ],
)
def test_what_makes_no_week_is_refused_beside_its_field(office: Workspace, change: dict, field: str) -> None:
    with pytest.raises(Refused) as refused:
        week_plans.make_week(office, SECRETARY, replace(WEEK, **change))
    assert refused.value.problems[0].field == field
    assert plans.recent_plans(office, SECRETARY) == []


def test_a_worker_plans_the_own_week_and_nobody_elses(office: Workspace) -> None:
    chen = Actor("person-小陈", "小陈", Role.WORKER)
    own = week_plans.make_week(office, chen, replace(WEEK, workers=("小陈",), days=DAYS[:2]))
    assert len(own.plans) == 2
    with pytest.raises(Forbidden):
        week_plans.make_week(office, chen, WEEK)
    other = week_plans.make_week(office, SECRETARY, replace(WEEK, days=DAYS[:2]))
    with pytest.raises(Forbidden):
        week_plans.undo_week(office, chen, [plan.id for plan in other.plans])
