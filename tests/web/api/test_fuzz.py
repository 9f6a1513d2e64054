"""No input is a fault of the program: whatever JSON arrives, the status is below 500 and a problem has words."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.client import SignedClient
from tests.support.street import Street, uid
from tests.web.api.test_records import CHANGED, ISSUE, VISIT
from tests.web.api.test_responses import ATTEMPT, ORDER, RESPONSE

FUZZ = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXTS,
    st.sampled_from(["", "LT0001", "PD0001", "0001-01-01T00:00:00", "9999-12-31T23:59:59+23:59", "NaN", "\u202e"]),
)
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4), max_leaves=12
)
PATHS: dict[str, dict[str, Any]] = {
    "/api/v1/visits": VISIT | CHANGED,
    "/api/v1/issues": ISSUE,
    "/api/v1/places": {"id": uid("pl"), "name": "角落", "lon": 121.4193, "lat": 31.2523},
    "/api/v1/shops/LT0001/tenancy": {"id": uid("t"), "version": 1, "from": "2026-11-23", "sign_name": "新店"},
    "/api/v1/shops/LT0001/assignment": {"worker": "小周", "from": "2026-12-01"},
    "/api/v1/shops/LT0001/phone": {"reason": "核对"},
    f"/api/v1/cases/{uid('none')}/response": RESPONSE | {"parties": [{"role": "owner", "name": "周先生"}]},
    f"/api/v1/cases/{uid('none')}/contact-attempts": ATTEMPT,
    f"/api/v1/cases/{uid('none')}/orders": ORDER,
    "/api/v1/tickets": {
        "id": uid("ti"),
        "number": "SH1",
        "called_at": "2026-11-20T10:00:00",
        "text": "有人吵",
        "address": "岚皋西路27号",
        "limit_days": 5,
    },
    "/api/v1/tickets/SH1/moves": {"to": "returned", "version": 1, "reason": "不归我们"},
    "/api/v1/enquiries": {
        "id": uid("en"),
        "text": "27号问入园",
        "channel": "电话",
        "at": "2026-11-23T08:55:00+08:00",
        "urgent": True,
    },
    f"/api/v1/promises/{uid('p')}/keep": {"id": uid("k"), "at": "2026-11-23T08:55:00+08:00"},
}


def fine(client: SignedClient, method: str, path: str, body: object) -> None:
    answer = client.open(path, method=method, data=orjson.dumps(body), content_type="application/json")
    assert answer.status_code < 500, (path, body, answer.get_data(as_text=True))
    if answer.status_code >= 400:
        assert answer.mimetype == "application/problem+json"
        assert answer.get_json()["detail"]
    if answer.status_code == 400 and isinstance(body, dict):
        assert all(e["field"] for e in answer.get_json()["errors"])


@pytest.mark.parametrize("path", PATHS)
@FUZZ
@given(data=st.data())
def test_one_field_of_a_good_body_gone_wild(
    client: SignedClient, street: Street, path: str, data: st.DataObject
) -> None:
    good = PATHS[path]
    name = data.draw(st.sampled_from([*good, "something_else"]))
    fine(client, "POST", path, good | {name: data.draw(JSON)})


@pytest.mark.parametrize("path", PATHS)
@settings(FUZZ, max_examples=15)
@given(body=JSON)
def test_any_json_at_all(client: SignedClient, street: Street, path: str, body: object) -> None:
    fine(client, "POST", path, body)


@FUZZ
@given(body=st.dictionaries(st.sampled_from(["to", "reason", "version"]), JSON))
def test_moves_of_any_kind(client: SignedClient, street: Street, body: dict[str, object]) -> None:
    case_id = client.post("/api/v1/issues", json=ISSUE).get_json()["case"]
    fine(client, "POST", f"/api/v1/cases/{case_id}/moves", body)


@FUZZ
@given(body=st.dictionaries(st.sampled_from(["version", "sign_name", "state", "note", "area_m2", "position"]), JSON))
def test_corrections_of_any_kind(client: SignedClient, street: Street, body: dict[str, object]) -> None:
    fine(client, "PATCH", "/api/v1/shops/LT0001", {"version": 1} | body)
    fine(client, "PATCH", "/api/v1/places/PD0001", {"version": 1} | body)


QUERIES = ["bbox", "limit", "after", "q", "state", "kind", "since", "until", "sort", "overdue", "worker", "source"]


@FUZZ
@given(query=st.dictionaries(st.sampled_from(QUERIES), TEXTS, max_size=3), code=TEXTS)
def test_queries_and_codes_of_any_kind(client: SignedClient, street: Street, query: dict[str, str], code: str) -> None:
    asked = "&".join(f"{name}={quote(value)}" for name, value in query.items())
    named = quote(code, safe="") or "x"
    for path in ("shops", "cases", "places", "search", f"shops/{named}/history", f"cases/{named}", f"places/{named}"):
        answer = client.get(f"/api/v1/{path}?{asked}")
        assert answer.status_code < 500, (path, asked, answer.get_data(as_text=True))


AGREED = {"version": 1, "at": "2026-11-23T08:00:00", "items": [{"party": "p", "what": "修", "amount_yuan": 1}]}
INVITED = {"held_at": "2026-11-23T17:00:00", "venue": "会议室", "parties": [{"role": "owner", "name": "201室"}]}
MINUTES = {"version": 1, "survey": "看过", "root_cause": "管老化"} | INVITED
COUNCIL_ACTS = {
    "minutes": MINUTES, "agreement": AGREED,
    "signatures": {"version": 1, "signed": [{"party": "p", "at": "2026-11-23"}]},
    "failure": {"version": 1, "way_out": "mediation", "reason": "谈不拢"}, "return": {"version": 1, "outcome": "成了"},
    "notes": {"text": "单独谈"},
}  # fmt: skip


@FUZZ
@given(data=st.data())
def test_councils_and_tasks_of_any_kind(client: SignedClient, street: Street, data: st.DataObject) -> None:
    case_id = client.post("/api/v1/issues", json=ISSUE).get_json()["case"]
    wild = {data.draw(st.sampled_from([*INVITED, "mediator", "id"])): data.draw(JSON)}
    fine(client, "POST", f"/api/v1/cases/{case_id}/council", INVITED | wild)
    council_id = client.post(f"/api/v1/cases/{case_id}/council", json=INVITED).get_json()["id"]
    act = data.draw(st.sampled_from(sorted(COUNCIL_ACTS)))
    body = COUNCIL_ACTS[act] | {data.draw(st.sampled_from([*COUNCIL_ACTS[act], "party"])): data.draw(JSON)}
    fine(client, "POST", f"/api/v1/councils/{council_id}/{act}", body)
    task = {"text": "看一眼", "due_at": "2026-12-01"} | {
        data.draw(st.sampled_from(["text", "owner", "due_at"])): data.draw(JSON)
    }
    fine(client, "POST", f"/api/v1/cases/{case_id}/tasks", task)
    fine(client, "POST", f"/api/v1/cases/{case_id}/same-building", {"shops": data.draw(JSON)})
