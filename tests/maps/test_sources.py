"""What the point layers show: states, rings, filters, numbers, and whose names stay inside."""

from datetime import timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import text

from mapsvc.domain.actors import SYSTEM, Actor, Role
from mapsvc.maps.service import MapService
from mapsvc.operations.workspace import Workspace
from tests.maps.streets import CORNER, NOW, add_issue, add_shop, add_visit, add_worker
from tests.support.clock import FixedClock

BOX = "121.40,31.24,121.44,31.27"


@pytest.fixture
def service(workspace: Workspace) -> MapService:
    """The map of an empty office."""
    return MapService(workspace)


def ask(service: MapService, layer: str, **args: str) -> dict[str, Any]:
    """The answer of a layer."""
    found: dict[str, Any] = orjson.loads(
        service.features(SYSTEM, layer, {"bbox": [BOX]} | {k: [v] for k, v in args.items()}).make()
    )
    return found


def told(answer: dict[str, Any], name: str) -> list[Any]:
    """One property of all features, sorted."""
    return sorted(feature["properties"][name] for feature in answer["features"])


def test_a_shop_shows_its_sign_its_worker_and_whether_somebody_called_this_month(service: MapService) -> None:
    worker = add_worker(service.ws, "小陈")
    add_visit(service.ws, 1, add_shop(service.ws, 1, worker=worker))
    add_visit(service.ws, 2, add_shop(service.ws, 2), NOW - timedelta(days=40))
    first, second = sorted(ask(service, "shops")["features"], key=lambda f: f["properties"]["code"])
    assert first["properties"] == {
        "id": "LT0001",
        "code": "LT0001",
        "name": "第1家店",
        "address": "岚皋西路3号",
        "state": "open",
        "trade": "餐饮",
        "worker": "小陈",
        "visited": True,
    }
    assert second["properties"]["visited"] is False
    assert first["geometry"]["coordinates"] == [round(CORNER[0] - 0.0001, 6), CORNER[1]]


def test_a_shop_without_a_position_is_not_drawn_at_nought(service: MapService) -> None:
    add_shop(service.ws, 1, lon=None, lat=None)
    assert ask(service, "shops")["total"] == 0


def test_shops_are_filtered_by_the_worker_of_today(service: MapService) -> None:
    add_shop(service.ws, 1, worker=add_worker(service.ws, "小陈"))
    add_shop(service.ws, 2, worker=add_worker(service.ws, "阿珍"))
    assert told(ask(service, "shops", worker="阿珍"), "code") == ["LT0002"]
    assert told(ask(service, "shops", worker="没有这个人"), "code") == []


def test_the_map_shows_what_is_open_and_what_waits_for_its_return_visit(service: MapService) -> None:
    add_issue(service.ws, 1, state="reported")
    add_issue(service.ws, 2, state="handling")
    add_issue(service.ws, 3, state="handling", due_at=NOW - timedelta(minutes=5))
    add_issue(service.ws, 4, state="closed", closed_at=NOW, return_visit_due_at=NOW + timedelta(days=14))
    add_issue(service.ws, 5, state="closed", closed_at=NOW)
    add_issue(service.ws, 6, state="rejected", closed_at=NOW)
    answer = ask(service, "issues")
    rings = {f["properties"]["number"][-1]: f["properties"]["ring"] for f in answer["features"]}
    assert rings == {"1": "new", "2": "handling", "3": "overdue", "4": "follow_up"}
    assert told(ask(service, "issues", state="open"), "number") == [f"XJ20261122-00{n}" for n in (1, 2, 3)]
    assert told(ask(service, "issues", state="closed,rejected"), "number") == [f"XJ20261122-00{n}" for n in (4, 5, 6)]
    assert told(ask(service, "issues", state="overdue"), "number") == ["XJ20261122-003"]


def test_a_suspended_case_does_not_become_overdue(service: MapService) -> None:
    paused = NOW - timedelta(hours=2)
    add_issue(service.ws, 1, state="suspended", paused_at=paused, due_at=NOW - timedelta(hours=1))
    add_issue(service.ws, 2, state="suspended", paused_at=paused, due_at=NOW - timedelta(hours=3))
    assert told(ask(service, "issues", state="overdue"), "number") == ["XJ20261122-002"]


def test_issues_are_filtered_by_kind_source_worker_and_time(service: MapService) -> None:
    shop = add_shop(service.ws, 1, worker=add_worker(service.ws, "小陈"))
    add_issue(service.ws, 1, kind="06010", source="patrol", shop_id=shop)
    add_issue(service.ws, 2, kind="L0001", source="merchant", at=NOW - timedelta(days=30))
    add_issue(service.ws, 3, kind="L0003", source="merchant")
    assert told(ask(service, "issues", kind="06010,L0001"), "kind") == ["06010", "L0001"]
    assert told(ask(service, "issues", source="merchant"), "kind") == ["L0001", "L0003"]
    assert told(ask(service, "issues", worker="小陈"), "kind") == ["06010"]
    assert told(ask(service, "issues", since="2026-11-01"), "kind") == ["06010", "L0003"]
    assert told(ask(service, "issues", until="2026-10-24"), "kind") == ["L0001"]
    assert told(ask(service, "issues", until="2026-10-23"), "kind") == []


def test_what_is_at_no_shop_belongs_to_who_reported_it(service: MapService) -> None:
    add_issue(service.ws, 1, kind="06010")
    reporter = add_worker(service.ws, "小陈")
    with service.ws.write() as conn:
        conn.execute(text("UPDATE issue SET reporter_id = :r"), {"r": reporter})
    assert told(ask(service, "issues", worker="小陈"), "kind") == ["06010"]


def test_a_kind_the_program_does_not_know_is_shown_by_its_code(service: MapService) -> None:
    add_issue(service.ws, 1, kind="X1234")
    assert told(ask(service, "issues"), "kind_name") == ["X1234"]
    assert {k["code"]: k["open"] for k in orjson.loads(service.open_kinds(SYSTEM, {}).make())["items"]}["X1234"] == 1


def test_many_points_come_as_clusters_whose_counts_add_up(service: MapService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mapsvc.maps.sources.points.MOST_SINGLE", 3)
    for n in range(12):
        add_issue(service.ws, n, kind="06010" if n % 3 else "L0001", lon=CORNER[0] + 0.003 * (n % 4))
    answer = ask(service, "issues", zoom="15")
    clusters = [f["properties"] for f in answer["features"]]
    assert all(c["cluster"] is True and c["expand_zoom"] > 15 for c in clusters)
    assert sum(c["point_count"] for c in clusters) == answer["total"] == 12
    assert sum(c["kinds"].get("L0001", 0) for c in clusters) == 4


def test_a_tag_changes_with_the_data_with_a_passed_deadline_and_with_nothing_else(
    service: MapService, clock: FixedClock
) -> None:
    def tag(**args: str) -> str:
        return service.features(SYSTEM, "issues", {"bbox": [BOX]} | {k: [v] for k, v in args.items()}).etag

    add_issue(service.ws, 1, due_at=NOW + timedelta(minutes=10))
    first = tag()
    clock.advance(minutes=9)
    assert tag() == first
    clock.advance(minutes=2)
    late = tag()
    assert late != first
    add_issue(service.ws, 2)
    assert tag() not in {first, late}
    assert tag(kind="06010") != tag()


def test_a_passing_minute_chooses_no_point_anew_and_a_change_forgets_what_was_chosen(
    service: MapService, clock: FixedClock
) -> None:
    add_issue(service.ws, 1, due_at=NOW + timedelta(minutes=1))
    ask(service, "issues", kind="06010")
    kept = dict(service.snapshots._selections)
    clock.advance(minutes=5)
    assert told(ask(service, "issues", kind="06010"), "ring") == ["overdue"]
    assert dict(service.snapshots._selections) == kept
    ask(service, "issues", state="overdue")
    add_issue(service.ws, 2)
    ask(service, "issues")
    assert len(service.snapshots._selections) == 1


def test_the_shops_tag_changes_with_the_month(service: MapService, clock: FixedClock) -> None:
    add_visit(service.ws, 1, add_shop(service.ws, 1))
    assert told(ask(service, "shops"), "visited") == [True]
    clock.advance(days=10)
    assert told(ask(service, "shops"), "visited") == [False]


def test_no_feature_carries_a_persons_name_or_number(service: MapService) -> None:
    worker = add_worker(service.ws, "小陈")
    add_issue(service.ws, 1, shop_id=add_shop(service.ws, 1, worker=worker))
    for layer in service.catalog.layers:
        body = service.features(Actor(None, "看图的人", layer.roles[0]), layer.id, {}).make().decode()
        assert "小陈某" not in body
        assert not {"phone", "merchant", "reporter"} & set(layer.fields)


def test_the_layer_of_walked_streets_tells_how_long_ago_by_part_of_the_day(service: MapService) -> None:
    who = Actor(None, "书记", Role.SECRETARY)
    add_visit(service.ws, 1, add_shop(service.ws, 1), NOW - timedelta(days=9))

    def bands(**args: str) -> dict[str, int]:
        features = orjson.loads(service.features(who, "coverage", {k: [v] for k, v in args.items()}).make())["features"]
        found = [feature["properties"]["band"] for feature in features]
        return {band: found.count(band) for band in set(found)}

    whole = bands()
    assert whole["weeks"] == 1
    assert "recent" not in whole
    assert bands(part="morning") == whole
    assert set(bands(part="evening")) == {"long"}


def test_the_layer_of_walked_streets_is_for_those_who_may_see_it(service: MapService) -> None:
    for role in Role:
        may_see = any(layer.id == "coverage" for layer in service.catalog.for_actor(Actor(None, "谁", role)))
        assert may_see is (role in (Role.WORKER, Role.SECRETARY, Role.OFFICE))
