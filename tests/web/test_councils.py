"""The council on the case's page: every act of it, faults beside fields, both sides of a conflict, papers."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from mapsvc.domain.actors import SYSTEM
from mapsvc.operations.cases import get_case
from mapsvc.operations.council_views import case_councils
from mapsvc.operations.imports import import_ledger
from mapsvc.operations.tasks import case_tasks
from mapsvc.operations.workspace import Workspace
from mapsvc.store.tables import council
from mapsvc.web.filters import local_input
from tests.support.client import ClientOf, SignedClient
from tests.support.clock import FixedClock
from tests.support.councils import COMPANY, held_council, leak
from tests.support.ledgers import WHOLE
from tests.support.pictures import jpeg
from tests.support.street import Street, build
from tests.support.workbook import write_workbook


@pytest.fixture
def street(workspace: Workspace) -> Street:
    """The street with its people."""
    return build(workspace)


@pytest.fixture
def case_id(workspace: Workspace, street: Street, clock: FixedClock) -> str:
    """The leak at 27号."""
    return leak(workspace, street, clock)


def page(client: SignedClient, case_id: str) -> str:
    """The case's page."""
    answer = client.get(f"/cases/{case_id}")
    assert answer.status_code == 200
    return answer.text


def test_from_the_invitation_to_the_paper(
    workspace: Workspace, client: SignedClient, clock: FixedClock, case_id: str
) -> None:
    assert "约议事会" in page(client, case_id)
    invited = {
        "held_at": local_input(clock() + timedelta(hours=2)), "venue": "居委会会议室",
        "parties.0.role": "owner", "parties.0.name": "201室", "parties.0.id": "",
        "parties.1.role": "merchant", "parties.1.name": "27号 锦云家纺", "parties.1.id": "",
        "parties.2.role": "property", "parties.2.name": COMPANY, "parties.2.id": "",
        "parties.3.role": "other", "parties.3.name": "", "parties.3.id": "", "mediator": "",
    }  # fmt: skip
    answer = client.post(f"/cases/{case_id}/council", data=invited)
    assert (answer.status_code, answer.location) == (303, f"/cases/{case_id}?done=council_planned#council")
    view = case_councils(workspace, client.signed.actor, case_id).items[0]  # type: ignore[union-attr]
    clock.advance(hours=3)
    minutes = invited | {
        "version": view.council.version, "is_held": "1", "survey": "三方同看201室阳台", "root_cause": "排水管老化开裂",
        "photo": (io.BytesIO(jpeg(32, 24)), "a.jpg"),
    }  # fmt: skip
    for n, party in enumerate(view.parties):
        minutes |= {f"parties.{n}.id": party.party.id, f"parties.{n}.is_present": "1", f"parties.{n}.claim": f"主张{n}"}
    address = f"/councils/{view.council.id}"
    answer = client.post(f"{address}/minutes", data=minutes, content_type="multipart/form-data")
    assert answer.status_code == 303
    text = page(client, case_id)
    assert all(words in text for words in ("三方同看201室阳台", "排水管老化开裂", "主张1", "勘查照片1", "记协议"))
    view = case_councils(workspace, client.signed.actor, case_id).items[0]  # type: ignore[union-attr]
    agreed = {"version": view.council.version, "agreed_at": ""}
    for n, what in enumerate(("赔布料", "腾出店面", "更换排水管")):
        agreed |= {
            f"items.{n}.party": view.parties[n].party.id, f"items.{n}.what": what,
            f"items.{n}.amount": "1,860" if n == 0 else "",
            f"items.{n}.due_at": local_input(clock() + timedelta(days=2)),
            f"signed.{view.parties[n].party.id}": local_input(clock()),
        }  # fmt: skip
    assert client.post(f"{address}/agreement", data=agreed).status_code == 303
    text = page(client, case_id)
    assert all(words in text for words in ("1,860元", "各方签字", "业主201室", "补一条协议"))
    paper = client.get(f"{address}/print")
    assert paper.status_code == 200
    assert paper.text.count("<span>签字</span>") == 4
    document = ZipFile(io.BytesIO(client.get(f"{address}/agreement.docx").data)).read("word/document.xml").decode()
    assert "更换排水管" in document
    assert 'w:eastAsia="黑体"' in document
    for task in case_tasks(workspace, client.signed.actor, case_id).items:  # type: ignore[union-attr]
        done = client.post(f"/tasks/{task.task.id}/done", data={"proof": "办了", "at": "", "back": "case"})
        assert done.status_code == 303
    assert "协议都履行了" in page(client, case_id)


def test_faults_stand_beside_their_fields_and_nothing_is_lost(
    workspace: Workspace, client: SignedClient, street: Street, clock: FixedClock, case_id: str
) -> None:
    council, parties = held_council(workspace, street, clock, case_id)
    sent = {
        "version": council.version, "items.0.party": parties[0].id, "items.0.what": "赔布料和重做吊顶",
        "items.0.amount": "-5", "items.0.due_at": "", "agreed_at": "",
    }  # fmt: skip
    answer = client.post(f"/councils/{council.id}/agreement", data=sent)
    assert answer.status_code == 422
    assert "赔布料和重做吊顶" in answer.text
    assert re.search(r'id="agree-[^"]+-items\.0\.amount-said" role="alert">金额不能小于零', answer.text)
    sent |= {"items.0.amount": "5", "items.0.due_at": local_input(council.held_at - timedelta(days=1))}
    answer = client.post(f"/councils/{council.id}/agreement", data=sent)
    assert (answer.status_code, "期限不能早于开会" in answer.text) == (422, True)
    early = {"held_at": "2020-01-01T09:00", "parties.0.role": "owner", "parties.0.name": "201室", "is_held": "1"}
    answer = client.post(f"/councils/{council.id}/minutes", data=early | {"version": council.version})
    assert (answer.status_code, "议事会的时间不能早于" in answer.text) == (422, True)


def test_a_conflict_shows_both_sides(
    workspace: Workspace, client: SignedClient, street: Street, clock: FixedClock, case_id: str
) -> None:
    council, parties = held_council(workspace, street, clock, case_id)
    sent = {
        "version": council.version - 1, "is_held": "1", "held_at": local_input(council.held_at),
        "root_cause": "楼上地漏堵了", "parties.0.role": "owner", "parties.0.name": "201室",
        "parties.0.id": parties[0].id,
    }  # fmt: skip
    answer = client.post(f"/councils/{council.id}/minutes", data=sent)
    assert answer.status_code == 409
    assert "楼上地漏堵了" in answer.text
    assert "<dt>现在的症结</dt><dd>201室阳台排水管老化开裂</dd>" in answer.text
    again = client.post(f"/councils/{council.id}/minutes", data=sent | {"version": council.version})
    assert again.status_code == 303


def test_no_agreement_and_back(
    workspace: Workspace, client: SignedClient, street: Street, clock: FixedClock, case_id: str
) -> None:
    council, _ = held_council(workspace, street, clock, case_id)
    sent = {"version": council.version, "way_out": "mediation", "reason": "金额差太多"}
    assert client.post(f"/councils/{council.id}/failure", data=sent | {"way_out": ""}).status_code == 422
    assert client.post(f"/councils/{council.id}/failure", data=sent).status_code == 303
    assert get_case(workspace, street.secretary, case_id).line.clock.paused
    text = page(client, case_id)
    assert all(words in text for words in ("转人民调解", "街道人民调解委员会", "记结果，接着计时"))
    assert "要带什么" in client.get(f"/councils/{council.id}/print").text
    sent = {"version": council.version + 1, "outcome": "调解成了"}
    assert client.post(f"/councils/{council.id}/return", data=sent).status_code == 303
    assert not get_case(workspace, street.secretary, case_id).line.clock.paused


def test_who_may_not_sees_no_act(
    workspace: Workspace, client_of: ClientOf, street: Street, clock: FixedClock, case_id: str
) -> None:
    council, _ = held_council(workspace, street, clock, case_id)
    worker = client_of("worker", "小林")
    assert "记协议" not in page(worker, case_id)
    answer = worker.post(f"/councils/{council.id}/agreement", data={"version": council.version})
    assert answer.status_code == 403


def test_those_of_a_workbook_read_as_they_were_written(
    workspace: Workspace, client: SignedClient, tmp_path: Path
) -> None:
    import_ledger(workspace, SYSTEM, write_workbook(tmp_path / "in.xlsx", WHOLE))
    with workspace.read() as conn:
        council_id, case_id, cause = conn.execute(select(council.c.id, council.c.case_id, council.c.root_cause)).one()
    text = page(client, case_id)
    section = text[text.index('id="council"') :]
    assert f'<dd class="council-cause">{cause}</dd>' in section
    assert "记协议" not in section
    assert "council-alone" not in section
    for act, sent in (("minutes", {"held_at": "2026-11-20T09:00", "parties.0.role": "owner", "parties.0.name": "一"}),
                      ("agreement", {}), ("failure", {"way_out": "mediation", "reason": "谈不拢"})):  # fmt: skip
        assert client.post(f"/councils/{council_id}/{act}", data={"version": "1"} | sent).status_code == 409
    assert client.get(f"/councils/{council_id}/notes").status_code == 404
    assert cause in client.get(f"/councils/{council_id}/print").text


WILD = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.sampled_from(["-1", "1e999", "NaN", "9" * 40, "2026-11-23T09:00", "0001-01-01T00:00", "owner", "mediation"]),
)
NAMES = (
    "held_at", "venue", "mediator", "version", "is_held", "survey", "parties.0.role", "parties.0.name", "parties.0.id",
    "items.0.party", "items.0.what", "items.0.amount", "items.0.due_at", "agreed_at", "signed.x", "way_out", "reason",
    "outcome", "text", "party",
)  # fmt: skip
ACTS = ("minutes", "agreement", "signatures", "failure", "return", "notes")


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(form=st.dictionaries(st.sampled_from(NAMES), WILD, max_size=8), act=st.sampled_from(ACTS))
def test_whatever_is_typed_is_no_fault_of_the_program(
    client: SignedClient, street: Street, wild_council: tuple[str, str], form: dict[str, str], act: str
) -> None:
    case_id, council_id = wild_council
    for address in (f"/cases/{case_id}/council", f"/councils/{council_id}/{act}"):
        answer = client.post(address, data={"version": "2", "held_at": "2026-11-23T12:00"} | form)
        assert answer.status_code in {303, 400, 409, 422}, (address, form, answer.text[:300])


@pytest.fixture
def wild_council(workspace: Workspace, street: Street, clock: FixedClock, case_id: str) -> tuple[str, str]:
    """A council that was held, on its case."""
    return case_id, held_council(workspace, street, clock, case_id)[0].id
