"""/api/v1/campaigns, and what a call told with POST /visits."""

from __future__ import annotations

import pytest

from mapsvc.operations.workspace import Workspace
from tests.support.campaigns import TOPIC, choose
from tests.support.client import ClientOf, SignedClient
from tests.support.street import Street, uid

BASE = "/api/v1/campaigns"
NEW = {"id": uid("campaign"), "topic": TOPIC, "title": "幼儿园报名", "words": "快报名了"}
ONE = f"{BASE}/{uid('campaign')}"
VISIT = {
    "id": uid("v"), "shop": "LT0001", "kind": "regular", "at": "2026-11-23T09:00:00+08:00", "outcome": "met",
}  # fmt: skip


@pytest.fixture
def begun(client: SignedClient, workspace: Workspace, street: Street) -> SignedClient:
    """A campaign for 27号 runs."""
    choose(workspace, "LT0001")
    assert client.post(BASE, json=NEW).status_code == 201
    assert client.post(BASE, json=NEW).status_code == 200
    assert client.post(f"{ONE}/start", json={"version": 1}).get_json()["state"] == "running"
    return client


def test_a_campaign_with_its_doors(begun: SignedClient) -> None:
    told = begun.get(ONE).get_json()
    (door,) = told["items"]
    assert (told["doors"], told["told"], told["state"], told["version"]) == (1, 0, "running", 2)
    assert (door["code"], door["reason"], door["call"], door["next_call"]) == ("LT0001", "chosen", "due", "2026-11-23")
    (line,) = begun.get(BASE).get_json()["items"]
    assert line["id"] == told["id"] and "items" not in line


def test_a_call_tells_it_and_again_changes_nothing(begun: SignedClient, client_of: ClientOf) -> None:
    chen = client_of("worker", login="小陈")
    day = chen.get("/api/v1/today").get_json()["doors"]["LT0001"]
    assert day["campaigns"] == [{"id": uid("campaign"), "title": "幼儿园报名", "words": "快报名了"}]
    assert day["tip"] == {"answer": None, "text": "快报名了"}
    body = VISIT | {"told": [uid("campaign")]}
    assert chen.post("/api/v1/visits", json=body).status_code == 201
    assert chen.post("/api/v1/visits", json=body).status_code == 200
    told = begun.get(ONE).get_json()
    assert (told["told"], told["told_by_due_calls"]) == (1, 1)
    assert "campaigns" not in chen.get("/api/v1/today").get_json()["doors"]["LT0001"]
    chen.delete(f"/api/v1/visits/{uid('v')}")
    assert begun.get(ONE).get_json()["told"] == 0


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("all", "not_a_list"),
        ([7], None),
        (["nothing like an id"], None),
        ([uid(str(n)) for n in range(11)], "too_many_items"),
    ],
)
def test_what_is_told_has_to_be_ids(begun: SignedClient, told: object, code: str | None) -> None:
    answer = begun.post("/api/v1/visits", json=VISIT | {"told": told})
    assert answer.status_code == 400
    (error,) = answer.get_json()["errors"]
    assert error["field"].startswith("told") and code in (None, error["code"])


def test_a_shut_door_heard_nothing(begun: SignedClient) -> None:
    answer = begun.post("/api/v1/visits", json=VISIT | {"outcome": "closed", "told": [uid("campaign")]})
    assert (answer.status_code, answer.get_json()["errors"][0]["code"]) == (422, "not_met")


def test_doors_and_what_came_of_them(begun: SignedClient, client_of: ClientOf) -> None:
    assert begun.post(f"{ONE}/doors", json={"code": "LT0002", "in": True}).get_json()["doors"] == 2
    assert begun.post(f"{ONE}/doors", json={"code": "LT0002", "in": False}).get_json()["doors"] == 1
    early = begun.post(f"{ONE}/doors/LT0001/uptake", json={"uptake": "wants"})
    assert (early.status_code, early.get_json()["code"]) == (409, "not_told")
    chen, zhou = client_of("worker", login="小陈"), client_of("worker", login="小周")
    assert zhou.post(f"{ONE}/doors/LT0001/told", json={"told": True}).status_code == 403
    assert chen.post(f"{ONE}/doors/LT0001/told", json={"told": True}).get_json()["told"] == 1
    told = chen.post(f"{ONE}/doors/LT0001/uptake", json={"uptake": "wants"}).get_json()
    assert told["items"][0]["uptake"] == "wants"
    told = chen.post(f"{ONE}/doors/LT0001/uptake", json={"uptake": None}).get_json()
    assert told["items"][0]["uptake"] is None
    assert begun.post(f"{ONE}/end", json={"version": 2}).get_json()["state"] == "over"
