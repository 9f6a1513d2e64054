"""What a shift would be otherwise: compared in words, worked out once, kept nowhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from mapsvc.domain.actors import Actor, Role
from mapsvc.domain.patrol import PlanRequest, Shift
from mapsvc.errors import Forbidden, NotFound
from mapsvc.operations import plans, what_if
from tests.maps.streets import NOW, add, add_issue, add_shop, add_worker

if TYPE_CHECKING:
    from mapsvc.operations.workspace import Workspace

SECRETARY = Actor(None, "王书记", Role.SECRETARY)
SHORT = PlanRequest(date(2026, 11, 23), Shift.EVENING, ("小陈", "小周", "小李", "小吴"), 30)


@pytest.fixture
def database_kind() -> str:
    """What is computed here is read by tests/operations/test_plans.py from either database."""
    return "sqlite"


@pytest.fixture
def office(workspace: Workspace, quick_plans: None) -> Workspace:
    """Thirty doors nobody was at and five people."""
    people = [add_worker(workspace, name) for name in ("小陈", "小周", "小李", "小吴", "小郑")]
    for n in range(30):
        add_shop(workspace, n, worker=people[n % 5])
    add_issue(workspace, 1, shop_id="shop-3", at=NOW)
    return workspace


def test_one_less_reaches_less_and_says_so(office: Workspace) -> None:
    plan = plans.make_plan(office, SECRETARY, SHORT)
    told = what_if.what_if(office, SECRETARY, plan.id, people=3)
    fewer = plan.totals["stops"] - told["stops"]
    assert fewer > 0
    assert str(told["text"]).startswith(f"少1人：少{fewer}站")


def test_half_an_hour_more_reaches_more(office: Workspace) -> None:
    plan = plans.make_plan(office, SECRETARY, SHORT)
    told = what_if.what_if(office, SECRETARY, plan.id, minutes=60)
    assert (told["people"], told["minutes"]) == (4, 60)
    assert str(told["text"]).startswith(f"多30分钟：多{told['stops'] - plan.totals['stops']}站")


def test_a_stop_first_is_reached_and_named(office: Workspace) -> None:
    plan = plans.make_plan(office, SECRETARY, replace(SHORT, workers=("小陈",), minutes=15))
    left = plan.skipped[-1]
    told = what_if.what_if(office, SECRETARY, plan.id, first=left.ref)
    assert str(told["text"]).startswith(f"先去{left.label}：")


def test_bars_rise_with_people_and_mark_the_present(office: Workspace) -> None:
    plan = plans.make_plan(office, SECRETARY, SHORT)
    bars = what_if.bars(office, SECRETARY, plan.id)
    assert [bar.people for bar in bars] == [3, 4, 5]
    assert [bar.is_now for bar in bars] == [False, True, False]
    assert bars[1].stops == plan.totals["stops"]
    assert bars[0].stops < bars[1].stops < bars[2].stops
    assert bars[0].text.startswith("少1人：少") and bars[2].text.startswith("多1人：多")


def test_what_of_weight_falls_out_or_comes_in_is_named(office: Workspace) -> None:
    due = {"promised_at": NOW - timedelta(days=9), "tenancy_id": None, "text": "回话", "due_at": NOW}
    add(office, "promise", id="p", shop_id="shop-7", **due)
    plan = plans.make_plan(office, SECRETARY, replace(SHORT, workers=("小陈", "小周"), must=("LT0007",)))
    orders = {route.worker: [s.ref for s in route.stops if s.ref != "shop:LT0007"] for route in plan.routes}
    without = plans.retimed(office, SECRETARY, plan, orders)
    assert what_if.difference(plan, without) == "少1站，1件答应的事推到明天"
    assert what_if.difference(without, plan, "先去它") == "先去它：多1站，多走到1件答应的事"
    assert what_if.difference(plan, plan) == "站数一样"


def test_nothing_is_kept_and_the_same_question_is_worked_out_once(
    office: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plans.make_plan(office, SECRETARY, SHORT)
    first = what_if.what_if(office, SECRETARY, plan.id, people=2)

    def never(*_args: object, **_more: object) -> None:
        raise AssertionError("worked out twice")

    monkeypatch.setattr(plans, "solved", never)
    assert what_if.what_if(office, SECRETARY, plan.id, people=2) == first
    assert [kept.plan.id for kept in plans.recent_plans(office, SECRETARY)] == [plan.id]


def test_who_plans_nothing_asks_nothing(office: Workspace) -> None:
    plan = plans.make_plan(office, SECRETARY, SHORT)
    for act in (what_if.what_if, what_if.bars):
        with pytest.raises(Forbidden):
            act(office, Actor("person-x", "某", Role.OFFICE), plan.id)
        with pytest.raises(NotFound):
            act(office, SECRETARY, "nothing")
