"""政策进商铺 out of the store: from a warning to doors with reasons, calls, telling, what came of it, and back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, update

from mapsvc.domain.actors import Actor
from mapsvc.domain.alerts import Alert, AlertState, Decision, Rule
from mapsvc.domain.campaigns import CallFor, CampaignState, DoorReason, Uptake
from mapsvc.domain.patrol import Candidate
from mapsvc.domain.today import Code
from mapsvc.domain.visits import Outcome, VisitKind
from mapsvc.domain.withdrawals import Withdrawn
from mapsvc.errors import Conflict, Forbidden, NotFound, Refused
from mapsvc.operations import campaign_doors, campaigns, demand
from mapsvc.operations.alert_decisions import Acceptance, accept, take_back
from mapsvc.operations.campaign_views import get_campaign, list_campaigns
from mapsvc.operations.campaigns import Changed, NewCampaign
from mapsvc.operations.history import shop_history
from mapsvc.operations.shop_changes import change_tenancy
from mapsvc.operations.tenancies import NewTenancy
from mapsvc.operations.today import my_day, stamp
from mapsvc.operations.visits import NewVisit, Recorded, record_visit
from mapsvc.operations.withdrawals import withdraw_visit
from mapsvc.operations.workspace import Workspace
from mapsvc.store import alerts
from mapsvc.store.tables import enquiry, policy_window, tenancy, topic_choice
from tests.support.clock import FixedClock
from tests.support.street import Street, uid

TOPIC = "子女入园"
TODAY = date(2026, 11, 23)
NEW = NewCampaign(uid("campaign"), TOPIC, "幼儿园报名", "幼儿园快报名了，材料我带了一份")


def ask(ws: Workspace, code: str, days_ago: int, topic: str = TOPIC, n: int = 0) -> None:
    """Somebody at a shop asked, so many days ago."""
    at = ws.clock() - timedelta(days=days_ago)
    with ws.write() as conn:
        conn.execute(
            insert(enquiry).values(
                id=uid(f"ask {code} {days_ago} {n}"), shop_id=uid(code), tenancy_id=uid(f"ten {code}"), text="怎么报名",
                topic=topic, asked_at=at,
            )
        )  # fmt: skip


def choose(ws: Workspace, code: str) -> None:
    """Somebody at a shop wants to be told."""
    with ws.write() as conn:
        conn.execute(
            insert(topic_choice).values(
                id=uid(f"choice {code}"), shop_id=uid(code), tenancy_id=uid(f"ten {code}"), topic=TOPIC,
                source="merchant", chosen_at=ws.clock() - timedelta(days=3),
            )
        )  # fmt: skip


def window(ws: Workspace, opens_on: date, closes_on: date, **more: object) -> None:
    """A window of the calendar, this year only."""
    values: dict[str, object] = {
        "id": uid("window"), "code": "kg", "title": "幼儿园报名", "opens_on": opens_on, "closes_on": closes_on,
        "is_yearly": False, "lead_days": 21, "topics": [TOPIC], "trades": [], "is_sample": False,
        "made_at": ws.clock() - timedelta(days=40),
    }  # fmt: skip
    with ws.write() as conn:
        conn.execute(insert(policy_window).values(**values | more))


def met(ws: Workspace, actor: Actor, code: str, days_ago: int, **more: object) -> Recorded:
    """A call so many days ago."""
    at = ws.clock() - timedelta(days=days_ago)
    new = NewVisit(uid(f"{code} {days_ago}"), code, VisitKind.REGULAR, at, Outcome.MET, **more)  # type: ignore[arg-type]
    made = record_visit(ws, actor, new)
    assert isinstance(made, Recorded)
    return made


def running(ws: Workspace, street: Street, new: NewCampaign = NEW) -> str:
    """A campaign for both shops that runs."""
    made, _ = campaigns.begin(ws, street.secretary, new)
    for code in ("LT0001", "LT0002"):
        campaign_doors.put_in(ws, street.secretary, made.id, code)
    campaigns.start(ws, street.secretary, made.id, made.version)
    return made.id


def wanted(ws: Workspace) -> dict[str, Candidate]:
    """What a patrol could be for now, by ref; stretches left out."""
    with ws.read() as conn:
        found = demand.candidates(conn, ws.clock(), ws.settings.visit_interval_days, None, ws.gazetteer)
    return {c.ref: c for c in found if c.shop}


def reasons(ws: Workspace, code: str) -> list[tuple[str, str]]:
    found = wanted(ws).get(f"shop:{code}")
    return [(r.code, r.text) for r in found.reasons] if found else []


def warning(ws: Workspace, **evidence: object) -> Alert:
    """A warning about a window that opens, as it waits in the inbox."""
    at = ws.clock()
    one = Alert(
        uid("alert"), Rule.WINDOW, "window:kg:2026", AlertState.OPEN, "幼儿园报名12月20日开", "3家要提前知道。",
        {"topic": TOPIC, "opens_on": "2026-12-20", "closes_on": "2027-01-10", "window_code": "kg"} | evidence,
        1e-4, 1e-3, TODAY, TODAY, at, topic=TOPIC,
    )  # fmt: skip
    with ws.write() as conn:
        alerts.add(conn, one)
    return one


# --- doors by reason


def test_each_door_comes_once_with_its_strongest_reason(workspace: Workspace, street: Street) -> None:
    choose(workspace, "LT0001")
    ask(workspace, "LT0001", 20)
    ask(workspace, "LT0002", 380)
    made, is_new = campaigns.begin(workspace, street.secretary, NEW)
    view = get_campaign(workspace, street.secretary, made.id)
    assert is_new and made.state is CampaignState.DRAFT
    told = {line.at.code: (line.door.reason, line.door.reason_text) for line in view.inside if line.door}
    assert told == {
        "LT0001": (DoorReason.CHOSEN, "11月20日说了要提前提醒"),
        "LT0002": (DoorReason.ASKED_LAST_YEAR, "2025年11月问过"),
    }
    assert campaigns.begin(workspace, street.secretary, NEW) == (made, False)


def test_of_several_questions_the_latest_is_said(workspace: Workspace, street: Street) -> None:
    for days in (20, 50, 400):
        ask(workspace, "LT0002", days)
    made, _ = campaigns.begin(workspace, street.secretary, NEW)
    (line,) = get_campaign(workspace, street.secretary, made.id).inside
    assert line.door is not None and line.door.reason_text == "11月3日问过"


def test_a_window_for_a_trade_brings_the_doors_of_that_trade_and_its_days(workspace: Workspace, street: Street) -> None:
    window(workspace, date(2026, 12, 1), date(2026, 12, 20), trades=["零售"])
    made, _ = campaigns.begin(workspace, street.secretary, NewCampaign(uid("kg"), window_code="kg"))
    assert (made.topic, made.title, made.opens_on, made.closes_on) == (
        TOPIC, "幼儿园报名", date(2026, 12, 1), date(2026, 12, 20),
    )  # fmt: skip
    assert made.until_day == made.closes_on and "12月1日到12月20日能办" in made.words
    view = get_campaign(workspace, street.secretary, made.id)
    assert [line.door.reason for line in view.inside if line.door] == [DoorReason.TRADE] * 2


def test_what_earlier_people_asked_brings_nobody(workspace: Workspace, street: Street) -> None:
    ask(workspace, "LT0002", 20)
    change_tenancy(workspace, street.secretary, "LT0002", 1, NewTenancy(uid("new"), TODAY, "新店", "餐饮"))
    made, _ = campaigns.begin(workspace, street.secretary, NEW)
    assert get_campaign(workspace, street.secretary, made.id).inside == ()


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewCampaign(uid("x")), "topic"),
        (NewCampaign(uid("x"), "没有的主题"), "topic"),
        (NewCampaign(uid("x"), TOPIC, "题" * 41), ""),
        (NewCampaign(uid("x"), TOPIC, words="话" * 61), "words"),
        (NewCampaign(uid("x"), TOPIC, until_day=date(2026, 11, 1)), "until_day"),
        (NewCampaign(uid("x"), TOPIC, until_day=date(2027, 9, 1)), "until_day"),
        (NewCampaign(uid("x"), window_code="gone"), "window_code"),
        (NewCampaign(uid("x"), policy_id="gone"), "policy_id"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    workspace: Workspace, street: Street, new: NewCampaign, field: str
) -> None:
    if not field:
        assert len(campaigns.begin(workspace, street.secretary, new)[0].title) == 40
        return
    with pytest.raises(Refused) as told:
        campaigns.begin(workspace, street.secretary, new)
    assert field in {problem.field for problem in told.value.problems}


def test_who_walks_sees_and_does_not_run(workspace: Workspace, street: Street) -> None:
    with pytest.raises(Forbidden):
        campaigns.begin(workspace, street.chen, NEW)
    assert list_campaigns(workspace, street.chen).running == ()
    with pytest.raises(Forbidden):
        list_campaigns(workspace, street.volunteer)
    with pytest.raises(NotFound):
        get_campaign(workspace, street.chen, uid("nothing"))


def test_what_a_merchant_chose_or_asked_is_for_the_secretary_and_who_looks_after_the_door(
    workspace: Workspace, street: Street
) -> None:
    choose(workspace, "LT0001")
    ask(workspace, "LT0002", 20)
    made, _ = campaigns.begin(workspace, street.secretary, NEW)

    def told(actor: Actor) -> list[tuple[bool, str]]:
        return [(line.reason is not None, line.why) for line in get_campaign(workspace, actor, made.id).inside]

    chosen, asked, closed = (True, "11月20日说了要提前提醒"), (True, "11月3日问过"), (False, "用得上的")
    assert told(street.secretary) == [chosen, asked]
    assert told(street.chen) == [chosen, closed]
    assert told(street.zhou) == [closed, asked]
    assert told(street.office) == [closed, closed]


# --- from a warning


def test_an_accepted_warning_becomes_a_draft_with_its_window(workspace: Workspace, street: Street) -> None:
    choose(workspace, "LT0002")
    one = warning(workspace)
    after = accept(workspace, street.secretary, one.id, one.version, Acceptance(Decision.CAMPAIGN, words="孩子报名"))
    view = get_campaign(workspace, street.secretary, after.decided_ref or "")
    assert (view.campaign.topic, view.campaign.closes_on, view.campaign.until_day, view.campaign.alert_id) == (
        TOPIC, date(2027, 1, 10), date(2027, 1, 10), one.id,
    )  # fmt: skip
    assert view.campaign.words == "孩子报名" and [line.at.code for line in view.inside] == ["LT0002"]
    with pytest.raises(Conflict, match="删掉"):
        take_back(workspace, street.secretary, one.id, after.version)


def test_a_warning_about_no_topic_becomes_none_and_still_waits(workspace: Workspace, street: Street) -> None:
    one = warning(workspace, topic="")
    with workspace.write() as conn:
        alerts.change(conn, one.id, topic=None)
    with pytest.raises(Refused, match="办不成政策进商铺"):
        accept(workspace, street.secretary, one.id, one.version, Acceptance(Decision.CAMPAIGN))
    with workspace.read() as conn:
        kept = alerts.by_id(conn, one.id)
    assert kept is not None and kept.is_open


def test_a_window_that_has_passed_is_left_out(workspace: Workspace, street: Street) -> None:
    one = warning(workspace, opens_on="2026-10-01", closes_on="2026-10-20")
    after = accept(workspace, street.secretary, one.id, one.version, Acceptance(Decision.CAMPAIGN))
    view = get_campaign(workspace, street.secretary, after.decided_ref or "")
    assert view.campaign.closes_on is None and view.campaign.until_day == TODAY + timedelta(days=30)


# --- starting, changing, ending


def test_a_campaign_is_started_taken_back_and_ended(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    made, _ = campaigns.begin(workspace, street.secretary, NEW)
    with pytest.raises(Refused, match="名单是空的"):
        campaigns.start(workspace, street.secretary, made.id, made.version)
    campaign_doors.put_in(workspace, street.secretary, made.id, "LT0001")
    begun = campaigns.start(workspace, street.secretary, made.id, made.version)
    with pytest.raises(Conflict):
        campaigns.start(workspace, street.secretary, made.id, begun.version)
    with pytest.raises(Conflict):
        campaigns.drop(workspace, street.secretary, made.id)
    draft = campaigns.undo_start(workspace, street.secretary, made.id, begun.version)
    assert draft.state is CampaignState.DRAFT
    again = campaigns.start(workspace, street.secretary, made.id, draft.version)
    clock.advance(minutes=11)
    with pytest.raises(Conflict, match="10分钟"):
        campaigns.undo_start(workspace, street.secretary, made.id, again.version)
    over = campaigns.end(workspace, street.secretary, made.id, again.version)
    assert over.state is CampaignState.OVER
    assert campaigns.end(workspace, street.secretary, made.id, over.version) == over
    with pytest.raises(Conflict):
        campaign_doors.put_in(workspace, street.secretary, made.id, "LT0002")


def test_it_ends_by_itself_after_its_last_day(workspace: Workspace, street: Street, clock: FixedClock) -> None:
    campaign_id = running(workspace, street)
    assert [line.campaign.id for line in list_campaigns(workspace, street.chen).running] == [campaign_id]
    clock.advance(days=31)
    found = list_campaigns(workspace, street.chen)
    assert found.running == () and [line.campaign.id for line in found.over] == [campaign_id]
    assert not any(code == "campaign" for code, _ in reasons(workspace, "LT0001"))


def test_a_draft_is_thrown_away(workspace: Workspace, street: Street) -> None:
    made, _ = campaigns.begin(workspace, street.secretary, NEW)
    campaign_doors.put_in(workspace, street.secretary, made.id, "LT0001")
    campaigns.drop(workspace, street.secretary, made.id)
    with pytest.raises(NotFound):
        get_campaign(workspace, street.secretary, made.id)


def test_words_are_changed_by_one_at_a_time(workspace: Workspace, street: Street) -> None:
    made, _ = campaigns.begin(workspace, street.secretary, NEW)
    told = Changed("报名", "打13812345678问", TODAY, TODAY + timedelta(days=9))
    after = campaigns.change(workspace, street.secretary, made.id, made.version, told)
    assert (after.title, after.words) == ("报名", "打138****5678问")
    with pytest.raises(Conflict):
        campaigns.change(workspace, street.secretary, made.id, made.version, told)


def test_doors_go_in_and_out_and_those_told_stay(workspace: Workspace, street: Street) -> None:
    campaign_id = running(workspace, street)
    met(workspace, street.chen, "LT0001", 0, told=(campaign_id,))
    assert campaign_doors.choose_doors(workspace, street.secretary, campaign_id, []) == (0, 1)
    view = get_campaign(workspace, street.secretary, campaign_id)
    assert [line.at.code for line in view.inside] == ["LT0001"]
    assert [line.at.code for line in view.taken_out] == ["LT0002"]
    with pytest.raises(Conflict):
        campaign_doors.take_out(workspace, street.secretary, campaign_id, "LT0001")
    assert campaign_doors.choose_doors(workspace, street.secretary, campaign_id, ["LT0001", "LT0002"]) == (1, 0)
    assert len(get_campaign(workspace, street.secretary, campaign_id).inside) == 2
    with pytest.raises(Refused):
        campaign_doors.put_in(workspace, street.secretary, campaign_id, "LT9999")


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


# --- at the desk


def test_who_looks_after_the_door_says_what_came_of_it(workspace: Workspace, street: Street) -> None:
    campaign_id = running(workspace, street)
    with pytest.raises(Conflict, match="还没说过"):
        campaign_doors.set_uptake(workspace, street.chen, campaign_id, "LT0001", Uptake.DONE)
    with pytest.raises(Forbidden):
        campaign_doors.tell(workspace, street.zhou, campaign_id, "LT0001")
    campaign_doors.tell(workspace, street.chen, campaign_id, "LT0001")
    campaign_doors.set_uptake(workspace, street.secretary, campaign_id, "LT0001", Uptake.DONE)
    view = get_campaign(workspace, street.secretary, campaign_id)
    assert view.reached.uptake == {Uptake.DONE: 1}
    assert view.reached.words.endswith("1户没有上门，另外说的。")
    items = shop_history(workspace, street.chen, "LT0001").items
    assert [item.title for item in items if item.type == "campaign"] == ["政策进商铺 · 幼儿园报名 · 办了"]
    campaign_doors.tell(workspace, street.chen, campaign_id, "LT0001", told=False)
    assert get_campaign(workspace, street.secretary, campaign_id).told == ()


def test_what_was_told_on_a_call_is_taken_back_with_the_call(workspace: Workspace, street: Street) -> None:
    campaign_id = running(workspace, street)
    met(workspace, street.chen, "LT0001", 0, told=(campaign_id,))
    with pytest.raises(Conflict, match="撤回那次走访"):
        campaign_doors.tell(workspace, street.chen, campaign_id, "LT0001", told=False)


def test_a_door_that_changes_hands_is_asked_no_more_and_can_be_put_in_anew(
    workspace: Workspace, street: Street
) -> None:
    campaign_id = running(workspace, street)
    change_tenancy(workspace, street.secretary, "LT0002", 1, NewTenancy(uid("new"), TODAY, "新店", "餐饮"))
    assert not any(code == "campaign" for code, _ in reasons(workspace, "LT0002"))
    view = get_campaign(workspace, street.secretary, campaign_id)
    assert [line.at.code for line in view.inside] == ["LT0001"]
    assert view.reached.doors == 1
    campaign_doors.put_in(workspace, street.secretary, campaign_id, "LT0002")
    view = get_campaign(workspace, street.secretary, campaign_id)
    assert [line.door.reason for line in view.inside if line.door] == [DoorReason.BY_HAND] * 2


def test_an_extra_call_is_told_from_one_that_was_due(workspace: Workspace, street: Street) -> None:
    window(workspace, date(2026, 11, 1), date(2026, 12, 8))
    met(workspace, street.chen, "LT0001", 40)
    met(workspace, street.zhou, "LT0002", 5)
    campaign_id = running(workspace, street, NewCampaign(uid("kg"), window_code="kg"))
    for code, who in (("LT0001", street.chen), ("LT0002", street.zhou)):
        met(workspace, who, code, 0, told=(campaign_id,))
    far = get_campaign(workspace, street.secretary, campaign_id).reached
    assert (far.told, far.by_due, far.by_extra, far.otherwise) == (2, 1, 1, 0)


def test_what_was_asked_afterwards_waits_four_weeks_and_says_little_of_few(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    with workspace.write() as conn:
        conn.execute(update(tenancy).values(started_on=None))
    made, _ = campaigns.begin(workspace, street.secretary, NEW)
    campaign_doors.put_in(workspace, street.secretary, made.id, "LT0001")
    campaigns.start(workspace, street.secretary, made.id, made.version)
    campaign_doors.tell(workspace, street.chen, made.id, "LT0001")
    clock.advance(days=20)
    assert get_campaign(workspace, street.secretary, made.id).after is None
    clock.advance(days=20)
    ask(workspace, "LT0001", 30)
    ask(workspace, "LT0002", 35, topic="证照办理")
    after = get_campaign(workspace, street.secretary, made.id).after
    assert after is not None and not after.is_enough and after.verdict == "unsure"
    assert (after.doors, after.others, after.before, after.after, after.others_after) == (1, 1, 0, 1, 0)
