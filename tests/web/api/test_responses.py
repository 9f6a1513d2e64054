"""红色响应, attempts and orders by the API: made once, described as they are, refused by field."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mapsvc.domain.register import RegisterEntry, Side
from mapsvc.domain.times import iso
from mapsvc.operations.workspace import Workspace
from mapsvc.store import register
from tests.operations.test_cases import reported
from tests.support.client import SignedClient
from tests.support.clock import FixedClock
from tests.support.street import Street, uid

RESPONSE = {"id": uid("response"), "reason": "雨后漏得厉害"}
ATTEMPT = {"id": uid("attempt"), "party": "owner", "way": "phone", "result": "no_answer", "next_step": "下午再打"}
ORDER = {"id": uid("order"), "to": "兰凤物业", "what": "查排水管"}


@pytest.fixture
def base(workspace: Workspace, street: Street, clock: FixedClock) -> str:
    """The leak at 27号, whose door the register knows."""
    entry = RegisterEntry(uid("reg"), "岚皋西路", 1, 99, Side.ODD, None, "兰凤新村居委会", "兰凤物业", "021-60001234")
    with workspace.write() as conn:
        register.add(conn, entry, clock())
    return f"/api/v1/cases/{reported(workspace, street)}"


def test_a_response_takes_the_list_of_the_register(client: SignedClient, base: str) -> None:
    answers = [client.post(f"{base}/response", json=RESPONSE) for _ in range(2)]
    assert [a.status_code for a in answers] == [201, 200]
    shown = answers[0].get_json()
    assert shown == answers[1].get_json()
    assert [(p["role"], p["name"], p["phone"]) for p in shown["parties"]] == [
        ("committee", "兰凤新村居委会", None),
        ("property", "兰凤物业", "021-60001234"),
    ]
    answer = client.post(f"{base}/response", json=RESPONSE | {"id": uid("second")})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "response_open")


def test_the_list_may_be_given(client: SignedClient, base: str) -> None:
    parties = [{"role": "owner", "name": "周先生", "phone": "13912345678"}]
    shown = client.post(f"{base}/response", json=RESPONSE | {"parties": parties}).get_json()
    assert [(p["role"], p["phone"]) for p in shown["parties"]] == [("owner", "139****5678")]
    assert client.post(f"{base}/response", json=RESPONSE | {"id": uid("x"), "parties": []}).status_code in (409, 422)


def test_an_attempt_is_written_once(client: SignedClient, base: str, clock: FixedClock) -> None:
    answers = [client.post(f"{base}/contact-attempts", json=ATTEMPT) for _ in range(2)]
    assert [a.status_code for a in answers] == [201, 200]
    assert answers[0].get_json()["result"] == "no_answer"
    early = ATTEMPT | {"id": uid("early"), "at": iso(clock() - timedelta(days=3))}
    answer = client.post(f"{base}/contact-attempts", json=early)
    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, "at")


def test_an_order_answers_with_its_link(client: SignedClient, stranger: SignedClient, base: str) -> None:
    answers = [client.post(f"{base}/orders", json=ORDER) for _ in range(2)]
    assert [a.status_code for a in answers] == [201, 200]
    shown = answers[0].get_json()
    assert shown == answers[1].get_json()
    assert (shown["number"], shown["state"]) == ("P261123-01", "sent")
    link = shown["link"].removeprefix("http://localhost")
    assert "查排水管" in stranger.get(link).get_data(as_text=True)
    answer = client.post(f"{base}/orders", json=ORDER | {"id": uid("late"), "due_at": "2026-11-01"})
    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, "due_at")
    assert client.post(f"/api/v1/cases/{uid('none')}/orders", json=ORDER | {"id": uid("n")}).status_code == 404
