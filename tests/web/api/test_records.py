"""Visits, issues, cases and promises over HTTP: statuses and members of the contract."""

from __future__ import annotations

from typing import Any

from tests.support.client import ClientOf, SignedClient
from tests.support.street import Street, uid

VISIT: dict[str, Any] = {
    "id": uid("v"),
    "shop": "LT0001",
    "kind": "regular",
    "at": "2026-11-23T08:40:00+08:00",
    "outcome": "met",
    "needs": [{"id": uid("n"), "topic": "子女入园", "text": "要哪些材料", "way": "handed_on"}],
    "promises": [{"id": uid("p"), "text": "周五前回话", "due_at": "2026-11-27"}],
    "issues": [{"id": uid("i"), "kind": "L0001", "description": "吊顶滴水"}],
    "note": "",
    "position": {"lon": 121.4203, "lat": 31.2502, "error_m": 20},
}
ISSUE: dict[str, Any] = {"id": uid("x"), "kind": "06010", "description": "三袋垃圾", "place": "PD0001"}


def test_a_visit_is_201_and_the_same_again_200(client: SignedClient, street: Street) -> None:
    first = client.post("/api/v1/visits", json=VISIT)
    again = client.post("/api/v1/visits", json=VISIT)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json() == again.get_json()
    assert first.get_json()["place_check"]["by"] == "gps"
    assert 0 < first.get_json()["place_check"]["distance_m"] < 50


def test_a_promise_by_day_holds_until_the_end_of_the_day(client: SignedClient, street: Street) -> None:
    visit = client.post("/api/v1/visits", json=VISIT).get_json()
    assert visit["promises"][0]["due_at"] == "2026-11-27T23:59:59+08:00"
    shop = client.get("/api/v1/shops/LT0001").get_json()
    assert [p["text"] for p in shop["promises"]] == ["周五前回话"]
    assert shop["visited_this_month"] is True


def test_a_promise_is_kept_once(client: SignedClient, street: Street) -> None:
    client.post("/api/v1/visits", json=VISIT)
    kept = client.post(f"/api/v1/promises/{uid('p')}/keep")
    assert (kept.status_code, kept.get_json()["kept_at"]) == (200, "2026-11-23T09:00:00+08:00")
    assert client.post(f"/api/v1/promises/{uid('p')}/withdraw").status_code == 409
    assert client.post("/api/v1/promises/nothing/keep").status_code == 404
    titles = [e["title"] for e in client.get("/api/v1/shops/LT0001/history").get_json()["items"]]
    assert titles.count("答应的事 · 办好了") == 1


def test_another_visit_under_the_same_id_is_409(client: SignedClient, street: Street) -> None:
    client.post("/api/v1/visits", json=VISIT)
    assert client.post("/api/v1/visits", json=VISIT | {"note": "别的"}).status_code == 409


def test_a_report_is_201_with_its_number_and_what_is_nearby(client: SignedClient, street: Street) -> None:
    first = client.post("/api/v1/issues", json=ISSUE)
    assert (first.status_code, first.get_json()["number"]) == (201, "XJ20261123-001")
    near = client.post("/api/v1/issues", json=ISSUE | {"id": uid("y")}).get_json()
    assert [n["number"] for n in near["nearby"]] == ["XJ20261123-001"]
    point = {"id": uid("z"), "kind": "暴露垃圾", "position": {"lon": 121.4201, "lat": 31.2517}}
    assert len(client.post("/api/v1/issues", json=point).get_json()["nearby"]) == 2


def test_the_list_and_the_case_have_the_members_the_page_reads(client: SignedClient, street: Street) -> None:
    case_id = client.post("/api/v1/issues", json=ISSUE).get_json()["case"]
    page = client.get("/api/v1/cases?state=open&sort=due&limit=5&bbox=121.41,31.24,121.43,31.26").get_json()
    assert (page["total"], page["next"]) == (1, None)
    line = page["items"][0]
    assert line["id"] == case_id
    assert line["clock"] == {
        "due_at": "2026-11-23T13:00:00+08:00",
        "remaining_min": 240,
        "paused": False,
        "overdue": False,
        "text": "剩4:00",
    }
    assert (line["place"], line["ring"], line["state_name"]) == ("橙子公寓旁空地", "new", "待受理")
    case = client.get(f"/api/v1/cases/{case_id}").get_json()
    assert [s["name"] for s in case["steps"]] == ["待受理"]
    assert [m["to"] for m in case["moves"]] == ["self_correcting", "dispatched", "rejected"]


def test_an_illegal_move_is_409_with_the_legal_ones(client: SignedClient, street: Street) -> None:
    case_id = client.post("/api/v1/issues", json=ISSUE).get_json()["case"]
    path = f"/api/v1/cases/{case_id}/moves"
    refused = client.post(path, json={"to": "closed", "reason": "", "version": 1})
    assert refused.status_code == 409
    problem = refused.get_json()
    assert (problem["from"], problem["to"]) == ("reported", "closed")
    assert problem["legal"] == ["self_correcting", "dispatched", "rejected"]
    moved = client.post(path, json={"to": "dispatched", "version": 1})
    assert (moved.status_code, moved.get_json()["version"]) == (200, 2)
    assert client.post(path, json={"to": "handling", "version": 1}).status_code == 409
    assert client.post(path, json={"to": "rejected", "version": 2}).status_code == 422


def test_a_bad_body_names_every_field(client: SignedClient, street: Street) -> None:
    bad = VISIT | {"id": "1", "kind": "sometimes", "at": "yesterday", "colour": "red", "position": {"lon": 500}}
    answer = client.post("/api/v1/visits", json=bad)
    assert answer.status_code == 400
    fields = {e["field"] for e in answer.get_json()["errors"]}
    assert fields == {"id", "kind", "at", "colour", "position.lon", "position.lat"}


def test_nan_text_and_forms_are_no_json(client: SignedClient, street: Street) -> None:
    broken = '{"id": NaN}'
    assert client.post("/api/v1/visits", data=broken, content_type="application/json").status_code == 400
    assert client.post("/api/v1/visits", data="[]", content_type="application/json").status_code == 400
    assert client.post("/api/v1/visits", data=b"\xff\xfe", content_type="application/json").status_code == 400
    assert client.post("/api/v1/visits", data={"id": "1"}).status_code == 415


def test_a_body_of_megabytes_is_413(client: SignedClient, street: Street) -> None:
    answer = client.post("/api/v1/visits", data=b" " * (64 * 1024 * 1024), content_type="application/json")
    assert answer.status_code == 413


def test_roles_that_do_not_walk_do_not_record(client_of: ClientOf, street: Street) -> None:
    office = client_of("office")
    assert office.post("/api/v1/visits", json=VISIT).status_code == 403
    assert office.post("/api/v1/issues", json=ISSUE).status_code == 201
    assert client_of(None).post("/api/v1/issues", json=ISSUE).status_code in {401, 403}
