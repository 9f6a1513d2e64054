"""Walking a patrol over HTTP: once each, by its walker alone; no page, file or log of anybody tells what was walked."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask

from mapsvc.operations.field_files import Result, import_field_file
from mapsvc.web.field_file import read_field_file
from tests.support.client import ClientOf, SignedClient
from tests.support.field_files import file_of, record
from tests.support.street import Street, uid
from tests.web.api.test_roles import NO_SUCH, Way, ways

if TYPE_CHECKING:
    from mapsvc.operations.workspace import Workspace

__all__ = ["ways"]

AT = "2026-11-23T18:10:00+08:00"
SECRET = "只有我自己看得到的一句话"
WALK = uid("chen's walk")
PLANNED = {"date": "2026-11-23", "shift": "evening", "workers": ["小陈", "小周"], "minutes": 120}
DONE = {"id": uid("done"), "ref": "shop:LT0001", "outcome": "done", "at": AT}
SKIPPED = DONE | {"id": uid("skipped"), "ref": "shop:LT0002", "outcome": "skipped", "reason": "other", "text": SECRET}
TRACES = (SECRET, WALK, DONE["id"], SKIPPED["id"])


@pytest.fixture
def plan(client: SignedClient, street: Street) -> str:
    """Id of an evening handed out."""
    made: str = client.post("/api/v1/plans", json=PLANNED).get_json()["id"]
    assert client.post(f"/api/v1/plans/{made}/publish", json={}).status_code == 200
    return made


@pytest.fixture
def chen(client_of: ClientOf, street: Street) -> SignedClient:
    """小陈's phone."""
    return client_of("worker", login="小陈")


@pytest.fixture
def walked(chen: SignedClient, plan: str) -> str:
    """小陈's walk: one stop done, one left out."""
    assert chen.post("/api/v1/walks", json={"id": WALK, "plan": plan, "started_at": AT}).status_code == 201
    for step in (DONE, SKIPPED):
        assert chen.post(f"/api/v1/walks/{WALK}/steps", json=step).status_code == 201
    return WALK


def test_what_is_sent_again_is_there_once(chen: SignedClient, walked: str, plan: str) -> None:
    again = [
        chen.post("/api/v1/walks", json={"id": WALK, "plan": plan, "started_at": AT}),
        chen.post(f"/api/v1/walks/{WALK}/steps", json=DONE),
        *(chen.post(f"/api/v1/walks/{WALK}/finish", json={"at": AT}) for _ in range(2)),
    ]
    assert [one.status_code for one in again] == [200] * 4
    told = chen.get(f"/api/v1/walks/{WALK}").get_json()
    assert [(s["ref"], s["outcome"], s["reason"]) for s in told["steps"]] == [
        ("shop:LT0001", "done", None), ("shop:LT0002", "skipped", "other"),
    ]  # fmt: skip
    assert chen.post(f"/api/v1/walks/{WALK}/go-on", json={}).get_json()["ended_at"] is None


def test_a_stop_is_taken_back(chen: SignedClient, walked: str) -> None:
    for _ in range(2):
        gone = chen.post(f"/api/v1/walks/{WALK}/steps/{DONE['id']}/withdraw", json={})
        assert (gone.status_code, gone.get_json()) == (200, {"id": DONE["id"], "withdrawn": True})
    assert chen.post(f"/api/v1/walks/{WALK}/steps", json=DONE).get_json() == gone.get_json()
    assert [s["ref"] for s in chen.get(f"/api/v1/walks/{WALK}").get_json()["steps"]] == ["shop:LT0002"]


@pytest.mark.parametrize("role", ["worker", "secretary", "office", "committee", "property", "volunteer", "admin"])
def test_it_is_nobody_elses_to_read(client_of: ClientOf, walked: str, role: str) -> None:
    other = client_of(role, login="另一个人")
    answer = other.get(f"/api/v1/walks/{WALK}")
    nothing = other.get(f"/api/v1/walks/{uid('no walk')}")
    assert (answer.status_code, nothing.status_code) == (404, 404)
    assert answer.get_json()["detail"] == nothing.get_json()["detail"]


def test_no_page_tells_what_was_walked(
    app: Flask, client_of: ClientOf, ways: dict[str, Way], walked: str, caplog: pytest.LogCaptureFixture
) -> None:
    asked = 0
    for role in ("secretary", "admin", "office", "worker"):
        client = client_of(role, login=f"看的人-{role}")
        for name, way in ways.items():
            methods = {m for r in app.url_map.iter_rules() if r.endpoint == name for m in r.methods or ()}
            if "GET" not in methods or way.form is not None or way.json is not None or name in NO_SUCH:
                continue
            answer = client.get(way.address)
            asked += answer.status_code == 200
            assert not [t for t in TRACES if t.encode() in answer.data], (role, name)
    assert asked > 100
    assert SECRET not in caplog.text


def test_no_file_tells_what_was_walked(client_of: ClientOf, walked: str) -> None:
    secretary = client_of("secretary")
    book = secretary.post("/admin/export/ledger", data={})
    assert book.status_code == 200
    with zipfile.ZipFile(io.BytesIO(book.data)) as inside:
        parts = [inside.read(name) for name in inside.namelist()]
    assert len(parts) > 5
    assert not [t for t in TRACES if any(t.encode() in part for part in parts)]


def test_a_phone_that_found_no_network_tells_it_by_file(
    workspace: Workspace, chen: SignedClient, client: SignedClient, plan: str
) -> None:
    def told(name: str, of: str, minute: int, body: dict[str, Any]) -> dict[str, Any]:
        one = record(name, of, minute, body)
        return one | {"body": body if of == "withdraw" else {"id": one["id"], "at": one["at"]} | body}

    step = {"walk": uid("w"), "ref": "shop:LT0001", "outcome": "done"}
    records = [
        told("w", "walk", 1, {"plan": plan}),
        told("s1", "walk_step", 2, step) | {"label": SECRET},
        told("s2", "walk_step", 3, step | {"ref": "shop:LT0002", "outcome": "skipped", "reason": "busy"}),
        told("b", "withdraw", 4, {"target": uid("s2"), "target_type": "walk_step", "walk": uid("w")}),
        told("f", "walk_finish", 5, {"walk": uid("w")}),
        told("g", "withdraw", 6, {"target": uid("f"), "target_type": "walk_finish", "walk": uid("w")}),
        told("h", "walk_finish", 7, {"walk": uid("w")}),
    ]
    assert chen.signed and chen.signed.actor.person_id and client.signed
    file = read_field_file(file_of(records, chen.signed.actor.person_id))
    first = import_field_file(workspace, client.signed.actor, file)
    assert {line.result for line in first.lines} == {Result.ADDED}, first.lines
    # Who brings it in reads neither a stop nor what became of it.
    assert {line.what.split(" ")[0] for line in first.lines if line.id != uid("b")} <= {"巡查"}
    walk = chen.get(f"/api/v1/walks/{uid('w')}").get_json()
    assert [s["ref"] for s in walk["steps"]] == ["shop:LT0001"]
    assert walk["ended_at"] == "2026-11-23T08:07:00+08:00"
    again = import_field_file(workspace, client.signed.actor, file)
    assert not [line for line in again.lines if line.result is Result.REFUSED]


def test_the_package_is_small_and_says_all_that_is_needed_without_network(chen: SignedClient, plan: str) -> None:
    (pack,) = chen.get("/api/v1/today").get_json()["walks"]
    assert set(pack) >= {
        "id", "plan", "edition", "shift_name", "start_at", "begin_s", "minutes", "end_about", "stops", "seconds",
        "skipped", "left_out", "walked", "home",
    }  # fmt: skip
    assert pack["walked"] is None
    stop = pack["stops"][0]
    assert set(stop) >= {"ref", "label", "lon", "lat", "about", "why", "points", "service_s", "way"}
    assert len(pack["seconds"]) == len(pack["stops"]) + 2
