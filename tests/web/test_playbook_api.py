"""Playbooks and 诱因 by the API and on the case's page: retries are harmless, faults are named."""

from __future__ import annotations

import re

import pytest

from mapsvc.operations.workspace import Workspace
from tests.support.client import ClientOf, SignedClient
from tests.support.street import Street, build, uid

BINS = {"id": uid("bins"), "kind": "bins_removed", "text": "撤桶", "from": "2026-11-11", "place": "PD0001"}
RUN = {"id": uid("run"), "playbook": "dumping_spot", "leave_out": [7], "order_to": "兰凤物业"}


@pytest.fixture
def street(workspace: Workspace) -> Street:
    """Two shops and the corner."""
    return build(workspace)


@pytest.fixture
def case(client: SignedClient, street: Street) -> str:
    """Bags at the corner."""
    sent = {"id": uid("bags"), "kind": "06010", "description": "又堆了几袋", "place": "PD0001"}
    return str(client.post("/api/v1/issues", json=sent).get_json()["case"])


def test_what_happened_is_written_once_and_listed_by_time(client: SignedClient, street: Street) -> None:
    made = client.post("/api/v1/context-events", json=BINS)
    assert made.status_code == 201 and made.get_json()["words"] == "撤桶 11月11日"
    assert client.post("/api/v1/context-events", json=BINS).status_code == 200
    assert client.post("/api/v1/context-events", json=BINS | {"text": "别的"}).status_code == 409
    for query, count in (("", 1), ("?since=2026-11-12", 1), ("?until=2026-11-10", 0)):
        assert len(client.get(f"/api/v1/context-events{query}").get_json()["items"]) == count
    taken = client.post(f"/api/v1/context-events/{BINS['id']}/withdraw").get_json()
    assert taken["withdrawn_at"] and not client.get("/api/v1/context-events").get_json()["items"]
    assert client.post(f"/api/v1/context-events/{BINS['id']}/restore").get_json()["withdrawn_at"] is None


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"kind": "moon"}, 400),
        ({"place": None}, 422),
        ({"shop": "LT0001"}, 422),
        ({"place": "PD9999"}, 422),
        ({"place": None, "position": {"lon": 0, "lat": 0}}, 422),
        ({"until": "2026-01-01"}, 422),
        ({"from": "2029-01-01"}, 422),
        ({"radius_m": 501}, 400),
        ({"text": "字" * 61}, 400),
    ],
)
def test_what_cannot_be_is_named(client: SignedClient, street: Street, change: dict[str, object], status: int) -> None:
    answer = client.post("/api/v1/context-events", json=BINS | change)
    assert answer.status_code == status and answer.get_json()["errors"][0]["message"]
    assert not client.get("/api/v1/context-events").get_json()["items"]


def test_a_run_is_begun_once_and_ended_once(client: SignedClient, case: str) -> None:
    where = f"/api/v1/cases/{case}/playbook"
    assert client.post(where, json=RUN).status_code == 201
    assert client.post(where, json=RUN).get_json()["left_out"] == [7]
    assert client.post(where, json=RUN | {"id": uid("again")}).status_code == 409
    assert client.post(where, json=RUN | {"playbook": "none", "id": uid("x")}).status_code == 404
    assert client.post(f"/api/v1/cases/{uid('no')}/playbook", json=RUN | {"id": uid("y")}).status_code == 404
    end = f"/api/v1/runs/{RUN['id']}/end"
    assert client.post(end, json={"outcome": "好了"}).get_json()["outcome"] == "好了"
    assert client.post(end, json={"outcome": "好了"}).status_code == 409
    assert [p["id"] for p in client.get("/api/v1/playbooks").get_json()["items"]] == [
        "beyond_door",
        "dumping_spot",
        "rain_leak",
    ]


def test_the_case_page_says_what_is_watched_and_runs_a_playbook(client: SignedClient, case: str) -> None:
    client.post("/api/v1/context-events", json=BINS)
    page = client.get(f"/cases/{case}").text
    assert "关注中：撤桶后第12天" in page and "用样板" in page
    first = re.search(r'id="playbook-code" name="playbook"><option value="([^"]+)"', page)
    assert first and first[1] == "dumping_spot"
    start = client.get(f"/playbooks/start?playbook=dumping_spot&case={case}").headers["Location"]
    assert "挑" not in start and client.get(start).status_code == 200
    sent = {"playbook": "dumping_spot", "total": "7", "use": ["1", "2"], "order_to": "兰凤物业"}
    assert client.post(f"/cases/{case}/playbook", data=sent).status_code == 303
    page = client.get(f"/cases/{case}").text
    assert "做过0/2步" in page and "治理样板 · 垃圾死角 · 开始" in page and "派单 兰凤物业" in page
    end = re.search(r'action="(/runs/[^"]+/end)"', page)
    assert end and client.post(end[1], data={"outcome": ""}).status_code == 422
    assert client.post(end[1], data={"outcome": "清完了"}).headers["Location"].startswith(f"/cases/{case}")
    assert "清完了" in client.get(f"/cases/{case}").text


def test_a_closed_case_begins_none(client: SignedClient, client_of: ClientOf, case: str) -> None:
    worker = client_of("worker", login="小陈")
    assert "用样板" not in worker.get(f"/cases/{case}").text
    client.post(f"/api/v1/cases/{case}/moves", json={"to": "rejected", "reason": "重复", "version": 1})
    assert "用样板" not in client.get(f"/cases/{case}").text
