"""`/campaigns`: a draft from a form or a warning, doors chosen, started, told, on paper; refusals beside fields."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from mapsvc.operations.campaign_views import CampaignView, get_campaign, list_campaigns
from mapsvc.operations.workspace import Workspace
from tests.support.campaigns import TOPIC, choose, met, warning, window
from tests.support.client import ClientOf, SignedClient
from tests.support.clock import FixedClock
from tests.support.numbers import Page
from tests.support.street import Street, build, uid

ID = uid("campaign")
NEW = {"id": ID, "topic": TOPIC, "title": "幼儿园报名", "words": "幼儿园快报名了，材料我带了一份"}
BASE = f"/campaigns/{ID}"


@pytest.fixture
def street(workspace: Workspace) -> Street:
    """27号 wants to be told."""
    people = build(workspace)
    choose(workspace, "LT0001")
    return people


def view(ws: Workspace, people: Street) -> CampaignView:
    return get_campaign(ws, people.secretary, ID)


def begun(client: SignedClient, **more: str) -> None:
    """A draft for both shops."""
    assert client.post("/campaigns", data=NEW | more).location == f"{BASE}?done=made"
    client.post(f"{BASE}/doors", data={"door": ["LT0001", "LT0002"]})


def started(client: SignedClient, ws: Workspace, people: Street, **more: str) -> None:
    begun(client, **more)
    version = str(view(ws, people).campaign.version)
    assert client.post(f"{BASE}/start", data={"version": version}).location == f"{BASE}?done=started"


def test_nothing_yet_says_where_one_comes_from(client: SignedClient, street: Street) -> None:
    page = client.get("/campaigns").text
    assert "现在没有" in page and "办一次政策进商铺" in page and "/campaigns/new" in page


def test_a_draft_says_what_it_takes_before_it_is_started(
    client: SignedClient, workspace: Workspace, street: Street
) -> None:
    window(workspace, date(2026, 11, 20), date(2026, 12, 10))
    met(workspace, street.chen, "LT0001", 40)
    met(workspace, street.zhou, "LT0002", 5)
    begun(client, window_code="kg")
    told = client.get(BASE).text
    assert "还没开始" in told and "11月20日说了要提前提醒" in told
    assert "有1户的走访要到那以后，会多走1趟" in told
    assert "走访要到12月18日，窗口先关，专门去一趟" in told


def test_numbers_are_as_long_as_the_lists_they_open(client: SignedClient, workspace: Workspace, street: Street) -> None:
    begun(client)
    for address in (BASE, "/campaigns"):
        page = Page(client.get(address).text)
        assert all(n == page.rows_within[url.rpartition("#")[2]] for n, url, _ in page.counts)
    assert [n for n, _, _ in Page(client.get(BASE).text).counts] == [2, 2, 0]
    version = str(view(workspace, street).campaign.version)
    client.post(f"{BASE}/start", data={"version": version})
    client.post(f"{BASE}/doors/LT0001", data={"did": "told"})
    page = Page(client.get(BASE).text)
    assert [(n, page.rows_within[url.rpartition("#")[2]]) for n, url, _ in page.counts] == [(1, 1), (1, 1), (0, 0)]


def test_doors_are_chosen_by_ticks_and_stand_on_the_map(
    client: SignedClient, workspace: Workspace, street: Street
) -> None:
    client.post("/campaigns", data=NEW)
    page = client.get(BASE).text
    assert re.search(r'<a href="#door-LT0001" data-door="LT0001"[^>]*class="dot is-in"', page)
    assert re.search(r'<a href="#door-LT0002" data-door="LT0002"[^>]*class="dot"', page)
    assert re.search(r'value="LT0001" id="in-LT0001" form="doors-form" checked', page)
    assert re.search(r'value="LT0002" id="in-LT0002" form="doors-form">', page)
    assert client.post(f"{BASE}/doors", data={"door": "LT0002"}).location == f"{BASE}?done=doors"
    assert [line.at.code for line in view(workspace, street).inside] == ["LT0002"]
    page = client.get(BASE).text
    assert 'id="out"' in page and "再勾上就回来" in page


def test_what_was_typed_stays_where_it_is_refused(client: SignedClient, street: Street) -> None:
    wrong = client.post("/campaigns", data={"id": ID, "title": "报名", "words": "材料我带了一份"})
    assert wrong.status_code == 422 and "请选一个主题" in wrong.text and "材料我带了一份" in wrong.text
    begun(client)
    told = {"version": "1", "title": "", "words": "短", "from_day": "2026-11-23", "until_day": "2026-11-01"}
    wrong = client.post(BASE, data=told)
    assert wrong.status_code == 422 and "请写名称" in wrong.text and "不能早于开始那天" in wrong.text
    stale = client.post(BASE, data=told | {"title": "报名", "until_day": "2026-12-01", "version": "7"})
    assert stale.status_code == 409 and "别人刚改过" in stale.text


def test_started_taken_back_ended_and_thrown_away(client: SignedClient, workspace: Workspace, street: Street) -> None:
    started(client, workspace, street)
    page = client.get(BASE).text
    assert "正在办" in page and "撤回开始" in page and "2户里还没有说过的" in page
    assert client.post(f"{BASE}/undo", data={"version": "2"}).location == f"{BASE}?done=undone"
    client.post(f"{BASE}/start", data={"version": "3"})
    assert client.post(f"{BASE}/end", data={"version": "4"}).location == f"{BASE}?done=ended"
    page = client.get(BASE).text
    assert "办完了" in page and "存名单" not in page and "撤回开始" not in page
    other = uid("other")
    client.post("/campaigns", data=NEW | {"id": other})
    assert client.post(f"/campaigns/{other}/drop", data={}).location == "/campaigns?done=dropped"
    assert client.get(f"/campaigns/{other}").status_code == 404


def test_a_walker_ticks_the_own_doors_only(
    client: SignedClient, client_of: ClientOf, workspace: Workspace, street: Street
) -> None:
    started(client, workspace, street)
    chen = client_of("worker", login="小陈")
    page = chen.get(BASE).text
    assert "存名单" not in page and f"{BASE}/doors/LT0001" in page and f"{BASE}/doors/LT0002" not in page
    done = chen.post(f"{BASE}/doors/LT0001", data={"did": "told"})
    assert done.location == f"{BASE}?done=told#door-LT0001"
    chen.post(f"{BASE}/doors/LT0001", data={"did": "done"})
    assert "办了1户" in chen.get(BASE).text
    assert chen.post(f"{BASE}/doors/LT0002", data={"did": "told"}).status_code == 403
    assert chen.post(f"{BASE}/doors", data={}).status_code == 403
    back = chen.post(f"{BASE}/doors/LT0001", data={"did": "untold"})
    assert back.location == f"{BASE}?done=untold#door-LT0001"


def test_a_warning_about_a_topic_offers_it_and_leads_to_its_draft(
    client: SignedClient, workspace: Workspace, street: Street
) -> None:
    one = warning(workspace)
    assert "接下，排出名单" in client.get(f"/alerts/{one.id}").text
    told = {"decision": "campaign", "form": "campaign", "version": str(one.version), "words": "快报名了"}
    done = client.post(f"/alerts/{one.id}/accept", data=told)
    (draft,) = list_campaigns(workspace, street.secretary).drafts
    assert done.location == f"/campaigns/{draft.campaign.id}?done=made"
    assert f"/alerts/{one.id}" in client.get(f"/campaigns/{draft.campaign.id}").text
    assert f"/campaigns/{draft.campaign.id}" in client.get(f"/alerts/{one.id}").text


def test_paper_has_two_handouts_and_a_list_by_side(client: SignedClient, workspace: Workspace, street: Street) -> None:
    begun(client, policy_id="kindergarten")
    page = client.get(f"{BASE}/print").text
    assert page.count('class="handout"') == 2 and "服务联系，不是检查" in page
    assert "岚皋西路单号侧 · 2户" in page and page.count("想办 □") == 2
    # It goes from hand to hand: what somebody chose or asked is not on it.
    assert "提前提醒" not in page and "提前提醒" in client.get(BASE).text
    assert "handouts" not in client.get(f"{BASE}/print?only=list").text
    assert "想办 □" not in client.get(f"{BASE}/print?only=handout").text


def test_no_name_or_number_of_a_merchant_is_on_any_of_its_pages(
    client: SignedClient, workspace: Workspace, street: Street
) -> None:
    begun(client, words="打13812345678问徐女士也行")
    for address in (BASE, f"{BASE}/print", "/campaigns", "/campaigns/new"):
        page = client.get(address).text
        assert "12345678" not in page and "刘小燕" not in page


def test_what_followed_is_said_after_four_weeks(
    client: SignedClient, client_of: ClientOf, workspace: Workspace, street: Street, clock: FixedClock
) -> None:
    started(client, workspace, street)
    client.post(f"{BASE}/doors/LT0001", data={"did": "told"})
    assert "说过四周以后再看" in client.get(BASE).text
    clock.advance(days=40)
    told = client_of("secretary", login="后来").get(BASE).text
    assert "办完了" in told and "说不准" in told and "怎么算的" in told


def test_the_form_knows_what_a_link_brings(client: SignedClient, workspace: Workspace, street: Street) -> None:
    first = (workspace.clock() + timedelta(days=9)).date()
    window(workspace, first, first + timedelta(days=30))
    page = client.get("/campaigns/new?window=kg").text
    assert re.search(r'<option value="kg" selected>幼儿园报名，2026年12月2日到2027年1月1日', page)
