"""The case's page: call, arrivals, attempts, orders; what was typed stays when it is refused."""

from __future__ import annotations

import re

import pytest

from mapsvc.domain.register import RegisterEntry, Side
from mapsvc.operations import orders
from mapsvc.operations.workspace import Workspace
from mapsvc.store import contacts, register
from mapsvc.store import orders as order_rows
from mapsvc.store import responses as store
from tests.operations.test_cases import reported, walk
from tests.support.accounts import signed_in
from tests.support.client import ClientOf, SignedClient
from tests.support.clock import FixedClock
from tests.support.street import Street, build, uid

ENTRY = RegisterEntry(uid("reg"), "岚皋西路", 1, 99, Side.ODD, None, "兰凤新村居委会", "兰凤物业", "021-60001234", "无")


@pytest.fixture
def street(workspace: Workspace) -> Street:
    return build(workspace)


@pytest.fixture
def case_id(workspace: Workspace, street: Street, clock: FixedClock) -> str:
    """The leak at 27号; the register knows the door."""
    with workspace.write() as conn:
        register.add(conn, ENTRY, clock())
    made = reported(workspace, street)
    clock.advance(minutes=30)
    return made


def form_of(client: SignedClient, case_id: str, act: str) -> dict[str, object]:
    """What the form of an act would send as it stands: hidden fields, ticked boxes."""
    page = client.get(f"/cases/{case_id}").get_data(as_text=True)
    body = page[page.index(f'id="{act}"') :].split("</form>")[0]
    sent: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", body):
        told = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if told.get("type") == "hidden" or (told.get("type") == "checkbox" and " checked" in tag):
            sent.setdefault(told["name"], []).append(told["value"])
    sent.pop("csrf_token", None)
    return dict(sent)


def test_the_form_carries_the_register_and_the_response_shows(client: SignedClient, case_id: str) -> None:
    form = form_of(client, case_id, "call-response")
    sent = form | {
        "reason": "雨后漏得厉害",
        "owner_name": "周先生",
        "owner_phone": "13912345678",
        "task_property": "先止水",
    }
    for _ in range(2):
        answer = client.post(f"/cases/{case_id}/response", data=sent)
        assert answer.status_code == 303
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    for said in ("红色响应发起了", "兰凤新村居委会", "兰凤物业", "021-60001234", "周先生", "139****5678", "先止水"):
        assert said in page
    assert "13912345678" not in page
    assert page.count("雨后漏得厉害") == 2  # on its section, and in what happened


def test_what_was_typed_stays_when_it_is_refused(client: SignedClient, case_id: str) -> None:
    sent = form_of(client, case_id, "call-response") | {"reason": "", "owner_name": "周先生", "task_worker": "去看看"}
    answer = client.post(f"/cases/{case_id}/response", data=sent)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    for said in ("请写为什么要发起红色响应", 'value="周先生"', 'value="去看看"', str(sent["id"][0])):  # type: ignore[index]
        assert said in page
    sent["party"] = []
    answer = client.post(f"/cases/{case_id}/response", data=sent | {"reason": "急", "owner_name": ""})
    assert (answer.status_code, "请至少召集一方" in answer.get_data(as_text=True)) == (422, True)


def test_a_second_call_and_one_on_a_closed_case_are_told(
    workspace: Workspace, street: Street, client: SignedClient, case_id: str
) -> None:
    first = form_of(client, case_id, "call-response") | {"reason": "急"}
    client.post(f"/cases/{case_id}/response", data=first)
    answer = client.post(f"/cases/{case_id}/response", data=first | {"id": uid("another")})
    assert (answer.status_code, "还没有解除" in answer.get_data(as_text=True)) == (409, True)
    walk(workspace, street, case_id, "rejected")
    answer = client.post(f"/cases/{case_id}/response", data=first | {"id": uid("third")})
    assert (answer.status_code, "已经了结" in answer.get_data(as_text=True)) == (409, True)


def test_arrivals_and_the_stand_down(
    workspace: Workspace, client: SignedClient, case_id: str, clock: FixedClock
) -> None:
    client.post(f"/cases/{case_id}/response", data=form_of(client, case_id, "call-response") | {"reason": "急"})
    with workspace.read() as conn:
        response = store.of_case(conn, case_id)[0]
        party = store.parties(conn, [response.id])[0]
    clock.advance(minutes=7)
    client.post(f"/cases/{case_id}/response/arrival", data={"party": party.id})
    assert "响应7分钟" in client.get(f"/cases/{case_id}").get_data(as_text=True)
    answer = client.post(
        f"/cases/{case_id}/response/arrival", data={"party": party.id, "arrived_at": "2026-11-20T08:00"}
    )
    assert (answer.status_code, "不能早于" in answer.get_data(as_text=True)) == (422, True)
    sent = {"response": response.id, "role": "owner", "name": "周先生", "phone": ""}
    assert client.post(f"/cases/{case_id}/response/parties", data=sent).status_code == 303
    sent = {"response": response.id, "outcome": "已止水"}
    answer = client.post(f"/cases/{case_id}/response/stand-down", data=sent)
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert "已止水" in page
    assert 'id="call-response"' in page


def test_the_committee_of_the_door_writes_attempts_on_its_phone(
    workspace: Workspace, case_id: str, client_of: ClientOf
) -> None:
    own, other = (client_of(None) for _ in range(2))
    for client, unit in ((own, "兰凤新村居委会"), (other, "石岚三村居委会")):
        client.signed = signed_in(workspace, "committee", unit, unit=unit)
        client.set_cookie("mapsvc", client.signed.cookie)
    sent = {"back": "page", "party": "owner", "way": "phone", "result": "wrong_number", "note": "电话13912345678空号"}
    assert own.get(f"/cases/{case_id}/contact").status_code == 200
    assert own.post(f"/cases/{case_id}/contact-attempts", data=sent).status_code == 303
    page = own.get(f"/cases/{case_id}/contact?done=1").get_data(as_text=True)
    assert "空号" in page
    assert "13912345678" not in page
    assert other.get(f"/cases/{case_id}/contact").status_code == 403
    assert other.post(f"/cases/{case_id}/contact-attempts", data=sent).status_code == 403
    answer = own.post(f"/cases/{case_id}/contact-attempts", data=sent | {"result": "", "next_step": "找邻居问"})
    page = answer.get_data(as_text=True)
    assert (answer.status_code, "找邻居问" in page, "请选结果" in page) == (422, True, True)
    with workspace.read() as conn:
        assert len(contacts.of_case(conn, case_id)) == 1


def test_an_order_is_sent_passed_on_and_taken_back(workspace: Workspace, client: SignedClient, case_id: str) -> None:
    form = form_of(client, case_id, "send-order") | {"to_unit": "兰凤物业", "what": "查排水管"}
    page = client.post(f"/cases/{case_id}/orders", data=form, follow_redirects=True).get_data(as_text=True)
    with workspace.read() as conn:
        order = order_rows.of_case(conn, case_id)[0]
    assert f"/w/{order.token}" in page
    assert "<svg" in page
    answer = client.post(f"/orders/{order.id}/pass-on", data={"to_unit": "", "what": "查立管"})
    assert (answer.status_code, "查立管" in answer.get_data(as_text=True)) == (422, True)
    orders.answer_by_link(workspace, order, orders.OrderAction.NOT_OURS, "归市政")
    assert client.get("/orders").get_data(as_text=True).count("data-row") == 1
    assert "归市政" in client.get(f"/cases/{case_id}").get_data(as_text=True)
    answer = client.post(f"/orders/{order.id}/pass-on", data={"to_unit": "市政养护", "what": "查立管"})
    with workspace.read() as conn:
        passed = order_rows.of_case(conn, case_id)[0]
    assert answer.headers["Location"].startswith(f"/orders/{passed.id}")
    answer = client.post(f"/orders/{passed.id}/withdraw", data={"reason": ""})
    assert answer.status_code == 422
    page = client.post(f"/orders/{passed.id}/withdraw", data={"reason": "自己修了"}, follow_redirects=True).get_data(
        as_text=True
    )
    assert "链接已经失效" in page
    assert passed.token not in page
