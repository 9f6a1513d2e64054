"""What is done on the page of a case: one act after the other, who may not, who was slower, and nothing typed lost."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from mapsvc.domain.cases import Case, CaseState
from mapsvc.operations.workspace import Workspace
from mapsvc.store import cases as store
from mapsvc.web.filters import local_input
from tests.support import pictures
from tests.support.client import ClientOf, SignedClient
from tests.support.street import build

REASON = "等业主回沪再谈"
WAY = ("dispatched", "handling", "verifying", "closed")


class Page:
    """The page of one case, as one person uses it."""

    def __init__(self, ws: Workspace, client: SignedClient, case_id: str) -> None:
        self.ws, self.client, self.case_id = ws, client, case_id

    @property
    def case(self) -> Case:
        with self.ws.read() as conn:
            found = store.by_id(conn, self.case_id)
        assert found is not None
        return found

    @property
    def text(self) -> str:
        return self.client.get(f"/cases/{self.case_id}").text

    def send(self, act: str, **form: Any) -> TestResponse:
        sent = {"version": str(self.case.version)} | form
        return self.client.post(f"/cases/{self.case_id}/{act}", data=sent)

    def go(self, *states: str) -> None:
        for to in states:
            assert self.send("moves", to=to).status_code == 303


@pytest.fixture
def page(workspace: Workspace, client_of: ClientOf) -> Page:
    """A case at a shop, seen by the secretary."""
    from mapsvc.operations.issues import NewIssue, Reported, report_issue
    from mapsvc.store.ids import of

    build(workspace)
    client = client_of("secretary")
    assert client.signed
    done = report_issue(workspace, client.signed.actor, NewIssue(of("acts", 1), "L0001", "吊顶滴水", shop="LT0001"))
    assert isinstance(done, Reported)
    return Page(workspace, client, done.found.case.id)


def test_the_whole_way_by_the_buttons(page: Page) -> None:
    page.go(*WAY)
    assert page.case.state is CaseState.CLOSED
    assert "回访" in page.text and "案件" in page.text


def test_only_legal_moves_that_are_theirs_stand_on_the_page(page: Page, client_of: ClientOf) -> None:
    offered = set(re.findall(r'name="to" value="(\w+)"', page.text))
    assert offered == {"self_correcting", "dispatched", "rejected"}
    worker = Page(page.ws, client_of("worker"), page.case_id)
    assert set(re.findall(r'name="to" value="(\w+)"', worker.text)) == {"self_correcting"}
    committee = client_of("committee").get(f"/cases/{page.case_id}").text
    assert 'name="to"' not in committee


def test_an_illegal_move_says_which_are_legal(page: Page) -> None:
    answer = page.send("moves", to="closed", reason=REASON)
    assert answer.status_code == 409
    assert "现在可以转到：自行整改、立案派遣、作废" in answer.text and REASON in answer.text


def test_a_move_that_is_not_theirs_is_refused(page: Page, client_of: ClientOf) -> None:
    worker = Page(page.ws, client_of("worker"), page.case_id)
    answer = worker.send("moves", to="dispatched")
    assert answer.status_code == 403 and "找街区书记" in answer.text


def test_who_was_slower_sees_both_sides_and_sends_again(page: Page) -> None:
    page.go("dispatched")
    answer = page.send("moves", to="rejected", reason=REASON, version="1")
    assert answer.status_code == 409
    told = answer.text[answer.text.index('id="stale"') :]
    assert "您要做的" in told and REASON in told and "第2版" in told and "立案派遣" in told
    again = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', told[: told.index("</form>")]))
    assert again["version"] == "2" and again["reason"] == REASON
    assert page.client.post(f"/cases/{page.case_id}/moves", data=again).status_code == 303
    assert page.case.state is CaseState.REJECTED


def test_a_reason_that_is_missing_is_asked_for_beside_its_field(page: Page) -> None:
    answer = page.send("moves", to="rejected", reason=" ")
    assert answer.status_code == 422
    assert re.search(r'<details class="act[^"]*" id="move-rejected" open', answer.text)
    assert 'aria-invalid="true"' in answer.text and "要写明原因" in answer.text


def test_paused_and_taken_up_again(page: Page) -> None:
    page.go("dispatched")
    assert page.send("moves", to="suspended", reason=REASON).status_code == 303
    assert " · 挂账</b>" in page.text
    page.go("dispatched")
    assert page.case.paused_at is None


def test_self_correction_takes_its_time(page: Page) -> None:
    past = local_input(page.ws.clock() - timedelta(days=1))
    answer = page.send("moves", to="self_correcting", correct_by=past, reason=REASON)
    assert answer.status_code == 422 and "要晚于现在" in answer.text and REASON in answer.text
    by = local_input(page.ws.clock() + timedelta(days=2))
    assert page.send("moves", to="self_correcting", correct_by=by).status_code == 303
    assert local_input(page.case.self_correct_by) == by


def test_what_was_done_is_noted_with_a_picture_and_sent_to_be_verified_in_one(page: Page) -> None:
    page.go("dispatched", "handling")
    picture = (io.BytesIO(pictures.jpeg()), "修好.jpg")
    answer = page.send("notes", text="换了两米管", next="1", photo=picture)
    assert answer.status_code == 303 and page.case.state is CaseState.VERIFYING
    assert "换了两米管" in page.text and '<img src="/photos/' in page.text


@pytest.mark.parametrize("content", [b"GIF89a not a picture", b"\xff\xd8\xff" + b"0" * 2000])
def test_what_is_no_picture_is_refused_beside_the_field_and_the_words_stay(page: Page, content: bytes) -> None:
    answer = page.send("notes", text="换了两米管", photo=(io.BytesIO(content), "假.jpg"))
    assert answer.status_code == 422
    assert "换了两米管" in answer.text and "“假.jpg”" in answer.text
    assert "换了两米管" not in page.text


def test_more_time_is_asked_for_and_decided(page: Page, client_of: ClientOf) -> None:
    page.go("dispatched")
    until = page.case.due_at
    assert until is not None
    asked = local_input(until + timedelta(days=3))
    worker = Page(page.ws, client_of("worker"), page.case_id)
    early = worker.send("extensions", until=local_input(until - timedelta(days=1)), reason=REASON)
    assert early.status_code == 422 and REASON in early.text
    assert worker.send("extensions", until=asked, reason=REASON).status_code == 303
    assert "等书记定" in worker.text
    url = re.search(r'action="/cases/[^"]+/(extensions/[^"]+)"', page.text)
    assert url
    refused = page.send(url[1], grant="no", decision="")
    assert refused.status_code == 422 and "不同意延期要写明原因" in refused.text
    assert worker.send(url[1], grant="yes").status_code == 403
    assert page.send(url[1], grant="yes").status_code == 303
    assert local_input(page.case.due_at) == asked


def test_severity_limit_urging_and_supervision(page: Page) -> None:
    assert page.send("severity", severity="danger").status_code == 303
    assert page.send("severity", severity="nonsense").status_code == 422
    assert page.send("limit", amount="0", calendar="working_days", reason=REASON).status_code == 422
    assert page.send("limit", amount="7", calendar="working_days", reason=REASON).status_code == 303
    assert "7个工作日" in page.text
    assert page.send("urge", text="周五前要").status_code == 303
    assert page.send("supervise", reason=REASON).status_code == 303
    assert "督办</span>" in page.text and "周五前要" in page.text
    assert page.send("lift").status_code == 303
    assert not page.case.is_supervised


def test_merged_and_split_again(page: Page) -> None:
    from mapsvc.operations.issues import NewIssue, Reported, report_issue
    from mapsvc.store.ids import of

    assert page.client.signed
    new = NewIssue(of("acts", 2), "L0001", "隔壁也滴", shop="LT0001")
    other = report_issue(page.ws, page.client.signed.actor, new)
    assert isinstance(other, Reported)
    unknown = page.send("merge", into="XJ没有这件", reason=REASON)
    assert unknown.status_code == 422 and "请核对编号" in unknown.text and REASON in unknown.text
    answer = page.send("merge", into=other.found.issue.number, reason=REASON)
    survivor = other.found.case.id
    assert answer.status_code == 303 and answer.headers["Location"] == f"/cases/{survivor}?done=merged"
    there = Page(page.ws, page.client, survivor)
    assert "并到这一件的" in there.text and "吊顶滴水" in there.text
    split = there.send("split", issue=of("acts", 1), reason="不是一根管")
    assert split.status_code == 303 and survivor not in split.headers["Location"]
    assert "并到这一件的" not in there.text


def test_taken_up_again_when_it_came_back(page: Page) -> None:
    page.go(*WAY)
    assert page.send("reopenings", reason="又漏了").status_code == 303
    url = re.search(r'action="/cases/[^"]+/(reopenings/[^"]+)"', page.text)
    assert url and "要不要重新办理" in page.text
    assert page.send(url[1], accept="no").status_code == 422
    assert page.send(url[1], accept="yes", decision="再修").status_code == 303
    assert page.case.state is CaseState.HANDLING and "第2次办理" in page.text


def test_what_people_typed_is_text(page: Page) -> None:
    page.go("dispatched")
    page.send("notes", text="<script>alert(1)</script> 13812345678")
    assert "<script>alert" not in page.text and "&lt;script&gt;" in page.text


def test_a_case_that_is_none_is_not_found(page: Page) -> None:
    assert page.client.get("/cases/nix").status_code == 404
    assert page.client.post("/cases/nix/notes", data={"text": "x"}).status_code == 404
