"""The phone's day and session over HTTP: members as promised, nothing sent twice, nobody's number in it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from mapsvc.domain.actors import SYSTEM, Role
from mapsvc.operations import accounts
from tests.support.client import ClientOf, SignedClient
from tests.support.street import Street, uid
from tests.web.api.test_records import VISIT

if TYPE_CHECKING:
    from mapsvc.operations.workspace import Workspace
    from tests.support.clock import FixedClock

MEMBERS = {
    "version", "as_of", "date", "person", "office", "asks_position", "counts", "covering", "away", "patrol", "route",
    "doors", "places", "streets", "answers", "kinds", "topics", "ways", "trades", "solved",
}  # fmt: skip
OF_A_DOOR = {
    "code", "name", "address", "number", "street", "side", "chainage_m", "lon", "lat", "trade", "state", "state_name",
    "tenancy", "due", "kind", "reasons", "hours", "last_talk", "promises", "tip", "if_closed", "open_issues",
    "history", "cover_for", "card", "visited_today",
}  # fmt: skip
VISITED = VISIT | {"at": "2026-10-20T15:40:00+08:00", "note": "徐女士问起入园，打13900001111找她"}


@pytest.fixture
def chen(client_of: ClientOf, street: Street) -> SignedClient:
    """小陈's phone."""
    return client_of("worker", login="小陈")


def test_the_day_has_all_that_the_phone_expects(chen: SignedClient) -> None:
    chen.post("/api/v1/visits", json=VISITED)
    day = chen.get("/api/v1/today").get_json()
    assert set(day) >= MEMBERS
    assert (day["version"], day["date"]) == (2, "2026-11-23")
    assert (day["person"]["name"], day["person"]["role"]) == ("小陈", "worker")
    assert {"record_visit", "keep_promise"} <= set(day["person"]["may"])
    assert day["office"] == {"name": "石泉路街道", "block": "兰田街区", "demo": False, "phone": None}
    door = day["doors"]["LT0001"]
    assert set(door) >= OF_A_DOOR
    assert (door["number"], door["name"], door["kind"]) == ("27号", "锦云家纺", "regular")
    assert door["promises"] == [
        {"id": uid("p"), "text": "周五前回话", "due_at": "2026-11-27T23:59:59+08:00", "by": "小陈"}
    ]
    assert door["open_issues"][0] | {"case": ""} == {
        "case": "", "kind": "L0001", "kind_name": "渗漏水", "text": "吊顶滴水",
    }  # fmt: skip
    assert day["route"] == [
        {"street": "岚皋西路", "side": "odd", "side_name": "单号侧", "doors": ["LT0001"], "turn": None}
    ]
    assert {k["code"]: k["shape"] for k in day["kinds"]}["L0001"] == "drop"
    assert {"code": "on_the_spot", "name": "当场办"} in day["ways"]
    assert {"name": "子女入园", "words": ["幼儿园", "入园", "托班", "上幼"]} in day["topics"]


def test_nobodys_number_and_no_merchant_is_in_it(chen: SignedClient) -> None:
    chen.post("/api/v1/visits", json=VISITED)
    sign = {"version": 1, "sign_name": "锦云家纺13812345678"}
    assert chen.patch("/api/v1/shops/LT0001", json=sign).status_code == 200
    answer = chen.get("/api/v1/today")
    body, door = answer.get_data(as_text=True), answer.get_json()["doors"]["LT0001"]
    assert (door["name"], door["last_talk"]["text"]) == ("锦云家纺138****5678", "店主问起入园，打139****1111找她")
    assert not re.search(r"1[3-9]\d{9}(?!\d)", body)
    assert "徐女士" not in body


def test_what_the_phone_has_is_not_sent_again(chen: SignedClient, clock: FixedClock) -> None:
    first = chen.get("/api/v1/today")
    tag = {"If-None-Match": first.headers["ETag"]}
    clock.advance(minutes=20)
    assert chen.get("/api/v1/today", headers=tag).status_code == 304
    chen.post("/api/v1/visits", json=VISIT)
    again = chen.get("/api/v1/today", headers=tag)
    assert (again.status_code, again.get_json()["doors"]["LT0001"]["visited_today"]["outcome"]) == (200, "met")
    assert "private" in again.headers["Cache-Control"]


def test_each_has_the_own_day(chen: SignedClient, client_of: ClientOf) -> None:
    tag = chen.get("/api/v1/today").headers["ETag"]
    zhou = client_of("worker", login="小周").get("/api/v1/today", headers={"If-None-Match": tag})
    assert list(zhou.get_json()["doors"]) == ["LT0002"]


def test_the_secretary_has_an_empty_day_and_others_none(client_of: ClientOf, street: Street) -> None:
    empty = client_of("secretary").get("/api/v1/today").get_json()
    assert (empty["doors"], empty["route"], empty["counts"]["calls"]) == ({}, [], 0)
    for role in (Role.OFFICE, Role.COMMITTEE, Role.PROPERTY, Role.VOLUNTEER, Role.ADMIN):
        assert client_of(role.value).get("/api/v1/today").status_code == 403
    assert client_of(None).get("/api/v1/today").status_code == 401


def test_the_session_tells_who_it_is_and_the_token(chen: SignedClient) -> None:
    told = chen.get("/api/v1/session").get_json()
    assert chen.signed is not None
    assert (told["person"]["name"], told["role"], told["csrf"]) == ("小陈", "worker", chen.signed.csrf)
    assert told["now"] == "2026-11-23T09:00:00+08:00"


def test_a_program_has_no_token_of_a_browser(workspace: Workspace, stranger: SignedClient) -> None:
    _, secret = accounts.create_token(workspace, SYSTEM, Role.WORKER, "程序")
    told = stranger.get("/api/v1/session", headers={"Authorization": f"Bearer {secret}"})
    assert (told.status_code, told.get_json()["csrf"]) == (200, None)


def test_a_session_that_is_over_is_401(chen: SignedClient, stranger: SignedClient, clock: FixedClock) -> None:
    assert stranger.get("/api/v1/session").status_code == 401
    clock.advance(days=40)
    assert chen.get("/api/v1/session").status_code == 401


def test_answers_are_found_and_say_that_they_are_samples(chen: SignedClient) -> None:
    found = chen.get("/api/v1/answers?q=入园").get_json()
    assert (found["items"][0]["id"], found["note"], found["next"]) == ("kindergarten", None, None)
    assert found["items"][0]["sample_note"] == "样例，请核对后再用"
    assert len(chen.get("/api/v1/answers").get_json()["items"]) >= 30


def test_the_day_is_made_without_heavy_packages() -> None:
    heavy = ("geopandas", "pandas", "pyogrio", "pyproj", "pyvrp", "scipy")
    code = f"import sys, mapsvc.web.api.today; print(*sorted(set({heavy!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split()) == (0, []), done.stderr


def test_a_day_of_a_whole_beat_is_small_enough_to_take_along(chen: SignedClient, workspace: Workspace) -> None:
    chen.post("/api/v1/visits", json=VISITED)
    brotli = chen.get("/api/v1/today", headers={"Accept-Encoding": "br"})
    assert brotli.headers["Content-Encoding"] == "br"
    door: dict[str, Any] = chen.get("/api/v1/today").get_json()["doors"]["LT0001"]
    # Sixty doors as full as this one, unpacked.
    assert len(json.dumps(door, ensure_ascii=False).encode()) * 60 < 300_000
