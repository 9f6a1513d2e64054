"""/api/v1/plans and the pages and files of a plan: what is asked, what is answered, what is refused and where."""

from __future__ import annotations

import csv
import io
from xml.etree import ElementTree as Xml

import pytest

from mapsvc.operations.workspace import Workspace
from tests.maps.streets import CORNER, add_issue, add_shop, add_worker
from tests.support.client import ClientOf, SignedClient

ASKED = {"date": "2026-11-23", "shift": "evening", "workers": ["小陈"], "minutes": 90}
FORM = {"date": "2026-11-23", "shift": "evening", "workers": ["小陈", "小周"], "minutes": "120"}


@pytest.fixture
def office(workspace: Workspace, quick_plans: None) -> Workspace:
    """Eight doors nobody was at, two people, one issue."""
    chen, zhou = add_worker(workspace, "小陈"), add_worker(workspace, "小周")
    for n in range(8):
        add_shop(workspace, n, worker=chen if n < 4 else zhou)
    add_issue(workspace, 1, shop_id="shop-2")
    return workspace


@pytest.fixture
def plan(office: Workspace, client: SignedClient) -> dict:
    """A plan just made."""
    answer = client.post("/api/v1/plans", json=ASKED)
    assert answer.status_code == 201, answer.json
    return answer.json


def test_a_plan_has_the_names_of_the_contract(plan: dict) -> None:
    assert {"id", "routes", "skipped", "totals", "seed", "version", "input_hash"} <= plan.keys()
    stop = plan["routes"][0]["stops"][0]
    assert {"order", "about", "lon", "lat", "shop", "reasons", "walk_distance_m"} <= stop.keys()
    assert {"code", "points", "text"} <= stop["reasons"][0].keys()
    assert plan["routes"][0]["geometry"]["type"] == "LineString"


def test_the_same_question_makes_the_same_routes(client: SignedClient, plan: dict) -> None:
    again = client.post("/api/v1/plans", json=ASKED).json
    assert again["input_hash"] == plan["input_hash"]
    assert again["routes"] == plan["routes"]
    assert again["id"] != plan["id"]


def test_a_plan_is_read_planned_anew_compared_and_handed_out(client: SignedClient, plan: dict) -> None:
    url = f"/api/v1/plans/{plan['id']}"
    assert client.get(url).json["published_at"] is None
    assert client.post(f"{url}/replan").status_code == 201
    told = client.get(f"{url}/what-if?people=1&minutes=30").json
    assert told["minutes"] == 30 and told["text"]
    assert client.post(f"{url}/publish").json["published_at"] is not None
    layer = client.get("/api/v1/layers/patrol/features").json
    assert {f["geometry"]["type"] for f in layer["features"]} == {"LineString", "Point"}
    assert {f["properties"]["surname"] for f in layer["features"]} == {"陈"}


def test_bars_tell_the_stops_of_each_number_of_people(client: SignedClient, plan: dict) -> None:
    told = client.get(f"/api/v1/plans/{plan['id']}/bars").json["bars"]
    assert [bar["people"] for bar in told] == [1, 2]
    assert [bar["is_now"] for bar in told] == [True, False]
    assert {"stops", "share_pct", "text"} <= told[0].keys()


def test_a_stop_first_is_asked_for_by_its_ref(client: SignedClient, plan: dict) -> None:
    ref = plan["routes"][0]["stops"][-1]["ref"]
    told = client.get(f"/api/v1/plans/{plan['id']}/what-if?first={ref}").json
    assert told["people"] == 1 and str(told["text"]).startswith("先去")
    assert client.get(f"/api/v1/plans/{plan['id']}/what-if?first=shop:LT9999").status_code == 422


def test_a_plan_is_asked_for_with_shifts_of_ones_own_locks_and_what_stays_out(
    office: Workspace, client: SignedClient
) -> None:
    more = {
        "workers": ["小陈", "小周"],
        "specials": [{"worker": "小周", "minutes": 45, "start": {"lon": CORNER[0], "lat": CORNER[1]}}],
        "locks": [{"ref": "shop:LT0001", "worker": "小周"}],
        "leave_out": ["shop:LT0007"],
    }
    made = client.post("/api/v1/plans", json=ASKED | more).json
    zhou = made["routes"][1]
    assert zhou["minutes"] == 45
    assert "shop:LT0001" in [stop["ref"] for stop in zhou["stops"]]
    assert {s["ref"]: s["reason"] for s in made["skipped"]}["shop:LT0007"] == "left_out"
    wrong = client.post("/api/v1/plans", json=ASKED | {"specials": [{"worker": "小周", "minutes": 45}]})
    assert wrong.status_code == 422 and wrong.json["errors"][0]["field"] == "specials"


def test_a_week_is_planned_looked_at_and_taken_back(office: Workspace, client: SignedClient) -> None:
    asked = {"days": ["2026-11-24", "2026-11-25"], "shift": "evening", "workers": ["小陈", "小周"], "minutes": 60}
    made = client.post("/api/v1/plans/week", json=asked)
    assert made.status_code == 201, made.json
    assert [plan["date"] for plan in made.json["plans"]] == asked["days"]
    assert made.json["unreached"] == [] and made.json["text"].startswith("排好2天")
    ids = [plan["id"] for plan in made.json["plans"]]
    assert client.post("/api/v1/plans/week/undo", json={"ids": ids}).json == {"undone": 2}
    assert client.post("/api/v1/plans/week/undo", json={"ids": ids}).status_code == 404
    assert client.post("/api/v1/plans/week", json=asked | {"days": []}).status_code == 422
    assert client.post("/api/v1/plans/week", json=asked | {"days": ["heute"]}).status_code == 400


def test_the_rest_of_a_walk_is_told_to_the_walker_and_kept_nowhere(
    office: Workspace, client_of: ClientOf, client: SignedClient
) -> None:
    walker = client_of("worker", login="阿明")
    asked = {"date": "2026-11-23", "shift": "evening", "workers": ["阿明"], "minutes": 90}
    plan = client.post("/api/v1/plans", json=asked).json
    client.post(f"/api/v1/plans/{plan['id']}/publish")
    url = f"/api/v1/plans/{plan['id']}/replan"
    stops = [stop["ref"] for stop in plan["routes"][0]["stops"]]
    rest = {"worker": "阿明", "from": {"lon": CORNER[0], "lat": CORNER[1]}, "done": stops[:2], "minutes_left": 85}
    told = walker.post(url, json=rest)
    assert told.status_code == 200, told.json
    left = [stop["ref"] for stop in told.json["route"]["stops"]] + [one["ref"] for one in told.json["skipped"]]
    assert sorted(left) == sorted(stops[2:])
    assert client.post(url, json=rest).status_code == 403
    assert walker.post(url, json=rest | {"minutes_left": -1}).status_code == 400
    assert client.get(f"/api/v1/plans/{plan['id']}").json["routes"] == plan["routes"]


def test_the_page_of_a_week_plans_lists_and_takes_back(office: Workspace, client: SignedClient) -> None:
    form = {"first": "2026-11-23", "days": ["0", "1", "2"], "shift": "evening", "workers": ["小陈", "小周"]}
    token = {"csrf_token": client.signed.csrf}
    answer = client.post("/patrol/week", data=form | {"minutes": "60"} | token)
    assert answer.status_code == 303
    page = client.get(answer.location).get_data(as_text=True)
    assert "排好3天" in page and "撤回这一周的草稿" in page
    assert page.count('<td data-label="几站">') == 3
    ids = answer.location.partition("made=")[2]
    undone = client.post("/patrol/week/undo", data={"made": ids} | token)
    assert undone.status_code == 303
    assert "草稿撤回了" in client.get(undone.location).get_data(as_text=True)
    assert client.get(f"/patrol/{ids.split(',')[0]}").status_code == 404


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"days": []}, "请选1到7天"),
        ({"workers": []}, "请至少选一个人去走"),
        ({"minutes": "7"}, "每人走多久要在15到480之间"),
        ({"first": ""}, "从哪天起"),
    ],
)
def test_the_form_of_a_week_says_what_is_wrong(
    office: Workspace, client: SignedClient, change: dict, sentence: str
) -> None:
    form = {"first": "2026-11-23", "days": ["0"], "shift": "evening", "workers": ["小陈"], "minutes": "60"}
    answer = client.post("/patrol/week", data=form | change | {"csrf_token": client.signed.csrf})
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)


@pytest.mark.parametrize("start", [{"lon": CORNER[0], "lat": CORNER[1]}, list(CORNER), None])
def test_a_start_is_a_position_in_either_spelling(office: Workspace, client: SignedClient, start) -> None:
    made = client.post("/api/v1/plans", json=ASKED | {"start": start})
    assert made.status_code == 201
    assert made.json["start"] == pytest.approx(CORNER, abs=1e-4)


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"date": "2026-13-01"}, 400, "date"),
        ({"date": "2030-01-01"}, 422, "date"),
        ({"date": None}, 400, "date"),
        ({"shift": "night"}, 400, "shift"),
        ({"workers": "小陈"}, 400, "workers"),
        ({"workers": []}, 422, "workers"),
        ({"workers": ["小陈", "小陈"]}, 422, "workers"),
        ({"workers": ["谁"]}, 422, "workers"),
        ({"workers": ["小陈"] * 1000}, 400, "workers"),
        ({"minutes": 0}, 422, "minutes"),
        ({"minutes": -5}, 400, "minutes"),
        ({"minutes": 1e9}, 400, "minutes"),
        ({"minutes": "很久"}, 400, "minutes"),
        ({"must": ["LT9999"]}, 422, "must"),
        ({"must": ["LT0001"] * 51}, 400, "must"),
        ({"must": [7]}, 400, "must[0]"),
        ({"start": {"lon": 200, "lat": 31}}, 400, "start.lon"),
        ({"start": [1, 2, 3]}, 400, "start"),
        ({"start": [0, 0]}, 422, "start"),
        ({"seed": -1}, 400, "seed"),
        ({"surprise": 1}, 400, "surprise"),
    ],
)
def test_what_makes_no_plan_is_refused_beside_its_field(
    office: Workspace, client: SignedClient, change: dict, status: int, field: str
) -> None:
    answer = client.post("/api/v1/plans", json=ASKED | change)
    assert answer.status_code == status, answer.json
    assert field in [error["field"] for error in answer.json["errors"]]


@pytest.mark.parametrize("body", [b'{"start": [NaN, 31]}', b"[]", b"", b"{", b'{"minutes": Infinity}'])
def test_a_body_that_is_no_json_object_is_malformed(office: Workspace, client: SignedClient, body: bytes) -> None:
    answer = client.post("/api/v1/plans", data=body, content_type="application/json")
    assert answer.status_code == 400


def test_who_may_not_is_told_so(office: Workspace, client_of: ClientOf, plan: dict) -> None:
    for role in ("office", "committee", "volunteer"):
        client = client_of(role)
        assert client.post("/api/v1/plans", json=ASKED).status_code == 403
        assert client.get(f"/api/v1/plans/{plan['id']}").status_code == 200
        assert client.get(f"/patrol/{plan['id']}").status_code == 200
        assert client.post(f"/patrol/{plan['id']}/publish").status_code == 403
    assert client_of("property").get(f"/api/v1/plans/{plan['id']}").status_code == 403
    assert client_of(None).get(f"/api/v1/plans/{plan['id']}").status_code == 401


def test_an_unknown_plan_is_not_found_anywhere(client: SignedClient) -> None:
    for url in ("/api/v1/plans/x", "/patrol/x", "/patrol/x/print", "/patrol/x.gpx"):
        assert client.get(url).status_code == 404


@pytest.mark.parametrize(
    ("kind", "content_type"),
    [
        ("gpx", "application/gpx+xml"),
        ("kml", "application/vnd.google-earth.kml+xml"),
        ("geojson", "application/geo+json"),
        ("csv", "text/csv; charset=utf-8"),
    ],
)
def test_a_plan_leaves_as_a_file_with_its_own_name(
    client: SignedClient, plan: dict, kind: str, content_type: str
) -> None:
    answer = client.get(f"/patrol/{plan['id']}.{kind}")
    assert answer.content_type == content_type
    assert f"patrol_20261123_evening.{kind}" in answer.headers["Content-Disposition"]
    assert "filename*=UTF-8''%E5%B7%A1%E6%9F%A5_" in answer.headers["Content-Disposition"]
    assert "小陈" not in answer.get_data(as_text=True)
    stops = sum(len(route["stops"]) for route in plan["routes"])
    if kind == "csv":
        assert len(list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))) == stops + 1
    elif kind == "geojson":
        assert len(answer.get_json(force=True)["features"]) == stops + 1
    else:
        Xml.fromstring(answer.data)


def test_no_other_kind_of_file_is_served(client: SignedClient, plan: dict) -> None:
    assert client.get(f"/patrol/{plan['id']}.exe").status_code == 404


def test_the_form_plans_and_leads_to_the_plan(office: Workspace, client: SignedClient) -> None:
    answer = client.post("/patrol", data=FORM | {"csrf_token": client.signed.csrf})
    assert answer.status_code == 303
    page = client.get(answer.location).get_data(as_text=True)
    assert "晚班 18:00–20:00" in page and "岚皋西路" in page and "按轻重计" in page
    listed = client.get("/patrol").get_data(as_text=True)
    assert answer.location in listed and "草稿 第1版" in listed


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"workers": []}, "请至少选一个人去走"),
        ({"minutes": "0"}, "时长要在15到480分钟之间，写的是0分钟"),
        ({"minutes": "两小时"}, "时长要是整数分钟"),
        ({"date": ""}, "请选一个日期"),
        ({"shift": "night"}, "请选一个班次"),
        ({"must": ["LT9999"]}, "没有找到必到的地方 LT9999"),
    ],
)
def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(
    office: Workspace, client: SignedClient, change: dict, sentence: str
) -> None:
    answer = client.post("/patrol", data=FORM | change | {"csrf_token": client.signed.csrf})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    assert page.count('role="alert"') == 1
    assert f'value="{(FORM | change)["minutes"]}"' in page


def test_a_link_from_the_map_ticks_the_must(office: Workspace, client: SignedClient) -> None:
    page = client.get("/patrol?must=shop:LT0003").get_data(as_text=True)
    assert 'value="shop:LT0003" checked' in page
    assert "选了1处" in page


def test_todays_route_is_on_top_once_it_was_handed_out(client: SignedClient, plan: dict) -> None:
    assert "今天的路线" not in client.get("/patrol").get_data(as_text=True)
    client.post(f"/api/v1/plans/{plan['id']}/publish")
    assert "今天的路线" in client.get("/patrol").get_data(as_text=True)


def test_an_office_without_anybody_says_what_to_do(client: SignedClient) -> None:
    page = client.get("/patrol").get_data(as_text=True)
    assert "还没有排过巡查" in page


def test_typed_text_stays_text_on_page_sheet_and_files(office: Workspace, client: SignedClient) -> None:
    from mapsvc.store.tables import tenancy

    nasty = "<img src=x onerror=alert(1)>${alert(1)}</script>"
    with office.write() as conn:
        conn.execute(tenancy.update().where(tenancy.c.id == "ten-1").values(sign_name=nasty))
    made = client.post("/api/v1/plans", json=ASKED).json
    for url in ("", "/print"):
        page = client.get(f"/patrol/{made['id']}{url}").get_data(as_text=True)
        assert "<img src=x" not in page
        assert "&lt;img src=x" in page
    Xml.fromstring(client.get(f"/patrol/{made['id']}.kml").data)


def test_a_sheet_per_person_with_boxes_date_and_source(client: SignedClient, plan: dict) -> None:
    page = client.get(f"/patrol/{plan['id']}/print").get_data(as_text=True)
    assert page.count('class="paper ') == 1
    assert page.count('class="box"') == len(plan["routes"][0]["stops"])
    assert "11月23日 周一" in page and "OpenStreetMap" in page and "<svg" in page


def test_who_has_nothing_to_walk_is_told_kindly(office: Workspace, client: SignedClient) -> None:
    crowd = [f"人{n}" for n in range(10)]
    for name in crowd:
        add_worker(office, name)
    made = client.post("/api/v1/plans", json=ASKED | {"workers": ["小陈", "小周", *crowd]}).json
    assert sum(not route["stops"] for route in made["routes"]) >= 4
    assert "包联的门都走到了" in client.get(f"/patrol/{made['id']}").get_data(as_text=True)
