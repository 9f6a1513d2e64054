"""What a patrol could be for: calls, promises, issues, return visits and hot cells, one stop per door."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from mapsvc.operations import demand
from mapsvc.operations.hotspot_cells import CellShape
from mapsvc.operations.hotspots import HotCell
from tests.maps.streets import CORNER, NOW, add, add_issue, add_place, add_shop, add_visit, add_worker

if TYPE_CHECKING:
    from mapsvc.domain.patrol import Candidate
    from mapsvc.operations.workspace import Workspace

DUE_AFTER_DAYS = 30


def wanted(ws: Workspace, hot=None, must=()) -> dict[str, Candidate]:
    """Candidates now, by ref; stretches of street are walked for being walked alone, see the tests of coverage."""
    with ws.read() as conn:
        found = demand.candidates(conn, NOW, DUE_AFTER_DAYS, hot, ws.gazetteer, must)
    return {c.ref: c for c in found if [r.code for r in c.reasons] != ["coverage"]}


def said(candidate: Candidate) -> list[str]:
    return [reason.text for reason in candidate.reasons]


def add_promise(ws: Workspace, n: int, shop_id: str, text: str, **more) -> None:
    values = {"promised_at": NOW - timedelta(days=5), "tenancy_id": None} | more
    add(ws, "promise", id=f"promise-{n}", shop_id=shop_id, text=text, **values)


def test_a_door_is_due_when_nobody_was_met_there_for_the_interval(workspace: Workspace) -> None:
    for n, days in ((1, 29), (2, 30), (3, 41)):
        add_visit(workspace, n, add_shop(workspace, n), NOW - timedelta(days=days))
    add_shop(workspace, 4)
    found = wanted(workspace)
    assert set(found) == {"shop:LT0002", "shop:LT0003", "shop:LT0004"}
    assert said(found["shop:LT0003"]) == ["41天没走到"]
    assert said(found["shop:LT0004"]) == ["还没走到过"]
    assert found["shop:LT0003"].points > found["shop:LT0002"].points


def test_doors_of_an_open_storm_are_looked_at_until_somebody_was_there(workspace: Workspace) -> None:
    shops = [add_shop(workspace, n) for n in (1, 2)]
    add_visit(workspace, 1, shops[0], NOW - timedelta(days=1))
    add(workspace, "storm", id="storm", kind="rain", is_coming=False, from_at=NOW - timedelta(hours=9), made_at=NOW)
    for n, shop in enumerate(shops):
        why = {"text": "漏过1次", "short": "漏过1次"}
        add(workspace, "storm_door", id=f"door {n}", storm_id="storm", shop_id=shop, rank=n, points=2.0, why=why)
    add_visit(workspace, 2, shops[1], NOW - timedelta(hours=1))
    found = wanted(workspace)
    assert set(found) == {"shop:LT0001"}
    assert said(found["shop:LT0001"]) == ["雨后看一眼：漏过1次"]


@pytest.mark.parametrize("state", ["vacant", "closed"])
def test_nobody_calls_where_no_shop_is(workspace: Workspace, state: str) -> None:
    add_shop(workspace, 1, state=state)
    assert wanted(workspace) == {}


def test_reasons_of_one_door_are_one_stop_the_weightiest_first(workspace: Workspace) -> None:
    shop = add_shop(workspace, 1)
    add_promise(workspace, 1, shop, "周五前装好雨棚", due_at=NOW - timedelta(days=2))
    add_issue(workspace, 1, kind="L0001", shop_id=shop)
    (candidate,) = wanted(workspace).values()
    assert said(candidate) == ["答应的事过了2天：周五前装好雨棚", "还没走到过", "渗漏水 未结1天"]
    assert candidate.label == "岚皋西路3号 第1家店"
    assert candidate.service_min == 12


def test_a_promise_to_an_earlier_tenant_binds_nobody(workspace: Workspace) -> None:
    shop = add_shop(workspace, 1, state="vacant")
    add(workspace, "tenancy", id="ten-old", shop_id=shop, sign_name="上一家", ended_on=NOW.date())
    add_promise(workspace, 1, shop, "换招牌", tenancy_id="ten-old")
    assert wanted(workspace) == {}


def test_no_number_of_anybody_gets_onto_a_sheet(workspace: Workspace) -> None:
    add_promise(workspace, 1, add_shop(workspace, 1), "打13812345678找徐女士", due_at=NOW)
    (candidate,) = wanted(workspace).values()
    assert "12345678" not in str(candidate)
    assert "138****5678" in said(candidate)[0]


def test_return_visits_wait_for_closed_cases_and_settled_ones_for_nobody(workspace: Workspace) -> None:
    due = {"closed_at": NOW - timedelta(days=15), "return_visit_due_at": NOW - timedelta(days=1)}
    add_issue(workspace, 1, state="closed", **due)
    add_issue(workspace, 2, state="closed", lon=CORNER[0] + 0.01, **due, return_visited_at=NOW)
    add_issue(workspace, 3, state="suspended", lon=CORNER[0] + 0.01)
    (candidate,) = wanted(workspace).values()
    assert said(candidate) == ["暴露垃圾 结案后待回访"]


def test_a_place_at_the_door_of_a_shop_is_one_stop_with_it(workspace: Workspace) -> None:
    add_shop(workspace, 1, lon=CORNER[0], lat=CORNER[1])
    add_place(workspace, 1)
    add_issue(workspace, 1)
    with workspace.write() as conn:
        from mapsvc.store.tables import issue

        conn.execute(issue.update().values(place_id="place-1", location_id="loc-place-1"))
    (candidate,) = wanted(workspace).values()
    assert candidate.ref == "shop:LT0001"
    assert candidate.label.endswith("第1家店 · 橙子公寓门口")
    assert "place:PD0001" in candidate.also


def test_a_spot_on_the_map_belongs_to_who_looks_after_the_nearest_door(workspace: Workspace) -> None:
    add_shop(workspace, 1, worker=add_worker(workspace, "小陈"))
    add_shop(workspace, 30, worker=add_worker(workspace, "小周"))
    add_issue(workspace, 1, lon=CORNER[0] - 0.0028, lat=CORNER[1] - 0.0003)
    assert wanted(workspace)["location:loc-issue-1"].worker == "小周"


def test_what_is_asked_for_is_a_stop_even_if_nothing_is_due(workspace: Workspace) -> None:
    add_visit(workspace, 1, add_shop(workspace, 1), NOW)
    add_place(workspace, 1)
    found = wanted(workspace, must=("LT0001", "place:PD0001", "nobody"))
    assert {ref: said(c) for ref, c in found.items()} == {"shop:LT0001": ["指定要去"], "place:PD0001": ["指定要去"]}


def test_a_hot_cell_is_said_at_the_troubled_door_in_it_never_at_another(workspace: Workspace) -> None:
    from mapsvc.domain.hotspots import Hotspot, Verdict
    from mapsvc.operations.hotspots import HotspotMap, HotspotQuery

    add_shop(workspace, 1)
    ring = tuple((CORNER[0] - dx, CORNER[1] + dy) for dx, dy in ((0, -1e-4), (2e-4, -1e-4), (2e-4, 1e-4), (0, 1e-4)))
    text = "近8周12件，平时约3件，明显偏多"
    spot = Hotspot("c1", CORNER[0] - 1e-4, CORNER[1], 12, 9, 9, 3.0, Verdict.MUCH, 4.0, 0, 0, 0, 99, True, "", 1, text)
    shape = CellShape("c1", spot.lon, spot.lat, "岚皋西路1–5号", "单号侧", 25.0, "岚皋西路", 1, ring)
    cell = HotCell(spot, shape, ())
    hot = HotspotMap(HotspotQuery(NOW.date()), 56, "m", 30, 1, True, 5.0, "", (cell,))
    found = wanted(workspace, hot)
    assert said(found["cell:c1"]) == [text]
    assert said(found["shop:LT0001"]) == ["还没走到过"]
    add_issue(workspace, 1, shop_id="shop-1")
    found = wanted(workspace, hot)
    assert text in said(found["shop:LT0001"])
    assert "cell:c1" not in found
