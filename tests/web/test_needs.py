"""`/needs`: each number is its list; a need is handled, settled and told with a form each, nothing typed is lost."""

from __future__ import annotations

import re

import pytest

from mapsvc.domain.visits import Outcome, VisitKind
from mapsvc.operations.visits import NewNeed, NewVisit, record_visit
from mapsvc.operations.workspace import Workspace
from tests.support.client import ClientOf, SignedClient
from tests.support.clock import FixedClock
from tests.support.street import build, uid

NEED = uid("need")


@pytest.fixture
def voiced(workspace: Workspace, clock: FixedClock) -> None:
    """Two needs at 27号: one with a topic a month ago, one today."""
    street = build(workspace)
    clock.advance(days=-30)
    first = NewVisit(
        uid("v1"), "LT0001", VisitKind.REGULAR, clock(), Outcome.MET, (NewNeed(NEED, "路灯坏了两盏", "水电煤"),)
    )
    record_visit(workspace, street.chen, first)
    clock.advance(days=30)
    second = NewVisit(uid("v2"), "LT0001", VisitKind.REGULAR, clock(), Outcome.MET, (NewNeed(uid("n2"), "想外摆"),))
    record_visit(workspace, street.chen, second)


def rows(page: str) -> int:
    return page.count(" data-row")


def test_each_number_is_the_list_it_opens(client_of: ClientOf, voiced: None) -> None:
    client = client_of("secretary")
    page = client.get("/needs").text
    told = {link: int(n) for n, link in re.findall(r'data-count="(\d+)" href="([^"]+)"', page)}
    assert told["/needs"] == 2 and told["/needs?late=1"] == 1 and told["/needs?untold=1"] == 0
    for link, n in told.items():
        assert rows(client.get(link.replace("&amp;", "&")).text) == n, link


def send(client: SignedClient, path: str, **form: str) -> tuple[int, str]:
    answer = client.post(path, data=form)
    return answer.status_code, answer.headers.get("Location", "") or answer.text


def test_a_need_is_given_to_somebody_done_and_told(client_of: ClientOf, voiced: None) -> None:
    client = client_of("worker")
    handed = {"way": "handed_on", "handler_name": "市政养护", "due_at": "2026-11-30"}
    assert send(client, f"/needs/{NEED}/handle", **handed) == (303, "/needs?done=handled")
    page = client.get("/needs").text
    assert "市政养护" in page and "11月30日前回话" in page and "转交办" in page
    assert send(client, f"/needs/{NEED}/settle", outcome="换了灯泡") == (303, "/needs?done=settled")
    page = client.get("/needs?untold=1").text
    assert rows(page) == 1 and "换了灯泡" in page
    assert send(client, f"/needs/{NEED}/told", view_untold="1") == (303, "/needs?untold=1&done=told")
    assert rows(client.get("/needs?untold=1").text) == 0
    assert send(client, f"/needs/{NEED}/reopen")[0] == 303
    assert rows(client.get("/needs").text) == 2


def test_what_was_typed_stays_with_what_is_wrong(client_of: ClientOf, voiced: None) -> None:
    client = client_of("worker")
    status, page = send(client, f"/needs/{NEED}/handle", way="handed_on", handler_name="市政养护", due_at="2026-11-01")
    assert (
        status == 422 and "回话的日子已经过了" in page and 'value="市政养护"' in page and 'value="2026-11-01"' in page
    )
    status, page = send(client, f"/needs/{NEED}/settle", outcome=" ")
    assert status == 422 and "写一句怎么办的" in page


def test_a_hard_one_becomes_a_case(client_of: ClientOf, voiced: None) -> None:
    client = client_of("worker")
    status, page = send(client, f"/needs/{NEED}/handle", way="hard_case")
    assert status == 422 and "请选是哪一类问题" in page
    assert send(client, f"/needs/{NEED}/handle", way="hard_case", kind="L0001")[0] == 303
    found = re.search(r'href="(/cases/[^"]+)">打开案件', client.get("/needs").text)
    assert found and client.get(found.group(1)).status_code == 200
    assert send(client, f"/needs/{NEED}/handle", way="hard_case", kind="L0001")[0] == 409


def test_who_handles_no_cases_sees_no_needs(client_of: ClientOf, voiced: None) -> None:
    for role in ("volunteer", "property", "committee"):
        assert client_of(role).get("/needs").status_code == 403
