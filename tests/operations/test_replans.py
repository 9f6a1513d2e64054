"""The rest of a walk from where one is: what is left, in the time that is left, for the walker alone."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from mapsvc.domain.actors import Actor, Role
from mapsvc.domain.patrol import Plan, PlanRequest, Shift
from mapsvc.errors import Forbidden, Refused
from mapsvc.operations import plans, replans
from mapsvc.operations.replans import Rest
from tests.maps.streets import CORNER, add_shop, add_worker

if TYPE_CHECKING:
    from mapsvc.operations.workspace import Workspace

SECRETARY = Actor(None, "王书记", Role.SECRETARY)
CHEN = Actor("person-小陈", "小陈", Role.WORKER)
TODAY = date(2026, 11, 23)


@pytest.fixture
def database_kind() -> str:
    """What is computed here is read by tests/operations/test_plans.py from either database."""
    return "sqlite"


@pytest.fixture
def office(workspace: Workspace, quick_plans: None) -> Workspace:
    """Twelve doors nobody was at; 小陈 and 小周 walk."""
    chen, zhou = add_worker(workspace, "小陈"), add_worker(workspace, "小周")
    for n in range(12):
        add_shop(workspace, n, worker=chen if n < 8 else zhou)
    return workspace


@pytest.fixture
def plan(office: Workspace) -> Plan:
    made = plans.make_plan(office, SECRETARY, PlanRequest(TODAY, Shift.EVENING, ("小陈", "小周"), 90))
    plans.publish_plan(office, SECRETARY, made.id)
    return made


def refs(plan: Plan) -> list[str]:
    return [stop.ref for stop in plan.routes[0].stops]


def test_what_is_done_is_behind_and_the_rest_begins_where_one_is(office: Workspace, plan: Plan) -> None:
    done = refs(plan)[:3]
    here = (CORNER[0] - 0.0004, CORNER[1])
    rest = replans.replan_rest(office, CHEN, plan.id, Rest("小陈", here, tuple(done), 60))
    assert set(refs(rest)) == set(refs(plan)) - set(done)
    assert rest.routes[0].start == here
    assert rest.routes[0].end == plan.routes[0].end
    assert [route.worker for route in rest.routes] == ["小陈"]


def test_what_no_more_fits_is_said_with_a_reason(office: Workspace, plan: Plan) -> None:
    rest = replans.replan_rest(office, CHEN, plan.id, Rest("小陈", None, (), 15))
    assert rest.skipped
    assert all(one.text for one in rest.skipped)
    assert len(rest.skipped) + len(refs(rest)) == len(refs(plan))


def test_during_the_shift_times_count_from_now(office: Workspace, plan: Plan) -> None:
    office.clock.advance(hours=9, minutes=30)
    rest = replans.replan_rest(office, CHEN, plan.id, Rest("小陈"))
    route = rest.routes[0]
    assert route.begin_s == 30 * 60 and route.minutes == 60
    assert route.stops[0].about >= "18:30"
    assert route.end_s <= 90 * 60


def test_when_the_shift_is_over_nothing_is_left_to_walk(office: Workspace, plan: Plan) -> None:
    office.clock.advance(hours=10, minutes=40)
    rest = replans.replan_rest(office, CHEN, plan.id, Rest("小陈"))
    assert refs(rest) == []
    assert len(rest.skipped) == len(refs(plan))


def test_nothing_of_it_is_kept(office: Workspace, plan: Plan) -> None:
    before = plans.get_plan(office, SECRETARY, plan.id)
    replans.replan_rest(office, CHEN, plan.id, Rest("小陈", None, tuple(refs(plan)[:2]), 30))
    assert plans.get_plan(office, SECRETARY, plan.id) == before
    assert len(plans.recent_plans(office, SECRETARY)) == 1


def test_nobody_asks_for_somebody_elses_walk(office: Workspace, plan: Plan) -> None:
    for actor in (SECRETARY, Actor("person-小周", "小周", Role.WORKER), Actor(None, "某", Role.OFFICE)):
        with pytest.raises(Forbidden):
            replans.replan_rest(office, actor, plan.id, Rest("小陈", None, (), 30))


def test_who_has_no_route_is_told(office: Workspace, plan: Plan) -> None:
    add_worker(office, "小郑")
    with pytest.raises(Refused, match="没有你的路线"):
        replans.replan_rest(office, Actor("person-小郑", "小郑", Role.WORKER), plan.id, Rest("小郑"))


def test_a_place_far_away_is_refused(office: Workspace, plan: Plan) -> None:
    with pytest.raises(Refused) as refused:
        replans.replan_rest(office, CHEN, plan.id, Rest("小陈", (116.4, 39.9)))
    assert refused.value.problems[0].field == "from"
