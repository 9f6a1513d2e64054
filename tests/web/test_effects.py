"""回访问效 and 答应的事 on a case's page: said with one form, shown there; the sentence opens the days it counts."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from mapsvc.domain.cases import CaseState
from mapsvc.operations.cases import move_case
from mapsvc.operations.issues import NewIssue, Reported, report_issue
from mapsvc.operations.workspace import Workspace
from tests.support.client import ClientOf, SignedClient
from tests.support.clock import FixedClock
from tests.support.street import Street, build, uid


@pytest.fixture
def street(workspace: Workspace) -> Street:
    """The street with its people."""
    return build(workspace)


@pytest.fixture
def report(workspace: Workspace, street: Street) -> Callable[..., str]:
    """Report something at 27号; returns the case's id."""

    def one(name: str) -> str:
        told = report_issue(workspace, street.chen, NewIssue(uid(name), "L0001", "滴水", shop="LT0001"))
        assert isinstance(told, Reported)
        return told.found.case.id

    return one


@pytest.fixture
def closed(workspace: Workspace, street: Street, clock: FixedClock, report: Callable[..., str]) -> str:
    """A leak reported on eight days, put right and closed a month ago; id of the last case."""
    clock.advance(days=-52)
    for n in range(7):
        report(f"i{n}")
        clock.advance(days=3)
    case_id = report("leak")
    clock.advance(days=1)
    for n, to in enumerate((CaseState.DISPATCHED, CaseState.HANDLING, CaseState.VERIFYING, CaseState.CLOSED), start=1):
        clock.advance(minutes=5)
        move_case(workspace, street.secretary, case_id, to, "修好了", n)
    clock.advance(days=30)
    return case_id


def test_somebody_goes_back_and_says_how_it_is(client_of: ClientOf, closed: str) -> None:
    client = client_of("worker")
    page = client.get(f"/cases/{closed}").text
    assert "回访问效" in page and "该去了" in page and "小周去" in page
    told = {"result": "gone", "satisfaction": "satisfied", "told_by": "merchant", "note": "雨后看过"}
    answer = client.post(f"/cases/{closed}/return-visit", data=told)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/cases/{closed}?done=effect#effect")
    page = client.get(f"/cases/{closed}?done=effect").text
    assert "回访记下了" in page and "店主满意" in page and "雨后看过" in page and "该去了" not in page


def test_what_is_back_is_told_to_the_secretary(client_of: ClientOf, closed: str) -> None:
    client = client_of("worker")
    answer = client.post(f"/cases/{closed}/return-visit", data={"result": "back", "note": "昨夜又滴"})
    assert answer.headers["Location"].endswith("done=effect_filed#effect")
    assert "回访：又来了：昨夜又滴" in client.get(f"/cases/{closed}").text


def test_nothing_typed_is_lost(client_of: ClientOf, closed: str) -> None:
    answer = client_of("worker").post(f"/cases/{closed}/return-visit", data={"note": "看过了"})
    assert answer.status_code == 422 and "请选现在怎么样" in answer.text and "看过了</textarea>" in answer.text


def test_the_sentence_opens_the_days_it_counts(client_of: ClientOf, closed: str) -> None:
    client = client_of("secretary")
    assert "之前8周8天有人报，之后30天0天" in client.get(f"/cases/{closed}").text
    page = client.get(f"/cases/{closed}/effect").text
    counted = [int(n) for n in re.findall(r'data-count="(\d+)"', page)]
    assert counted == [8, 0] and page.count(" data-row") == sum(counted)
    assert "只数“有人报的天数”" in page


def send(client: SignedClient, path: str, **form: str) -> str:
    answer = client.post(path, data=form, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_promise_over_a_case_is_kept_and_told(client_of: ClientOf, report: Callable[..., str]) -> None:
    client, case_id = client_of("worker"), report("open")
    page = send(client, f"/cases/{case_id}/promises", text="周五前修好", due_at="2026-11-27")
    assert "周五前修好" in page and "11月27日前" in page
    assert client.get("/api/v1/shops/LT0001").get_json()["promises"][0]["text"] == "周五前修好"
    kept = re.search(r'action="(/cases/[^"]+/kept)"', page)
    assert kept
    page = send(client, kept.group(1))
    assert "办好了。告诉店主了吗？" in page
    told = re.search(r'action="(/cases/[^"]+/told)"', page)
    assert told and "告诉过店主了" in send(client, told.group(1))
    answer = client.post(f"/cases/{case_id}/promises", data={"text": "", "due_at": "2026-11-27"})
    assert answer.status_code == 422 and "答应了什么，请写一句" in answer.text
