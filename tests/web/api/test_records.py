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
        "near": False,
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


CHANGED: dict[str, Any] = {
    "id": uid("c"),
    "shop": "LT0001",
    "kind": "regular",
    "at": "2026-11-23T08:40:00+08:00",
    "outcome": "changed",
    "tenancy": {
        "id": uid("t"),
        "replaces": uid("ten LT0001"),
        "sign_name": "新叶咖啡",
        "trade": "餐饮",
        "merchant_name": "周小叶",
        "merchant_phone": "13900002222",
        "state": "open",
    },
    "card": "whatever a scan gave",
}


def test_a_visit_tells_of_a_change_of_hands(client: SignedClient, street: Street) -> None:
    first = client.post("/api/v1/visits", json=CHANGED)
    assert first.status_code == 201, first.get_json()
    assert first.get_json()["tenancy"] == {
        "id": uid("t"),
        "replaces": uid("ten LT0001"),
        "sign_name": "新叶咖啡",
        "state": "open",
        "state_name": "营业",
    }
    assert first.get_json()["place_check"] == {"by": "none", "distance_m": None}
    assert client.post("/api/v1/visits", json=CHANGED).status_code == 200
    shop = client.get("/api/v1/shops/LT0001").get_json()
    assert (shop["name"], shop["trade"], shop["due_visit_by"]) == ("新叶咖啡", "餐饮", "2026-11-30")
    assert shop["tenancy"]["merchant"] == "周小叶"
    late = CHANGED | {"id": uid("late"), "tenancy": CHANGED["tenancy"] | {"id": uid("u"), "sign_name": "茶铺"}}
    refused = client.post("/api/v1/visits", json=late)
    assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (409, "tenancy.replaces")
    assert "新叶咖啡" in refused.get_json()["detail"]


def test_a_change_of_hands_without_the_outcome_is_422(client: SignedClient, street: Street) -> None:
    answer = client.post("/api/v1/visits", json=CHANGED | {"outcome": "met"})
    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, "tenancy")
    assert client.get("/api/v1/shops/LT0001").get_json()["name"] == "锦云家纺"


def test_whatever_stands_for_a_card_the_visit_is_recorded(client: SignedClient, street: Street) -> None:
    for n, shown in enumerate(("", "x" * 5000, 7, {"a": 1}, ["b"], None, True)):
        visit = VISIT | {"id": uid(f"v{n}"), "needs": [], "promises": [], "issues": [], "card": shown}
        assert client.post("/api/v1/visits", json=visit).status_code == 201, shown


def test_taken_back_is_200_every_time_and_for_good(client: SignedClient, street: Street) -> None:
    for path, body in (("/api/v1/visits", VISIT), ("/api/v1/issues", ISSUE)):
        gone = {"id": body["id"], "withdrawn": True}
        assert client.post(path, json=body).status_code == 201
        for answer in (client.delete(f"{path}/{body['id']}"), client.delete(f"{path}/{body['id'].upper()}")):
            assert (answer.status_code, answer.get_json()) == (200, gone)
        again = client.post(path, json=body)
        assert (again.status_code, again.get_json()) == (200, gone)
        assert client.delete(f"{path}/nothing").status_code == 404
    assert client.get("/api/v1/cases").get_json()["total"] == 0
    assert client.get("/api/v1/search?q=XJ20261123").get_json()["items"] == []
    assert client.get("/api/v1/shops/LT0001").get_json()["visited_this_month"] is False
    features = client.get("/api/v1/layers/issues/features?bbox=121,31,122,32&zoom=18").get_json()
    assert features["features"] == []


def test_a_withdrawal_that_comes_first_is_200_too(client: SignedClient, street: Street) -> None:
    assert client.delete(f"/api/v1/visits/{VISIT['id']}").get_json()["withdrawn"] is True
    assert client.post("/api/v1/visits", json=VISIT).get_json() == {"id": VISIT["id"], "withdrawn": True}


def test_a_case_that_was_moved_on_is_named_with_409(client: SignedClient, street: Street) -> None:
    case = client.post("/api/v1/visits", json=VISIT).get_json()["issues"][0]["case"]
    client.post(f"/api/v1/cases/{case}/moves", json={"to": "dispatched", "version": 1})
    refused = client.delete(f"/api/v1/visits/{VISIT['id']}")
    assert refused.status_code == 409
    assert refused.get_json()["detail"] == "案件XJ20261123-001已经立案派遣，不能撤回这次登记，请在案件里处理。"


def test_a_promise_the_phone_tells_twice_is_kept_once_at_the_time_told(client: SignedClient, street: Street) -> None:
    client.post("/api/v1/visits", json=VISIT)
    told = {"id": uid("k"), "at": "2026-11-23T08:55:00+08:00"}
    path = f"/api/v1/promises/{uid('p')}/keep"
    for _ in range(2):
        kept = client.post(path, json=told)
        assert (kept.status_code, kept.get_json()["kept_at"]) == (200, "2026-11-23T08:55:00+08:00")
    assert client.post(path).status_code == 409
    assert client.post(path, json={}).status_code == 409
    titles = [e["title"] for e in client.get("/api/v1/shops/LT0001/history").get_json()["items"]]
    assert titles.count("答应的事 · 办好了") == 1


def test_a_phone_ahead_or_behind_keeps_a_promise_within_reason(client: SignedClient, street: Street) -> None:
    client.post("/api/v1/visits", json=VISIT | {"promises": [{"id": uid(n), "text": "回话"} for n in ("a", "b")]})
    when = {"a": "2026-11-24T09:00:00+08:00", "b": "2026-11-20T09:00:00+08:00"}
    kept = {
        n: client.post(f"/api/v1/promises/{uid(n)}/keep", json={"id": uid(f"k{n}"), "at": at}).get_json()["kept_at"]
        for n, at in when.items()
    }
    assert kept == {"a": "2026-11-23T09:00:00+08:00", "b": "2026-11-23T08:40:01+08:00"}


def test_what_is_typed_suggests_a_kind_and_what_is_near_is_joined(client: SignedClient, street: Street) -> None:
    first = client.post("/api/v1/issues", json=ISSUE).get_json()["case"]
    words = client.get("/api/v1/issues/suggest?text=拉圾堆了三袋").get_json()["items"]
    assert words[0] == {"kind": "06010", "name": "暴露垃圾", "short_name": "暴露垃圾", "word": "垃圾"}
    near = client.get("/api/v1/issues/nearby?kind=06010&lon=121.4199&lat=31.2516&reach_m=250").get_json()["items"]
    assert [(n["id"], n["distance_m"] < 10) for n in near] == [(first, True)]
    assert client.get("/api/v1/issues/nearby?kind=06010&place=PD0001&reach_m=251").status_code == 400
    assert client.get("/api/v1/issues/nearby?kind=06010").status_code == 422
    client.post("/api/v1/issues", json=ISSUE | {"id": uid("second")})
    joined = client.post(f"/api/v1/issues/{uid('second')}/join", json={"case": first})
    assert (joined.status_code, [i["issue"] for i in joined.get_json()["issues"]]) == (200, [uid("x"), uid("second")])
    assert client.post(f"/api/v1/issues/{uid('second')}/join", json={"case": first}).get_json() == joined.get_json()


def test_what_is_asked_about_a_case_is_decided_over_the_api(client_of: ClientOf, street: Street) -> None:
    boss, worker = client_of("secretary"), client_of("worker")
    case_id = worker.post("/api/v1/issues", json=ISSUE).get_json()["case"]
    at = f"/api/v1/cases/{case_id}"
    graded = boss.post(f"{at}/moves", json={"to": "dispatched", "version": 1, "severity": "serious"}).get_json()
    assert (graded["severity_name"], graded["limit"]) == ("严重", {"calendar": "clock", "minutes": 120})
    changed = boss.post(f"{at}/limit", json={"calendar": "clock", "minutes": 300, "reason": "等车", "version": 2})
    assert changed.get_json()["limit_changes"][-1]["after"] == {"calendar": "clock", "minutes": 300}
    asked = worker.post(f"{at}/extensions", json={"until": "2026-11-24", "reason": "车没来"})
    assert asked.status_code == 201
    extension = asked.get_json()["extension"]["id"]
    granted = boss.post(f"/api/v1/extensions/{extension}/decision", json={"grant": True}).get_json()
    assert (granted["extension"], granted["clock"]["due_at"]) == (None, "2026-11-24T23:59:59+08:00")
    assert boss.post(f"{at}/urgings", json={"text": "今天要有结果"}).status_code == 201
    assert boss.post(f"{at}/supervision", json={"reason": "来电"}).get_json()["supervised"] is True
    assert boss.delete(f"{at}/supervision").get_json()["supervised"] is False
    assert worker.post(f"{at}/notes", json={"text": ""}).status_code == 422
    for version, to in enumerate(("handling", "verifying", "closed"), 2):
        boss.post(f"{at}/moves", json={"to": to, "version": version})
    filed = worker.post(f"{at}/reopenings", json={"reason": "又有了"}).get_json()["reopening"]
    again = boss.post(f"/api/v1/reopenings/{filed['id']}/decision", json={"accept": True}).get_json()
    assert (again["state"], again["reopen_count"], again["version"]) == ("handling", 1, 6)


def test_the_slower_of_two_sees_what_the_other_did(client_of: ClientOf, street: Street) -> None:
    boss, worker = client_of("secretary"), client_of("worker")
    case_id = worker.post("/api/v1/issues", json=ISSUE).get_json()["case"]
    at = f"/api/v1/cases/{case_id}/moves"
    boss.post(at, json={"to": "dispatched", "version": 1})
    late = worker.post(at, json={"to": "handling", "version": 1})
    assert late.status_code == 409
    told = late.get_json()
    assert (told["version"], told["state_name"], told["last_step"]["name"]) == (2, "立案派遣", "立案派遣")
    assert worker.post(at, json={"to": "rejected", "version": 2, "reason": "没有"}).status_code == 403


def test_a_return_visit_brings_what_it_found(client: SignedClient, street: Street) -> None:
    case = client.post("/api/v1/issues", json=ISSUE).get_json()["case"]
    found = {"id": uid("found"), "case": case, "result": "better", "note": "好多了"}
    visit = VISIT | {"id": uid("back"), "kind": "follow_up", "needs": [], "promises": [], "issues": [], "effect": found}
    first = client.post("/api/v1/visits", json=visit)
    assert (first.status_code, first.get_json()["effect"]["result"]) == (201, "better")
    assert client.post("/api/v1/visits", json=visit).status_code == 200
    assert client.delete(f"/api/v1/visits/{visit['id']}").status_code == 200
    told = {"id": uid("found"), "result": "gone"}
    assert client.post(f"/api/v1/cases/{case}/return-visit", json=told).status_code == 201
    assert client.post(f"/api/v1/cases/{case}/return-visit", json=told).status_code == 200
    assert client.post(f"/api/v1/cases/{case}/return-visit", json=told | {"result": "back"}).status_code == 409
    assert client.post("/api/v1/cases/none/return-visit", json=told).status_code == 404
    wrong = client.post(f"/api/v1/cases/{case}/return-visit", json={"id": uid("x"), "result": "well"})
    assert wrong.status_code == 400 and wrong.get_json()["errors"][0]["field"] == "result"


def test_needs_and_promises_over_the_api(client: SignedClient, street: Street) -> None:
    client.post("/api/v1/visits", json=VISIT)
    (need,) = client.get("/api/v1/needs").get_json()["items"]
    handed = {"way": "handed_on", "handler_name": "房管所", "due_at": "2026-12-01"}
    assert client.post(f"/api/v1/needs/{need['id']}/handle", json=handed).get_json()["way_name"] == "转交办"
    done = client.post(f"/api/v1/needs/{need['id']}/settle", json={"outcome": "办好了"}).get_json()
    assert done["settled_at"] and done["told_at"] is None
    untold = client.get(f"/api/v1/shops/{VISIT['shop']}").get_json()["untold"]
    assert [(u["type"], u["id"], u["outcome"]) for u in untold] == [("need", need["id"], "办好了")]
    assert client.post(f"/api/v1/needs/{need['id']}/told", json={}).get_json()["told_at"]
    assert client.get("/api/v1/needs").get_json()["total"] == 0
    promised = {"id": uid("new promise"), "text": "周五前回话", "shop": "LT0001", "due_at": "2026-11-27"}
    for _ in range(2):
        assert client.post("/api/v1/promises", json=promised).get_json()["id"] == promised["id"]
    assert client.post(f"/api/v1/promises/{promised['id']}/told", json={}).status_code == 409
    client.post(f"/api/v1/promises/{promised['id']}/keep", json={"id": uid("k"), "at": "2026-11-23T09:00:00+08:00"})
    assert client.post(f"/api/v1/promises/{promised['id']}/told", json={}).get_json()["told_at"]
