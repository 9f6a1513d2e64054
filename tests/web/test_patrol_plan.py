"""The secretary's page of a plan: stops changed by forms and over the API, undone, handed out again."""

from __future__ import annotations

import re
from typing import Any

import pytest

from mapsvc.operations.workspace import Workspace
from tests.maps.streets import add_shop, add_worker
from tests.support.client import ClientOf, SignedClient

ASKED = {"date": "2026-11-23", "shift": "evening", "workers": ["小陈", "小周"], "minutes": 60}


@pytest.fixture
def plan(workspace: Workspace, client: SignedClient) -> dict[str, Any]:
    """Eight doors shared by two people."""
    chen, zhou = add_worker(workspace, "小陈"), add_worker(workspace, "小周")
    for n in range(8):
        add_shop(workspace, n, worker=chen if n < 4 else zhou)
    made = client.post("/api/v1/plans", json=ASKED)
    assert made.status_code == 201, made.json
    return made.json


def refs(plan: dict[str, Any], worker: str) -> list[str]:
    return next([stop["ref"] for stop in route["stops"]] for route in plan["routes"] if route["worker"] == worker)


def page(client: SignedClient, plan: dict[str, Any], query: str = "") -> str:
    return client.get(f"/patrol/{plan['id']}{query}").get_data(as_text=True)


def now(client: SignedClient, plan: dict[str, Any]) -> dict[str, Any]:
    return client.get(f"/api/v1/plans/{plan['id']}").json


def test_over_the_api_a_stop_moves_and_the_answer_says_how(client: SignedClient, plan: dict[str, Any]) -> None:
    url, ref = f"/api/v1/plans/{plan['id']}", refs(plan, "小陈")[0]
    moved = client.post(f"{url}/edits", json={"edition": 1, "act": "move", "ref": ref, "worker": "小周", "position": 1})
    assert moved.status_code == 200
    assert refs(moved.json, "小周")[0] == ref
    assert (moved.json["edition"], moved.json["text"][-8:]) == (2, "交给小周，第1站")
    stale = client.post(f"{url}/edits", json={"edition": 1, "act": "leave_out", "ref": ref})
    assert stale.status_code == 409 and "刚被别人改过" in stale.json["detail"]
    back = client.post(f"{url}/undo", json={"edition": 2})
    assert refs(back.json, "小陈") == refs(plan, "小陈") and back.json["text"] == ""


@pytest.mark.parametrize(
    "wrong", [{"act": "shout"}, {"edition": "x"}, {"position": 0}, {"ref": ""}, {"worker": 7}, {"extra": 1}]
)
def test_what_cannot_be_read_is_refused(client: SignedClient, plan: dict[str, Any], wrong: dict[str, Any]) -> None:
    body = {"edition": 1, "act": "move", "ref": refs(plan, "小陈")[0], "worker": "小周"} | wrong
    assert client.post(f"/api/v1/plans/{plan['id']}/edits", json=body).status_code in (400, 422)
    assert now(client, plan)["edition"] == 1


def test_without_scripts_the_menu_of_a_stop_stands_below_it(client: SignedClient, plan: dict[str, Any]) -> None:
    ref = refs(plan, "小陈")[1]
    assert 'id="give"' not in page(client, plan)
    shown = page(client, plan, f"?stop={ref}")
    menu = shown.partition('id="give"')[2].partition("</form>")[0]
    offered = re.findall(r'name="do" value="([^"]+)"', menu)
    assert offered == ["move 小周", "to 1", "to 3", "lock", "leave_out"]


@pytest.mark.parametrize(
    ("said", "then"),
    [
        ("move 小周", lambda new, ref: ref in refs(new, "小周") and new["locks"] == [{"ref": ref, "worker": "小周"}]),
        ("to 1", lambda new, ref: refs(new, "小陈")[0] == ref),
        ("lock", lambda new, ref: new["locks"] == [{"ref": ref, "worker": "小陈"}]),
        ("leave_out", lambda new, ref: new["leave_out"] == [ref] and ref not in refs(new, "小陈")),
    ],
)
def test_a_button_of_the_menu_does_what_it_says(
    client: SignedClient, plan: dict[str, Any], said: str, then: Any
) -> None:
    ref = refs(plan, "小陈")[1]
    done = client.post(f"/patrol/{plan['id']}/edit", data={"edition": "1", "ref": ref, "do": said})
    assert done.status_code == 303
    assert then(now(client, plan), ref)
    assert client.post(f"/patrol/{plan['id']}/undo", data={"edition": "2"}).status_code == 303
    assert now(client, plan)["routes"] == plan["routes"]


def test_what_was_left_out_is_given_to_somebody_again(client: SignedClient, plan: dict[str, Any]) -> None:
    ref = refs(plan, "小陈")[1]
    client.post(f"/patrol/{plan['id']}/edit", data={"edition": "1", "ref": ref, "do": "leave_out"})
    menu = page(client, plan, f"?stop={ref}").partition('id="give"')[2].partition("</form>")[0]
    assert re.findall(r'name="do" value="([^"]+)"', menu) == ["move 小陈", "move 小周"]
    client.post(f"/patrol/{plan['id']}/edit", data={"edition": "2", "ref": ref, "do": "move 小周"})
    assert ref in refs(now(client, plan), "小周")


@pytest.mark.parametrize(
    ("data", "status"),
    [({"edition": "7"}, 409), ({"edition": ""}, 409), ({"do": "dance"}, 422), ({"ref": "shop:LT9999"}, 422)],
)
def test_what_is_refused_is_said_at_the_head_of_the_plan_as_it_is(
    client: SignedClient, plan: dict[str, Any], data: dict[str, str], status: int
) -> None:
    form = {"edition": "1", "ref": refs(plan, "小陈")[0], "do": "lock"} | data
    answer = client.post(f"/patrol/{plan['id']}/edit", data=form)
    assert answer.status_code == status
    assert 'role="alert"' in answer.get_data(as_text=True)
    assert now(client, plan)["edition"] == 1


def test_after_a_change_it_is_said_that_nobody_has_it_yet(client: SignedClient, plan: dict[str, Any]) -> None:
    url = f"/patrol/{plan['id']}"
    assert "草稿" in page(client, plan)
    client.post(f"{url}/publish", data={"edition": "1"})
    assert "已发给2人" in page(client, plan)
    ref = refs(plan, "小陈")[0]
    client.post(f"{url}/edit", data={"edition": "1", "ref": ref, "do": "move 小周"})
    assert "有改动，还没发给大家" in page(client, plan) and "再发给2人" in page(client, plan)
    assert "有改动，还没发给大家" in client.get("/patrol").get_data(as_text=True)
    features = client.get("/api/v1/layers/patrol/features").json["features"]
    carried = [f["properties"] for f in features if f["geometry"]["type"] == "Point"]
    assert sum(one["surname"] == "陈" for one in carried) == len(refs(plan, "小陈"))
    client.post(f"{url}/publish", data={"edition": "2"})
    assert "有改动" not in page(client, plan)


def test_another_edition_than_the_one_looked_at_is_not_handed_out(client: SignedClient, plan: dict[str, Any]) -> None:
    ref = refs(plan, "小陈")[0]
    client.post(f"/patrol/{plan['id']}/edit", data={"edition": "1", "ref": ref, "do": "lock"})
    answer = client.post(f"/patrol/{plan['id']}/publish", data={"edition": "1"})
    assert answer.status_code == 409
    assert now(client, plan)["published_at"] is None


def test_the_same_day_last_week_stands_beside_the_numbers(client: SignedClient, plan: dict[str, Any]) -> None:
    assert "上周一" not in page(client, plan)
    then = client.post("/api/v1/plans", json=ASKED | {"date": "2026-11-16"}).json
    client.post(f"/api/v1/plans/{then['id']}/publish")
    assert f"上周一 {then['totals']['share_pct']}%" in page(client, plan)


def test_the_walk_asked_for_stands_open(client: SignedClient, plan: dict[str, Any]) -> None:
    def opened(shown: str) -> list[str]:
        return re.findall(r'data-index="(\d+)"[^>]* open>', shown)

    assert opened(page(client, plan, "?route=2")) == ["1"]
    assert opened(page(client, plan, "?route=99")) == ["0"]


def test_who_may_not_plan_sees_the_list_and_no_way_to_change_it(
    client_of: ClientOf, client: SignedClient, plan: dict[str, Any]
) -> None:
    other = client_of("volunteer")
    shown = page(other, plan, f"?stop={refs(plan, '小陈')[0]}")
    assert 'class="stop"' in shown
    assert "data-give" not in shown and "data-more" not in shown and "发给" not in shown
    form = {"edition": "1", "ref": refs(plan, "小陈")[0], "do": "lock"}
    assert other.post(f"/patrol/{plan['id']}/edit", data=form).status_code == 403
