"""`/patrol/rounds`: a round laid out with a form, its way and its sheet, ended and taken up again."""

from __future__ import annotations

import pytest

from mapsvc.operations.round_picks import Pick, between
from mapsvc.operations.workspace import Workspace
from tests.support.client import ClientOf, SignedClient
from tests.support.street import Street, build, uid

FORM = {
    "id": uid("round"), "name": "橙子公寓一圈", "street1": "岚皋西路", "side1": "odd", "first1": "1", "last1": "59",
    "shift": "morning", "weekdays": ["0", "1", "2"], "from": "2026-11-23",
}  # fmt: skip
AT = f"/patrol/rounds/{uid('round')}"


@pytest.fixture
def street(workspace: object) -> Street:
    """27号 and 29号 with their people."""
    return build(workspace)  # type: ignore[arg-type]


def test_a_round_is_laid_out_shown_and_printed(client: SignedClient, street: Street) -> None:
    assert "还没有路线" in client.get("/patrol/rounds").text
    made = client.post("/patrol/rounds", data=FORM)
    assert (made.status_code, made.location) == (303, f"{AT}?done=made")
    assert client.post("/patrol/rounds", data=FORM).location == made.location
    told = client.get(made.location).text
    assert "橙子公寓一圈" in told and "周一到周三早班" in told and "岚皋西路1–" in told and told.count("<svg") >= 2
    listed = client.get("/patrol/rounds").text
    assert listed.count(AT) == 1
    paper = client.get(f"{AT}/print").text
    assert "看到什么" in paper and "岚皋西路1–" in paper


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_is_kept(
    client: SignedClient, street: Street
) -> None:
    wrong = client.post("/patrol/rounds", data=FORM | {"last1": "abc"})
    assert wrong.status_code == 422 and "要是整数" in wrong.text and "橙子公寓一圈" in wrong.text
    wrong = client.post("/patrol/rounds", data=FORM | {"street1": "", "weekdays": []})
    assert wrong.status_code == 422 and "请至少选一段路" in wrong.text and "请至少选一天" in wrong.text
    wrong = client.post("/patrol/rounds", data=FORM | {"street1": "石泉路"})
    assert wrong.status_code == 422 and "没有门牌" in wrong.text
    assert "还没有路线" in client.get("/patrol/rounds").text


def test_around_a_place_with_where_it_meets(client: SignedClient, street: Street) -> None:
    made = client.post(
        "/patrol/rounds", data=FORM | {"street1": "", "place": "PD0001", "also": "around"}, follow_redirects=True
    )
    assert made.status_code == 200
    assert "橙子公寓旁空地" in made.text and "岚皋路" in made.text


def test_a_round_is_ended_and_goes_on_again(client: SignedClient, street: Street) -> None:
    client.post("/patrol/rounds", data=FORM)
    ended = client.post(f"{AT}/end", follow_redirects=True).text
    assert "这条路线停了" in ended and "接着走" in ended
    again = client.post(f"{AT}/end")
    assert again.status_code == 409 and "已经停了" in again.text
    assert "不再走这条" in client.post(f"{AT}/resume", follow_redirects=True).text
    assert client.get(f"/patrol/rounds/{uid('none')}").status_code == 404


@pytest.mark.parametrize(
    ("role", "sees", "plans"),
    [("worker", 200, 403), ("volunteer", 200, 403), ("office", 200, 403), ("property", 403, 403)],
)
def test_others_see_rounds_and_change_none(
    client: SignedClient, client_of: ClientOf, street: Street, role: str, sees: int, plans: int
) -> None:
    client.post("/patrol/rounds", data=FORM)
    other = client_of(role)
    for address in ("/patrol/rounds", AT, f"{AT}/print"):
        assert other.get(address).status_code == sees
    assert other.post("/patrol/rounds", data=FORM | {"id": uid("other")}).status_code == plans
    assert other.post(f"{AT}/end").status_code == plans
    assert other.post(f"{AT}/walked", data={"id": uid("walk")}).status_code == plans
    if sees == 200:
        told = other.get(AT).text
        assert "不再走这条" not in told and "新路线" not in other.get("/patrol/rounds").text


def test_it_is_said_on_which_days_a_round_was_walked_and_taken_back(client: SignedClient, street: Street) -> None:
    client.post("/patrol/rounds", data=FORM)
    told = client.post(f"{AT}/walked", data={"id": uid("walk"), "day": "2026-11-22"}, follow_redirects=True).text
    assert "记下了" in told and "11月22日" in told
    wrong = client.post(f"{AT}/walked", data={"id": uid("other"), "day": "2026-11-30"})
    assert wrong.status_code == 422 and "只能记今天和前14天" in wrong.text
    gone = client.post(f"{AT}/walked/{uid('walk')}/remove", follow_redirects=True).text
    assert "撤回了" in gone and "11月22日" not in gone
    assert client.post(f"{AT}/walked/{uid('walk')}/remove").status_code == 404


def test_a_shift_is_planned_along_a_round(client: SignedClient, workspace: Workspace, street: Street) -> None:
    client.post("/patrol/rounds", data=FORM)
    start = client.get("/patrol").text
    assert "橙子公寓一圈" in start and 'href="/patrol/coverage"' in start
    asked = {"shift": "morning", "date": "2026-11-24", "minutes": "120", "workers": "小陈", "rounds": uid("round")}
    made = client.post("/patrol", data=asked)
    assert made.status_code == 303, made.text
    plan = client.get(f"/api/v1/plans/{made.location.rpartition('/')[2]}").get_json()
    segments = between(workspace, Pick("岚皋西路", "odd", 1, 59))
    refs = [s["ref"] for route in plan["routes"] for s in route["stops"] if s["stretch"]]
    assert plan["rounds"] == [uid("round")]
    assert set(refs) == {f"cell:{name}" for name in segments}
    assert len(refs) == len(segments)
