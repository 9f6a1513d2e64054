"""`/policy-calendar`: what opens next, a year by months, windows added, changed and undone, the calendar file."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask

from mapsvc.operations import policy_windows
from mapsvc.operations.policy_samples import settle_policies
from mapsvc.operations.policy_windows import Said
from mapsvc.operations.topic_choices import choose
from mapsvc.operations.window_samples import settle_windows
from mapsvc.operations.workspace import Workspace
from tests.support.calendars import events_of
from tests.support.client import ClientOf, SignedClient
from tests.support.street import Street, build, uid
from tests.web.api.ways_policy_calendar import EVENT, FORM

WINTER = Said("冬季用电检查", ("水电煤",), True, 14, "power", date(2026, 12, 10), date(2026, 12, 31), trades=("餐饮",))


@pytest.fixture
def street(workspace: Workspace) -> Street:
    return build(workspace)


@pytest.fixture
def secretary(app: Flask, street: Street, client_of: ClientOf) -> SignedClient:
    return client_of("secretary")


def test_an_empty_calendar_says_how_to_begin(secretary: SignedClient, client_of: ClientOf) -> None:
    page = secretary.get("/policy-calendar").text
    assert "90天里没有要开的。" in page and 'href="/policy-calendar/new"' in page
    assert 'href="/policy-calendar/new"' not in client_of("worker").get("/policy-calendar").text


def test_what_opens_next_says_to_whom_from_when_and_how_many_wait(
    workspace: Workspace, street: Street, secretary: SignedClient
) -> None:
    policy_windows.add_window(workspace, street.secretary, WINTER, uid("w"))
    choose(workspace, street.secretary, "LT0001", ["水电煤"])
    page = secretary.get("/policy-calendar").text
    row = page[page.index("data-row") : page.index("</tr>", page.index("data-row"))]
    for words in ("冬季用电检查", "12月10日到12月31日", "11月26日", "水电煤；餐饮", "1户"):
        assert words in row
    assert "示例" not in row


def test_the_samples_are_marked_and_lie_in_their_months(workspace: Workspace, secretary: SignedClient) -> None:
    settle_windows(workspace)
    page = secretary.get("/policy-calendar").text
    april = page[page.index("<h3>4月</h3>") : page.index("<h3>5月</h3>")]
    assert "22日" in april and "幼儿园入园信息登记" in april and "示例" in april
    assert "2027年春节" in page and 'value="2027-02-06"' in page
    assert "2028年" in secretary.get("/policy-calendar?year=2028").text
    for odd in ("1", "99999", "x", ""):
        assert secretary.get(f"/policy-calendar?year={odd}").status_code == 200


def test_a_window_is_added_and_the_adding_undone(workspace: Workspace, secretary: SignedClient) -> None:
    sent = secretary.post("/policy-calendar", data=FORM | {"id": uid("new")})
    assert sent.status_code == 303
    page = secretary.get(sent.headers["Location"]).text
    assert "加进政策日历了。" in page and f'action="/policy-calendar/{uid("new")}/retire"' in page
    assert secretary.post(f"/policy-calendar/{uid('new')}/retire").status_code == 303
    page = secretary.get("/policy-calendar").text
    assert "停用的1条" in page and "data-row" not in page


def test_weeks_before_an_event_come_back_into_the_form(workspace: Workspace, secretary: SignedClient) -> None:
    secretary.post("/policy-calendar", data=EVENT | {"id": uid("new")})
    page = secretary.get(f"/policy-calendar/{uid('new')}").text
    for field in ('value="春节"', 'value="2027-02-06"', 'value="4"', 'value="-2"', 'value="餐饮、零售"'):
        assert field in page
    assert re.search(r'value="event" checked', page)
    secretary.post("/policy-calendar/event-day", data={"event": "春节", "year": "2028", "day": "2028-01-26"})
    assert "12月29日到2028年2月9日" not in secretary.get("/policy-calendar?year=2028").text
    assert 'value="2028-01-26"' in secretary.get("/policy-calendar?year=2028").text


def test_a_change_is_undone_from_the_page_that_says_it(workspace: Workspace, secretary: SignedClient) -> None:
    secretary.post("/policy-calendar", data=FORM | {"id": uid("new")})
    at = f"/policy-calendar/{uid('new')}"
    sent = secretary.post(at, data=FORM | {"version": "1", "title": "改了名"})
    page = secretary.get(sent.headers["Location"]).text
    assert "改好了。" in page and "改了名" in page and f'action="{at}/undo"' in page
    assert secretary.post(f"{at}/undo", data={"version": "2"}).status_code == 303
    assert "冬季用电检查" in secretary.get("/policy-calendar").text
    again = secretary.post(f"{at}/undo", data={"version": "3"})
    assert again.status_code == 409 and "没有可以撤销的改动。" in again.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "请填办什么。"),
        ({"closes_on": "2026-12-01"}, "截止的日子比开始的还早，请核对。"),
        ({"closes_on": ""}, "请填哪天截止。"),
        ({"topics": []}, "请选至少一个话题"),
        ({"lead_days": "999"}, "提前几天告诉要在0到120之间。"),
        ({"opens_on": "31.12."}, "哪天开始要写成年、月、日。"),
        ({"by": "event"}, "请填跟着哪件事。"),
    ],
)
def test_what_cannot_be_is_said_beside_what_was_typed(
    secretary: SignedClient, wrong: dict[str, object], said: str
) -> None:
    sent = secretary.post("/policy-calendar", data=FORM | {"id": uid("new"), "note": "还在吗"} | wrong)
    assert sent.status_code == 422 and said in sent.text and "还在吗" in sent.text


def test_a_stale_form_is_told_and_nothing_typed_is_lost(secretary: SignedClient) -> None:
    secretary.post("/policy-calendar", data=FORM | {"id": uid("new")})
    at = f"/policy-calendar/{uid('new')}"
    secretary.post(at, data=FORM | {"version": "1", "title": "甲"})
    sent = secretary.post(at, data=FORM | {"version": "1", "title": "乙的名字"})
    assert sent.status_code == 409 and "别人刚改过" in sent.text and "乙的名字" in sent.text


def test_a_worker_reads_a_window_and_its_answer(workspace: Workspace, street: Street, client_of: ClientOf) -> None:
    settle_policies(workspace)
    made = policy_windows.add_window(workspace, street.secretary, WINTER, uid("w"))
    page = client_of("worker").get(f"/policy-calendar/{made.id}").text
    assert "每年都办" in page and 'href="/policies/power"' in page and "<form" not in page.split("</header>")[-1]


def test_a_page_that_is_not_there_says_so(secretary: SignedClient) -> None:
    assert secretary.get(f"/policy-calendar/{uid('none')}").status_code == 404
    assert secretary.get(f"/policy-calendar?done=changed&window={uid('none')}").status_code == 200


def test_markup_in_a_title_is_text(workspace: Workspace, street: Street, secretary: SignedClient) -> None:
    said = Said("<b onclick=x>粗</b>", ("水电煤",), True, 14, None, date(2026, 12, 10), date(2026, 12, 31))
    policy_windows.add_window(workspace, street.secretary, said, uid("w"))
    page = secretary.get("/policy-calendar").text
    assert "<b onclick" not in page and "&lt;b onclick=x&gt;" in page


def test_the_file_is_a_calendar_and_the_private_address_says_the_same(
    workspace: Workspace, secretary: SignedClient, stranger: SignedClient
) -> None:
    settle_windows(workspace)
    file = secretary.get("/policy-calendar.ics")
    assert file.content_type == "text/calendar; charset=utf-8"
    assert file.headers["Content-Disposition"] == 'attachment; filename="policy-calendar.ics"'
    assert "window-kindergarten-2027@mapsvc" in {e["UID"] for e in events_of(file.get_data(as_text=True))}
    made = secretary.post("/me/feed").text
    (address,) = re.findall(r"http://localhost(/feeds/[\w-]{43}/policy-calendar\.ics)", made)
    feed = stranger.get(address)
    assert feed.get_data(as_text=True) == file.get_data(as_text=True)
    assert feed.headers["Cache-Control"] == "private, no-store"
    assert stranger.get("/policy-calendar.ics").status_code in (302, 303, 401)
    secretary.post("/me/feed/revoke")
    assert stranger.get(address).status_code == 404


def test_the_api_lists_what_opens_within_some_days(
    workspace: Workspace, street: Street, secretary: SignedClient
) -> None:
    policy_windows.add_window(workspace, street.secretary, WINTER, uid("w"))
    (one,) = secretary.get("/api/v1/policy-calendar?days=17").get_json()["items"]
    assert (one["title"], one["opens_on"], one["tell_from"]) == ("冬季用电检查", "2026-12-10", "2026-11-26")
    assert (one["topics"], one["trades"], one["policy_id"], one["year"]) == (["水电煤"], ["餐饮"], "power", 2026)
    assert one["asked_to_be_told"] == 0 and not one["is_sample"]
    assert secretary.get("/api/v1/policy-calendar?days=16").get_json()["items"] == []
    assert secretary.get("/api/v1/policy-calendar?days=999").status_code == 400
