"""政策进商铺 out of the store: from a warning to doors with reasons, started, taken back, ended; told at the desk."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from mapsvc.domain.actors import Actor
from mapsvc.domain.alerts import Decision
from mapsvc.domain.campaigns import CampaignState, DoorReason, Uptake
from mapsvc.errors import Conflict, Forbidden, NotFound, Refused
from mapsvc.operations import campaign_doors, campaigns
from mapsvc.operations.alert_decisions import Acceptance, accept, take_back
from mapsvc.operations.campaign_views import get_campaign, list_campaigns
from mapsvc.operations.campaigns import Changed, NewCampaign
from mapsvc.operations.history import shop_history
from mapsvc.operations.shop_changes import change_tenancy
from mapsvc.operations.tenancies import NewTenancy
from mapsvc.operations.workspace import Workspace
from mapsvc.store import alerts
from mapsvc.store.tables import tenancy
from tests.support.campaigns import NEW, TODAY, TOPIC, ask, choose, met, reasons, running, warning, window
from tests.support.clock import FixedClock
from tests.support.street import Street, uid

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


@pytest.mark.parametrize(
    ("days", "is_in"), [(183, True), (184, False), (304, False), (306, True), (424, True), (426, False)]
)
def test_lately_and_around_this_time_last_year_count_and_nothing_between(
    workspace: Workspace, street: Street, days: int, is_in: bool
) -> None:
    ask(workspace, "LT0002", days)
    made, _ = campaigns.begin(workspace, street.secretary, NEW)
    assert bool(get_campaign(workspace, street.secretary, made.id).inside) is is_in


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
    draft = view.campaign
    campaigns.start(workspace, street.secretary, draft.id, draft.version)
    with pytest.raises(Conflict, match="已经开始过"):
        take_back(workspace, street.secretary, one.id, after.version)


def test_a_decision_taken_back_takes_its_draft_along_and_a_draft_dropped_leaves_no_dead_end(
    workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    one = warning(workspace)
    after = accept(workspace, street.secretary, one.id, one.version, Acceptance(Decision.CAMPAIGN))
    back = take_back(workspace, street.secretary, one.id, after.version)
    assert back.is_open and list_campaigns(workspace, street.secretary).drafts == ()
    again = accept(workspace, street.secretary, one.id, back.version, Acceptance(Decision.CAMPAIGN))
    clock.advance(minutes=11)
    with pytest.raises(Conflict, match="删掉草稿"):
        take_back(workspace, street.secretary, one.id, again.version)
    campaigns.drop(workspace, street.secretary, again.decided_ref or "")
    with workspace.read() as conn:
        kept = alerts.by_id(conn, one.id)
    assert kept is not None and kept.decided_ref is None


def test_a_warning_about_no_topic_becomes_none_and_still_waits(workspace: Workspace, street: Street) -> None:
    one = warning(workspace, topic="")
    with workspace.write() as conn:
        alerts.change(conn, one.id, topic=None)
    with pytest.raises(Refused, match="办不成政策进商铺"):
        accept(workspace, street.secretary, one.id, one.version, Acceptance(Decision.CAMPAIGN))
    with workspace.read() as conn:
        kept = alerts.by_id(conn, one.id)
    assert kept is not None and kept.is_open


def test_one_window_is_told_of_once(workspace: Workspace, street: Street) -> None:
    window(workspace, date(2026, 12, 20), date(2027, 1, 10))
    campaigns.begin(workspace, street.secretary, NewCampaign(uid("kg"), window_code="kg"))
    one = warning(workspace)
    with pytest.raises(Conflict, match="还没开始，不用再开"):
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
