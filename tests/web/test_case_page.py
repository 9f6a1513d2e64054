"""The page of a case: who is offered what, what was typed when it was refused, both sides when somebody was faster."""

from __future__ import annotations

import io
import re

import pytest

from mapsvc.domain.actors import SYSTEM, Role
from mapsvc.domain.cases import CaseState
from mapsvc.operations import accounts
from mapsvc.operations.cases import get_case, move_case
from mapsvc.operations.workspace import Workspace
from mapsvc.paths import shipped
from tests.support.client import ClientOf, SignedClient
from tests.support.clock import FixedClock
from tests.support.councils import COMMITTEE, COMPANY, leak
from tests.support.pictures import jpeg
from tests.support.street import Street, build, uid

_ACTS = re.compile(
    r'<summary class="btn[^"]*">([^<]+)</summary>|<button class="btn[^"]*" type="submit">([^<]+)</button>'
)


@pytest.fixture
def street(workspace: Workspace) -> Street:
    """The street with its people."""
    return build(workspace)


@pytest.fixture
def case_id(workspace: Workspace, street: Street, clock: FixedClock) -> str:
    """The leak at 27号, in handling."""
    return leak(workspace, street, clock)


def version_of(ws: Workspace, street: Street, case_id: str) -> int:
    """As the page shows it."""
    return get_case(ws, street.secretary, case_id).line.found.case.version


def acts_of(page: str) -> set[str]:
    """What there is to do in the part 下一步."""
    found = re.search(r'id="acts".*?</section>', page, re.S)
    return {a or b for a, b in _ACTS.findall(found[0])} if found else set()


def test_the_secretary_has_every_act_in_one_place_and_one_filled_button(client: SignedClient, case_id: str) -> None:
    page = client.get(f"/cases/{case_id}").text
    assert {
        "记录处置", "挂账", "申请延期", "送核查", "作废", "定轻重", "改时限", "催办", "督办", "合并到…",
    } <= acts_of(page)  # fmt: skip
    assert page.count('class="act is-main"') == 1
    shown, more = page.split('<details class="more"', 1)
    assert ("挂账" in shown, "定轻重" in shown, "定轻重" in more) == (True, False, True)


def test_a_worker_has_the_acts_of_the_street(client_of: ClientOf, case_id: str) -> None:
    acts = acts_of(client_of("worker").get(f"/cases/{case_id}").text)
    assert {"记录处置", "申请延期", "送核查"} <= acts
    assert not acts & {"挂账", "作废", "定轻重", "改时限", "催办", "督办", "合并到…"}


@pytest.mark.parametrize(("role", "unit"), [(Role.COMMITTEE, COMMITTEE), (Role.PROPERTY, COMPANY)])
def test_a_unit_moves_nothing(workspace: Workspace, client_of: ClientOf, case_id: str, role: Role, unit: str) -> None:
    accounts.add_account(workspace, SYSTEM, f"test-{role.value}", role, unit=unit)
    answer = client_of(role.value).get(f"/cases/{case_id}")
    assert answer.status_code in (200, 403)
    assert not acts_of(answer.text) & {"挂账", "作废", "送核查", "定轻重", "改时限", "催办", "督办", "合并到…"}


def test_somebody_was_faster_both_sides_are_shown(
    workspace: Workspace, client: SignedClient, street: Street, case_id: str
) -> None:
    shown = version_of(workspace, street, case_id)
    move_case(workspace, street.chen, case_id, CaseState.VERIFYING, "管子换好了", shown)
    sent = {"to": "suspended", "reason": "等业主回沪", "version": str(shown)}
    answer = client.post(f"/cases/{case_id}/moves", data=sent)
    assert answer.status_code == 409
    sides = re.search(r'id="stale".*?</section>', answer.text, re.S)
    assert sides
    assert all(words in sides[0] for words in ("挂账", "等业主回沪", "核查", "管子换好了", "小陈"))
    again = sent | {"version": str(version_of(workspace, street, case_id))}
    assert f'name="version" value="{again["version"]}"' in sides[0]
    assert client.post(f"/cases/{case_id}/moves", data=again).status_code == 303


def test_a_step_that_is_gone_keeps_what_was_typed(
    workspace: Workspace, client: SignedClient, street: Street, case_id: str
) -> None:
    shown = version_of(workspace, street, case_id)
    closed = {"to": "closed", "reason": "看过不漏了", "version": str(shown)}
    answer = client.post(f"/cases/{case_id}/moves", data=closed)
    assert answer.status_code == 409
    assert all(words in answer.text for words in ("两边对照", "看过不漏了", "处理中"))
    assert version_of(workspace, street, case_id) == shown


def test_a_reason_is_asked_for_beside_its_field(client: SignedClient, street: Street, case_id: str) -> None:
    sent = {"until": "2020-01-01T00:00", "reason": "等材料"}
    answer = client.post(f"/cases/{case_id}/extensions", data=sent)
    assert answer.status_code == 422
    assert re.search(r'<details class="act" id="extension" open>', answer.text)
    assert "等材料</textarea>" in answer.text
    limit = client.post(f"/cases/{case_id}/limit", data={"amount": "很多", "calendar": "clock", "reason": "材料要等"})
    assert (limit.status_code, "材料要等" in limit.text) == (422, True)
    assert re.search(r'<details class="more" open>', limit.text)
    missing = client.post(f"/cases/{case_id}/supervise", data={"reason": ""})
    assert (missing.status_code, 'id="supervise" open' in missing.text) == (422, True)


def test_a_picture_that_is_none_is_refused_and_the_words_stay(client: SignedClient, case_id: str) -> None:
    sent = {"text": "换了两米管", "version": "3", "photo": (io.BytesIO(b"no picture"), "a.jpg")}
    answer = client.post(f"/cases/{case_id}/notes", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert all(words in answer.text for words in ("换了两米管</textarea>", 'id="note-photo-said"', "照片请再选一次"))
    good = {"text": "换了两米管", "version": "3", "photo": (io.BytesIO(jpeg(32, 24)), "a.jpg")}
    answer = client.post(f"/cases/{case_id}/notes", data=good, content_type="multipart/form-data")
    assert (answer.status_code, answer.location) == (303, f"/cases/{case_id}?done=noted")
    page = client.get(answer.location).text
    assert all(words in page for words in ("处置记下了", "换了两米管", "/photos/"))


def test_what_was_written_is_text(client: SignedClient, case_id: str) -> None:
    client.post(f"/cases/{case_id}/notes", data={"text": "<script>alert(1)</script>", "version": "3"})
    page = client.get(f"/cases/{case_id}").text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_merging_leads_to_the_one_that_stays(
    workspace: Workspace, client: SignedClient, street: Street, case_id: str
) -> None:
    from mapsvc.operations.issues import NewIssue, report_issue

    other = report_issue(workspace, street.chen, NewIssue(uid("other"), "L0001", "吊顶又滴水", shop="LT0002"))
    found = other.found  # type: ignore[union-attr]
    sent = {"into": found.issue.number, "reason": "同一根管", "version": str(version_of(workspace, street, case_id))}
    answer = client.post(f"/cases/{case_id}/merge", data=sent)
    assert (answer.status_code, answer.location) == (303, f"/cases/{found.case.id}?done=merged")
    page = client.get(answer.location).text
    assert all(words in page for words in ("并到这一件的", "拆出"))
    wrong = client.post(f"/cases/{found.case.id}/merge", data=sent | {"into": "WT99999", "version": "1"})
    assert ("WT99999" in wrong.text, wrong.status_code in (404, 409, 422)) == (True, True)


def test_the_street_beside_it_is_drawn_by_day_and_by_night(client: SignedClient, case_id: str) -> None:
    page = client.get(f"/cases/{case_id}").text
    assert f'href="/?case={case_id}"' in page
    drawn = [client.get(f"/cases/{case_id}/picture.svg{ask}") for ask in ("", "?dark=1", "?shape=strip")]
    assert {a.status_code for a in drawn} == {200}
    assert {a.mimetype for a in drawn} == {"image/svg+xml"}
    assert len({a.text for a in drawn}) == 3
    assert "27号 锦云家纺" in drawn[0].text


def test_the_timeline_has_the_sign_of_its_kind_and_no_bell_for_who_came(client: SignedClient, case_id: str) -> None:
    page = client.get(f"/cases/{case_id}").text
    assert page.count('class="node is-sign"') == 1
    assert 'class="node is-bell"' not in page


def test_on_paper_there_is_nothing_to_press() -> None:
    css = (shipped("static") / "app" / "casework" / "casework.css").read_text(encoding="utf-8")
    paper = css[css.index("@media print") :]
    assert all(words in paper for words in ("details.act { display: none", "break-inside: avoid", "print-color-adjust"))
