"""The numbers of the panel: each with what it is compared with, the weeks with what is usual."""

from datetime import timedelta
from typing import Any

import pytest

from mapsvc.operations.overview import month_before, usual_per_week, week_before
from mapsvc.operations.workspace import Workspace
from tests.maps.streets import CORNER, NOW, add_issue, add_shop, add_visit
from tests.support.client import SignedClient


def summary(client: SignedClient, **args: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/v1/summary", query_string=args).json
    return found


def test_open_is_compared_with_the_same_day_of_last_week(client: SignedClient, workspace: Workspace) -> None:
    add_issue(workspace, 1, at=NOW - timedelta(days=1))
    add_issue(workspace, 2, at=NOW - timedelta(days=10))
    add_issue(workspace, 3, at=NOW - timedelta(days=10), state="closed", closed_at=NOW - timedelta(days=2))
    add_issue(workspace, 4, at=NOW - timedelta(days=10), state="closed", closed_at=NOW - timedelta(days=8))
    add_issue(workspace, 5, at=NOW - timedelta(days=9), state="closed", closed_at=NOW - timedelta(days=1))
    assert summary(client)["open"] == {"value": 2, "before": 3, "before_label": "上周一"}


def test_overdue_counts_what_is_past_its_time_and_still_open(client: SignedClient, workspace: Workspace) -> None:
    long_ago = NOW - timedelta(days=20)
    add_issue(workspace, 1, at=long_ago, due_at=NOW - timedelta(days=1))
    add_issue(workspace, 2, at=long_ago, due_at=NOW + timedelta(days=1))
    add_issue(workspace, 3, at=long_ago, due_at=NOW - timedelta(days=9), state="closed", closed_at=NOW)
    assert summary(client)["overdue"] == {"value": 1, "before": 1, "before_label": "上周一"}


def test_each_shop_called_on_this_month_counts_once(client: SignedClient, workspace: Workspace) -> None:
    shops = [add_shop(workspace, n) for n in range(4)]
    add_shop(workspace, 9, state="vacant")
    add_visit(workspace, 1, shops[0], NOW - timedelta(days=1))
    add_visit(workspace, 2, shops[0], NOW - timedelta(days=2))
    add_visit(workspace, 3, shops[1], NOW - timedelta(days=32))
    add_visit(workspace, 4, shops[2], NOW - timedelta(days=29))
    visited = summary(client)["visited"]
    assert visited == {"value": 1, "total": 4, "before": 1, "before_label": "上月同日"}


def test_a_box_narrows_the_numbers(client: SignedClient, workspace: Workspace) -> None:
    add_issue(workspace, 1)
    add_issue(workspace, 2, lon=CORNER[0] + 0.01)
    add_shop(workspace, 1)
    box = f"{CORNER[0] - 0.001},{CORNER[1] - 0.001},{CORNER[0] + 0.001},{CORNER[1] + 0.001}"
    assert summary(client, bbox=box)["open"]["value"] == 1
    assert summary(client, bbox=box)["visited"]["total"] == 1
    assert client.get("/api/v1/summary?bbox=1").status_code == 400


def test_kinds_come_with_their_mark_and_the_number_open(client: SignedClient, workspace: Workspace) -> None:
    add_issue(workspace, 1, kind="06010")
    add_issue(workspace, 2, kind="06010", state="closed", closed_at=NOW)
    items = {kind["code"]: kind for kind in client.get("/api/v1/kinds").json["items"]}
    assert items["06010"] == {
        "code": "06010",
        "name": "暴露垃圾",
        "short_name": "暴露垃圾",
        "family": "市容环境",
        "shape": "square",
        "color": "#d55e00",
        "color_dark": "#f27a2e",
        "edge": None,
        "open": 1,
    }
    assert len(items) == 24


def test_weeks_count_what_is_new_from_monday_to_sunday(client: SignedClient, workspace: Workspace) -> None:
    add_issue(workspace, 1, at=NOW)
    add_issue(workspace, 2, at=NOW - timedelta(hours=10))
    add_issue(workspace, 3, at=NOW - timedelta(hours=9), kind="L0001")
    answer = client.get("/api/v1/issues/weeks").json
    assert len(answer["weeks"]) == 26
    assert answer["weeks"][-2:] == [{"start": "2026-11-16", "count": 1}, {"start": "2026-11-23", "count": 2}]
    assert answer["expected"] is None
    assert sum(w["count"] for w in client.get("/api/v1/issues/weeks?kind=L0001").json["weeks"]) == 1


def test_weeks_follow_the_span_asked_for(client: SignedClient, workspace: Workspace) -> None:
    answer = client.get("/api/v1/issues/weeks?since=2026-09-30&until=2026-10-12").json
    assert [week["start"] for week in answer["weeks"]] == ["2026-09-28", "2026-10-05", "2026-10-12"]


def test_the_usual_is_the_median_of_the_weeks_before(client: SignedClient, workspace: Workspace) -> None:
    number = 0
    for week in range(8, 20):
        for _ in range(3 if week != 12 else 30):
            number += 1
            add_issue(workspace, number, at=NOW - timedelta(weeks=week))
    assert client.get("/api/v1/issues/weeks").json["expected"] == 3


@pytest.mark.parametrize(
    ("earlier", "usual"),
    [([], None), ([5] * 7, None), ([0] * 40 + [5] * 7, None), ([0] * 40 + [5] * 8, 5), ([2, 0, 2, 0, 2, 0, 2, 0], 1)],
)
def test_too_few_weeks_say_nothing_of_the_usual(earlier: list[int], usual: int | None) -> None:
    assert usual_per_week(earlier) == usual


def test_a_month_that_was_shorter_is_compared_up_to_its_end() -> None:
    since, until = month_before(NOW.replace(month=3, day=31))
    assert (since.isoformat(), until.isoformat()) == ("2026-01-31T16:00:00+00:00", "2026-02-28T01:00:00+00:00")


def test_last_week_has_the_name_of_the_day() -> None:
    assert week_before(NOW + timedelta(days=6)) == (NOW - timedelta(days=1), "上周日")
