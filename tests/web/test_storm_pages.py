"""`/storms`: one button, a form, a list by building, what was seen, the rain, and what is refused beside its field."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest

from mapsvc.operations.issues import NewIssue, report_issue
from mapsvc.operations.storm_views import StormView, list_storms
from mapsvc.operations.workspace import Workspace
from tests.support.client import ClientOf, SignedClient
from tests.support.clock import MONDAY_AT_NINE
from tests.support.numbers import Page
from tests.support.street import Street, build, uid

ONE_BUTTON = {"id": uid("rain"), "kind": "rain", "coming": "0"}
COMING = {
    "id": uid("typhoon"), "kind": "typhoon", "coming": "1", "from": "2026-11-24T15:00", "expected_mm": "120",
    "text": "台风梅花", "most": "10",
}  # fmt: skip


@pytest.fixture
def street(workspace: Workspace) -> Street:
    """27号 leaked once."""
    people = build(workspace)
    at = MONDAY_AT_NINE - timedelta(days=60)
    report_issue(workspace, people.chen, NewIssue(uid("leak"), "L0001", "吊顶滴水", at=at, shop="LT0001"))
    return people


def opened(ws: Workspace, people: Street) -> StormView:
    """The storm that is open."""
    return list_storms(ws, people.secretary).open[0]


def test_one_button_makes_the_list_and_pressing_again_makes_no_second(
    client: SignedClient, workspace: Workspace, street: Street
) -> None:
    assert re.search("头几户是.*岚皋西路27号</b> <span[^>]*>2026年漏过1次", client.get("/storms").text, re.DOTALL)
    first = client.post("/storms", data=ONE_BUTTON)
    assert (first.status_code, first.location) == (303, f"/storms/{uid('rain')}?done=called")
    assert client.post("/storms", data=ONE_BUTTON).status_code == 303
    told = client.get(first.location).text
    assert "刚下过暴雨" in told and "2026年漏过1次" in told and "附近27号漏过" in told
    again = client.post("/storms", data=ONE_BUTTON | {"id": uid("again")})
    assert again.status_code == 409 and "还开着" in again.text


def test_what_comes_is_called_with_a_form_that_keeps_what_was_typed(client: SignedClient, street: Street) -> None:
    wrong = client.post("/storms", data=COMING | {"from": "2027-06-01T10:00", "kind": "snow"})
    assert wrong.status_code == 422 and "请选台风还是大雨" in wrong.text and "台风梅花" in wrong.text
    wrong = client.post("/storms", data=COMING | {"from": "2027-06-01T10:00"})
    assert wrong.status_code == 422 and "十天以内" in wrong.text
    done = client.post("/storms", data=COMING, follow_redirects=True).text
    assert "台风要来" in done and "11月24日下午到，预计120毫米（大暴雨）" in done and "【雨前提醒】" in done


def test_numbers_are_as_long_as_the_lists_they_open(client: SignedClient, workspace: Workspace, street: Street) -> None:
    client.post("/storms", data=COMING)
    view = opened(workspace, street)
    client.post(f"/storms/{view.storm.id}/doors/{view.lines[1].door.id}/seen", data={"outcome": "ok"})
    report_issue(workspace, street.chen, NewIssue(uid("new"), "L0001", "又漏", shop="LT0001"))
    for address in ("/storms", f"/storms/{view.storm.id}"):
        page = Page(client.get(address).text)
        of = Page(client.get(f"/storms/{view.storm.id}").text)
        assert [(n, of.rows_within[url.rpartition("#")[2]]) for n, url, _ in page.counts] == [(0, 0), (2, 2), (1, 1)]


def test_doors_go_on_and_off_and_a_slip_is_taken_back(
    client: SignedClient, workspace: Workspace, street: Street
) -> None:
    client.post("/storms", data=COMING)
    base = f"/storms/{uid('typhoon')}"
    assert "请核对编号" in client.post(f"{base}/doors", data={"code": "XX"}).text
    client.post(f"{base}/doors", data={"code": "PD0001"})
    place = next(line for line in opened(workspace, street).lines if line.spot.place_id)
    assert 'href="/issues/new?place=PD0001&amp;kind=L0001"' in client.get(base).text
    for outcome, seen in (("ok", True), ("", False)):
        client.post(f"{base}/doors/{place.door.id}/seen", data={"outcome": outcome})
        assert bool(opened(workspace, street).seen) is seen
    client.post(f"{base}/doors/{place.door.id}/remove", data={})
    assert len(opened(workspace, street).lines) == 2
    assert client.post(f"{base}/undo", data={}).location == "/storms?done=undone"
    assert client.post(f"{base}/end", data={}).status_code == 404


def test_the_form_for_a_leak_has_its_kind_chosen(client: SignedClient, street: Street) -> None:
    told = client.get("/issues/new?shop=LT0001&kind=L0001").text
    assert re.search(r'<option value="L0001" selected>', told)


def test_rain_is_taken_in_and_bad_lines_are_named(client: SignedClient, street: Street) -> None:
    def send(text: str) -> str:
        file = (io.BytesIO(text.encode()), "rain.csv")
        return client.post("/storms/rainfall", data={"file": file}, follow_redirects=True).text

    assert "新增2天" in send("日期,雨量mm\n2026-11-20,61\n2026-11-21,0\n")
    page = client.get("/storms").text
    assert "11月20日 61毫米，暴雨" in page and "记了2天，大雨和更大的1天" in page
    assert "第3行：" in send("日期,雨量mm\n2026-11-22,3\n2026-02-30,1\n")
    assert "请先选一个 csv" in client.post("/storms/rainfall", data={}).text


def test_a_worker_sees_the_list_and_says_what_was_found_but_calls_none(
    client_of: ClientOf, client: SignedClient, workspace: Workspace, street: Street
) -> None:
    client.post("/storms", data=COMING)
    worker = client_of("worker", login="小陈")
    page = worker.get("/storms").text
    assert "刚下过暴雨" not in page and "导入雨量" not in page
    view = opened(workspace, street)
    address = f"/storms/{view.storm.id}"
    assert "没开门" in worker.get(address).text
    told = worker.post(f"{address}/doors/{view.lines[0].door.id}/seen", data={"outcome": "closed"})
    assert told.status_code == 303


def test_an_ended_list_says_what_was_not_reached_and_asks_for_nothing(client: SignedClient, street: Street) -> None:
    client.post("/storms", data=COMING)
    client.post(f"/storms/{uid('typhoon')}/end", data={})
    told = client.get(f"/storms/{uid('typhoon')}").text
    assert "没看到的" in told and "还要看" not in told and "记一下" not in told and "复制到群" not in told


def test_paper_has_a_table_per_patch(client: SignedClient, street: Street) -> None:
    client.post("/storms", data=COMING)
    told = client.get(f"/storms/{uid('typhoon')}/print").text
    assert "小陈的片" in told and "小周的片" in told and "不是检查" in told
    assert "13812345678" not in told


def test_the_api_calls_shows_and_ends(client: SignedClient, street: Street) -> None:
    sent = {"id": uid("api"), "kind": "rain", "coming": False, "most": 1}
    made = client.post("/api/v1/storms", json=sent)
    assert made.status_code == 201 and client.post("/api/v1/storms", json=sent).status_code == 200
    told = made.get_json()
    assert [(d["rank"], d["code"], d["why"]) for d in told["doors"]] == [(1, "LT0001", "2026年漏过1次")]
    seen = client.post(f"/api/v1/storms/{uid('api')}/doors/{told['doors'][0]['id']}", json={"outcome": "ok"})
    assert (seen.get_json()["seen"], seen.get_json()["doors"][0]["outcome"]) == (1, "ok")
    assert client.post(f"/api/v1/storms/{uid('api')}/end").get_json()["ended_at"]
    assert [s["title"] for s in client.get("/api/v1/storms").get_json()["items"]] == ["刚下过暴雨"]
    assert client.post("/api/v1/storms", json=sent | {"kind": "snow"}).status_code in (400, 422)


def test_the_phone_takes_the_reason_along(client_of: ClientOf, client: SignedClient, street: Street) -> None:
    client.post("/storms", data=COMING)
    day = client_of("worker", login="小陈").get("/api/v1/today").get_json()
    door = day["doors"]["LT0001"]
    assert {"code": "storm", "text": "雨前看一眼，帮着收货、垫高：漏过1次"} in door["reasons"]
    assert door["due"] and day["counts"]["calls"] == 1
