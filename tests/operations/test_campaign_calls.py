"""政策进商铺 on calls: it rides where one is due, makes one where the window closes first, is told with the visit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from mapsvc.domain.campaigns import CallFor, Uptake
from mapsvc.domain.patrol import PlanRequest, Shift
from mapsvc.domain.today import Code
from mapsvc.domain.visits import Outcome, VisitKind
from mapsvc.domain.withdrawals import Withdrawn
from mapsvc.errors import Conflict, Refused
from mapsvc.operations import campaign_doors, campaigns, plans, quiet_hours, week_plans
from mapsvc.operations.campaign_views import get_campaign
from mapsvc.operations.campaigns import NewCampaign
from mapsvc.operations.history import shop_history
from mapsvc.operations.today import my_day, stamp
from mapsvc.operations.visits import NewVisit, Recorded, record_visit
from mapsvc.operations.week_plans import WeekRequest
from mapsvc.operations.withdrawals import withdraw_visit
from mapsvc.operations.workspace import Workspace
from tests.support.campaigns import NEW, TODAY, met, reasons, running, wanted, window
from tests.support.clock import FixedClock
from tests.support.street import Street, uid

# --- riding on calls


def test_it_rides_on_a_call_that_is_due_and_never_makes_one(workspace: Workspace, street: Street) -> None:
    met(workspace, street.chen, "LT0001", 40)
    met(workspace, street.zhou, "LT0002", 5)
    before = wanted(workspace)
    campaign_id = running(workspace, street)
    assert set(wanted(workspace)) == set(before) == {"shop:LT0001"}
    assert reasons(workspace, "LT0001") == [("call", "40天没走到"), ("campaign", "顺带说一声：幼儿园报名")]
    view = get_campaign(workspace, street.secretary, campaign_id)
    assert [line.at.code for line in view.waiting(CallFor.DUE)] == ["LT0001", "LT0002"]
    assert view.waiting(CallFor.EXTRA) == ()


def test_only_a_window_that_closes_before_the_next_call_makes_one(workspace: Workspace, street: Street) -> None:
    met(workspace, street.chen, "LT0001", 40)
    met(workspace, street.zhou, "LT0002", 5)
    window(workspace, date(2026, 11, 20), date(2026, 12, 10))
    campaign_id = running(workspace, street, NewCampaign(uid("kg"), window_code="kg", title="幼儿园报名"))
    words = "幼儿园报名：窗口12月10日关，月度走访要到12月18日"
    assert reasons(workspace, "LT0002") == [("campaign", words)]
    assert reasons(workspace, "LT0001") == [("call", "40天没走到"), ("campaign", "顺带说一声：幼儿园报名")]
    view = get_campaign(workspace, street.secretary, campaign_id)
    assert [line.at.code for line in view.waiting(CallFor.EXTRA)] == ["LT0002"]
    assert [line.when for line in view.waiting(CallFor.EXTRA)] == ["走访要到12月18日，窗口先关，专门去一趟"]


def test_nobody_is_sent_where_they_were_met_today_and_it_was_not_said(workspace: Workspace, street: Street) -> None:
    window(workspace, date(2026, 11, 20), date(2026, 12, 10))
    running(workspace, street, NewCampaign(uid("kg"), window_code="kg"))
    met(workspace, street.zhou, "LT0002", 0)
    assert "shop:LT0002" not in wanted(workspace)


def test_what_was_said_rides_no_more(workspace: Workspace, street: Street) -> None:
    campaign_id = running(workspace, street)
    assert ("campaign", "顺带说一声：幼儿园报名") in reasons(workspace, "LT0001")
    campaign_doors.tell(workspace, street.chen, campaign_id, "LT0001")
    assert [code for code, _ in reasons(workspace, "LT0001")] == ["call"]


def test_extra_calls_press_more_as_the_window_closes(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    window(workspace, date(2026, 11, 20), date(2026, 12, 10))
    for code, who in (("LT0001", street.chen), ("LT0002", street.zhou)):
        met(workspace, who, code, 1)
    running(workspace, street, NewCampaign(uid("kg"), window_code="kg"))
    first = wanted(workspace)["shop:LT0001"].points
    clock.advance(days=14)
    assert wanted(workspace)["shop:LT0001"].points > first


# --- on the phone and with the visit


def test_the_phone_says_it_first_and_the_day_is_another(workspace: Workspace, street: Street) -> None:
    old = stamp(workspace, street.chen)
    campaign_id = running(workspace, street)
    assert stamp(workspace, street.chen) != old
    (door,) = [d for d in my_day(workspace, street.chen).doors if d.door.code == "LT0001"]
    assert door.tip is not None and door.tip.text == NEW.words
    assert [one.id for one in door.campaigns] == [campaign_id]
    met(workspace, street.chen, "LT0001", 0, told=(campaign_id,))
    (door,) = [d for d in my_day(workspace, street.chen).doors if d.door.code == "LT0001"]
    assert door.campaigns == () and (door.tip is None or door.tip.text != NEW.words)


def test_two_weeks_before_the_window_closes_the_door_is_due_and_stays_of_today(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    window(workspace, date(2026, 11, 20), date(2026, 12, 8))
    met(workspace, street.chen, "LT0001", 1)
    campaign_id = running(workspace, street, NewCampaign(uid("kg"), window_code="kg"))

    def of_today() -> list[Code]:
        (door,) = [d for d in my_day(workspace, street.chen).doors if d.door.code == "LT0001"]
        return [reason.code for reason in door.of_today.reasons] if door.of_today else []

    assert of_today() == []
    clock.advance(days=1)
    assert of_today() == [Code.CAMPAIGN]
    met(workspace, street.chen, "LT0001", 0, told=(campaign_id,))
    assert of_today() == [Code.CAMPAIGN]
    clock.advance(days=1)
    assert of_today() == []


def test_a_call_tells_once_and_a_retry_changes_nothing(workspace: Workspace, street: Street) -> None:
    campaign_id = running(workspace, street)
    new = NewVisit(uid("v"), "LT0001", VisitKind.REGULAR, workspace.clock(), Outcome.MET, told=(campaign_id,))
    first = record_visit(workspace, street.chen, new)
    again = record_visit(workspace, street.chen, new)
    assert isinstance(first, Recorded) and isinstance(again, Recorded)
    assert (first.is_new, again.is_new, first.told, again.told) == (True, False, {campaign_id}, {campaign_id})
    items = shop_history(workspace, street.chen, "LT0001").items
    assert [item.title for item in items if item.type == "campaign"] == ["政策进商铺 · 幼儿园报名"]
    view = get_campaign(workspace, street.secretary, campaign_id)
    assert view.reached.words == "2户里说到1户：1户是本来就要走的。"


def test_a_call_taken_back_was_told_nobody(workspace: Workspace, street: Street) -> None:
    campaign_id = running(workspace, street)
    made = met(workspace, street.chen, "LT0001", 0, told=(campaign_id,))
    campaign_doors.set_uptake(workspace, street.chen, campaign_id, "LT0001", Uptake.WANTS)
    withdraw_visit(workspace, street.chen, made.visit.id)
    view = get_campaign(workspace, street.secretary, campaign_id)
    assert view.told == () and view.reached.uptake == {}
    items = shop_history(workspace, street.chen, "LT0001").items
    assert not [item for item in items if item.type == "campaign"]
    assert isinstance(
        record_visit(
            workspace, street.chen,
            NewVisit(made.visit.id, "LT0001", VisitKind.REGULAR, workspace.clock(), Outcome.MET, told=(campaign_id,)),
        ),
        Withdrawn,
    )  # fmt: skip


def test_a_visit_is_never_refused_for_what_is_no_longer_told(workspace: Workspace, street: Street) -> None:
    campaign_id = running(workspace, street)
    campaign_doors.take_out(workspace, street.secretary, campaign_id, "LT0001")
    new = NewVisit(
        uid("v"), "LT0001", VisitKind.REGULAR, workspace.clock(), Outcome.MET, told=(campaign_id, uid("nothing"))
    )
    first = record_visit(workspace, street.chen, new)
    assert isinstance(first, Recorded) and first.told == frozenset()
    assert first.notes == ("“顺带说了”没有记：这件事已经不在办，或这家不在名单里。",)
    again = record_visit(workspace, street.chen, new)
    assert isinstance(again, Recorded) and not again.is_new
    with pytest.raises(Refused, match="没开门"):
        record_visit(
            workspace, street.chen,
            NewVisit(uid("w"), "LT0001", VisitKind.REGULAR, workspace.clock(), Outcome.CLOSED, told=(campaign_id,)),
        )  # fmt: skip


def test_the_same_id_told_of_another_campaign_is_another_visit(workspace: Workspace, street: Street) -> None:
    campaign_id = running(workspace, street)
    new = NewVisit(uid("v"), "LT0001", VisitKind.REGULAR, workspace.clock(), Outcome.MET, told=(campaign_id,))
    record_visit(workspace, street.chen, new)
    with pytest.raises(Conflict):
        record_visit(
            workspace, street.chen, NewVisit(uid("v"), "LT0001", VisitKind.REGULAR, workspace.clock(), Outcome.MET)
        )


def test_a_call_without_signal_counts_though_the_campaign_is_over_when_it_comes(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    campaign_id = running(workspace, street)
    called_at = workspace.clock()
    clock.advance(hours=3)
    campaigns.end(workspace, street.secretary, campaign_id, 2)
    new = NewVisit(uid("v"), "LT0001", VisitKind.REGULAR, called_at, Outcome.MET, told=(campaign_id,))
    made = record_visit(workspace, street.chen, new)
    assert isinstance(made, Recorded) and made.told == {campaign_id}


def test_a_plan_takes_extra_calls_along_for_reasons_that_hold_and_keeps_off_quiet_hours(
    workspace: Workspace, street: Street, quick_plans: None
) -> None:
    window(workspace, date(2026, 11, 20), date(2026, 12, 10))
    for code, who in (("LT0001", street.chen), ("LT0002", street.zhou)):
        met(workspace, who, code, 5)
    running(workspace, street, NewCampaign(uid("kg"), window_code="kg", title="幼儿园报名"))
    request = PlanRequest(TODAY, Shift.EVENING, ("小陈", "小周"))

    def planned() -> dict[str, list[str]]:
        plan = plans.make_plan(workspace, street.secretary, request)
        return {s.shop: [r.text for r in s.reasons] for route in plan.routes for s in route.stops if s.shop}

    words = ["幼儿园报名：窗口12月10日关，月度走访要到12月18日"]
    assert planned() == {"LT0001": words, "LT0002": words}
    assert {code: [text for _, text in reasons(workspace, code)] for code in planned()} == planned()
    quiet_hours.say(workspace, street.chen, "LT0001", None, 17 * 60, 23 * 60, "晚上忙")
    assert planned() == {"LT0002": words}


def test_a_week_tells_each_door_once(workspace: Workspace, street: Street, quick_plans: None) -> None:
    window(workspace, date(2026, 11, 20), date(2026, 12, 10))
    for code, who in (("LT0001", street.chen), ("LT0002", street.zhou)):
        met(workspace, who, code, 5)
    running(workspace, street, NewCampaign(uid("kg"), window_code="kg", title="幼儿园报名"))
    days = tuple(TODAY + timedelta(days=n) for n in range(3))
    week = week_plans.make_week(workspace, street.secretary, WeekRequest(days, Shift.EVENING, ("小陈", "小周")))
    stops = [stop for plan in week.plans for route in plan.routes for stop in route.stops if stop.shop]
    assert sorted(stop.shop or "" for stop in stops) == ["LT0001", "LT0002"]
    assert {reason.code for stop in stops for reason in stop.reasons} == {"campaign"}
