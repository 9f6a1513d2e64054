"""Pages of the hotline's tickets: the list with its numbers, one ticket from the call to the answer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mapsvc.domain.actors import SYSTEM
from mapsvc.operations import ticket_import
from mapsvc.operations.workspace import Workspace
from tests.support import street
from tests.support.client import ClientOf, SignedClient
from tests.support.tickets import ticket, ticket_file

NUMBER = "SH202611201001"


@pytest.fixture
def imported(workspace: Workspace, tmp_path: Path) -> Workspace:
    """The street with two tickets about 27号 and one nobody can place."""
    street.build(workspace)
    again = ticket(1002, 来电时间="2026.11.21 09:05", 是否重复="是")
    lost = ticket(1003, 发生地址="大门口", 诉求内容="门口有人吵")
    ticket_import.import_tickets(workspace, SYSTEM, ticket_file(tmp_path / "t.xlsx", ticket(), again, lost))
    return workspace


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


def send(client: SignedClient, what: str, number: str = NUMBER, **form: str) -> str:
    """Send a form of the ticket's page as it stands; the page it leads to."""
    page = client.get(f"/tickets/{number}").text
    told = client.post(f"/tickets/{number}/{what}", data={"version": version(page), **form}, follow_redirects=True)
    assert told.status_code == 200, told.text
    return told.text


def test_each_number_is_the_length_of_its_list(imported: Workspace, client: SignedClient) -> None:
    page = client.get("/tickets").text
    links = re.findall(r'href="(/(?:tickets|desk)[^"]*)" data-count="(\d+)"', page)
    assert len(links) >= 5
    for url, n in links:
        assert client.get(url).text.count("data-row=") == int(n)
    assert page.count("data-row=") == 3


def test_from_the_call_to_the_answer(imported: Workspace, client: SignedClient) -> None:
    assert "待签收" in client.get(f"/tickets/{NUMBER}").text
    assert "签收好了" in send(client, "sign")
    assert "联系上" in send(client, "contact", way="phone", result="reached", note="说清楚了")
    assert "立案了" in send(client, "case")
    page = send(client, "answer", answer="您好，已经修好。", do="close", solved="yes", satisfaction="satisfied")
    assert "办结了" in page and "按时办结" in page and "满意" in page
    assert "二次办理" in send(client, "again", reason="又漏了")


def test_what_was_typed_stays_after_a_fault(imported: Workspace, client: SignedClient) -> None:
    send(client, "sign")
    page = client.get(f"/tickets/{NUMBER}").text
    form = {"version": version(page), "answer": "请打13812345678", "do": "close", "solved": "yes"}
    told = client.post(f"/tickets/{NUMBER}/answer", data=form)
    assert told.status_code == 422 and "电话号码" in told.text and "请打13812345678" in told.text
    stale = client.post(f"/tickets/{NUMBER}/answer", data=form | {"version": "1", "answer": "已经修好了，谢谢"})
    assert stale.status_code == 409
    assert "别人刚动过" in stale.text and "现在是" in stale.text and stale.text.count("已经修好了，谢谢") == 2


def test_duplicates_are_offered_and_merged(imported: Workspace, client: SignedClient) -> None:
    other = "SH202611201002"
    assert "像是同一件事" in client.get(f"/tickets/{other}").text
    page = send(client, "merge", other, into=NUMBER)
    assert "已经并到" in page
    assert "并过来的" in client.get(f"/tickets/{NUMBER}").text
    send(client, "sign")
    send(client, "answer", answer="一起修好了。", do="close", solved="yes")
    assert "一起修好了" in client.get(f"/tickets/{other}").text


def test_one_that_nobody_can_place_is_placed_by_hand(imported: Workspace, client: SignedClient) -> None:
    lost = "SH202611201003"
    page = client.get(f"/tickets/{lost}").text
    assert "没找到地点" in page and "先选好地点和类别" in page
    assert "锦云家纺" in send(client, "spot", lost, spot="LT0001", kind="L0007")


def test_returned_and_not_taken_back(imported: Workspace, client: SignedClient) -> None:
    assert "已退单" in send(client, "return", reason="是隔壁街道的")
    assert "办理中" in send(client, "again", reason="热线说归我们")


def test_more_time_is_asked_for_and_granted(imported: Workspace, client: SignedClient) -> None:
    send(client, "sign")
    page = send(client, "extension", reason="等雨天", until="2026-12-10")
    extension = re.search(r"/extension/([0-9a-f-]{36})", page)
    assert extension
    told = client.post(f"/tickets/{NUMBER}/extension/{extension[1]}", data={"do": "grant"}, follow_redirects=True).text
    assert "12月10日 17:00前" in told


@pytest.mark.parametrize("role", ["committee", "property", "volunteer", "admin"])
def test_who_does_not_work_on_cases_reads_no_ticket(imported: Workspace, client_of: ClientOf, role: str) -> None:
    client = client_of(role)
    assert client.get("/tickets").status_code == 403
    assert client.get(f"/tickets/{NUMBER}").status_code == 403


def test_a_worker_reads_and_logs_contacts_but_decides_nothing(imported: Workspace, client_of: ClientOf) -> None:
    client = client_of("worker")
    page = client.get(f"/tickets/{NUMBER}").text
    assert "签收</button>" not in page and "记一次联系" in page
    assert client.post(f"/tickets/{NUMBER}/sign", data={"version": "1"}).status_code == 403


def test_an_unknown_number_is_not_found(client: SignedClient) -> None:
    assert client.get("/tickets/SH0").status_code == 404
