"""Where there is more than usual, over a store: windows in words, cells of every kind, the reports behind a number."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from mapsvc.domain.actors import SYSTEM, Actor, Role
from mapsvc.domain.hotspots import Verdict
from mapsvc.errors import Forbidden, Malformed, NotFound, Refused
from mapsvc.operations import hotspots
from mapsvc.operations.hotspot_reports import hotspot_cell
from mapsvc.operations.hotspots import HotspotQuery
from tests.maps.streets import CORNER, NOW, add, add_issue, add_shop

if TYPE_CHECKING:
    from mapsvc.operations.workspace import Workspace

TODAY = date(2026, 11, 23)
WEST = {"lon": CORNER[0] - 0.0012, "lat": CORNER[1] - 0.0003}


@pytest.fixture
def busy(workspace: Workspace) -> Workspace:
    """Thirty doors with a report each in half a year, and one corner with fourteen in the last weeks."""
    for n in range(30):
        add_shop(workspace, n, lon=CORNER[0] - 0.00017 * n, lat=CORNER[1] - 0.00005 * n)
        at = NOW - timedelta(days=2 + 6 * n)
        add_issue(workspace, n, at=at, lon=CORNER[0] - 0.00017 * n, lat=CORNER[1] - 0.00005 * n, kind="L0004")
    for n in range(14):
        add_issue(workspace, 100 + n, at=NOW - timedelta(days=1 + 4 * n), kind="06010", **WEST)
    for n in range(12):
        at = NOW - timedelta(days=3 + 4 * n)
        add_issue(workspace, 200 + n, at=at, kind="L0003", lon=CORNER[0] - 0.0003 * n, lat=CORNER[1] - 0.0001 * n)
    return workspace


def test_the_busy_corner_stands_out_in_words(busy: Workspace) -> None:
    found = hotspots.hotspot_map(busy, SYSTEM, HotspotQuery(TODAY))
    first = found.cells[0]
    assert first.spot.verdict is Verdict.MUCH
    assert first.spot.text.startswith("近8周") and "平时" in first.spot.text and first.spot.text.endswith("明显偏多")
    assert first.shape.label in found.sentence
    assert found.days == 56


def test_a_number_is_the_reports_behind_it(busy: Workspace) -> None:
    query = HotspotQuery(TODAY)
    whole = hotspots.hotspot_map(busy, SYSTEM, query)
    detail = hotspot_cell(busy, SYSTEM, query, whole.cells[0].spot.cell)
    assert len(detail.issues) == detail.cell.spot.count
    assert sum(count for _, count in detail.sources) == detail.cell.spot.count
    assert detail.mostly.startswith(("8–", "7–", "9–", "6–", "暴露"))
    assert any("洗牌" in step for step in detail.steps)
    assert f"约{detail.cell.spot.expected:.1f}件，就是“平时”" in detail.steps[3]
    assert "（最短的、够30起的时间窗）" in detail.steps[0]


def test_what_happened_around_stands_beside_the_number(busy: Workspace) -> None:
    def happened(name: str, lon: float, days_ago: int, ended: int | None = None, kind: str = "renovation") -> None:
        add(busy, "location", id=f"loc-{name}", kind="point", lon=lon, lat=WEST["lat"])
        until = NOW - timedelta(days=ended) if ended is not None else None
        since = NOW - timedelta(days=days_ago)
        add(busy, "context_event", id=name, location_id=f"loc-{name}", kind=kind, text=name, radius_m=60.0,
            from_at=since, until_at=until)  # fmt: skip

    happened("撤桶", WEST["lon"], 72, kind="bins_removed")
    happened("装修", WEST["lon"], 50)
    happened("修路", WEST["lon"], 40, 10)
    happened("旧事", WEST["lon"], 400, 300)
    happened("远处", WEST["lon"] - 0.01, 40)
    query = HotspotQuery(TODAY)
    first = hotspots.hotspot_map(busy, SYSTEM, query).cells[0]
    assert hotspot_cell(busy, SYSTEM, query, first.spot.cell).context == (
        "9月撤桶",
        "10月起装修",
        "10月到11月修路",
    )


@pytest.mark.parametrize("cells", ["street:25", "street:50", "square:75", "hex:75"])
def test_every_report_near_the_streets_is_in_one_cell(busy: Workspace, cells: str) -> None:
    found = hotspots.hotspot_map(busy, SYSTEM, HotspotQuery(TODAY, days=364, cells=cells))
    ids = [issue for cell in found.cells for issue in cell.issue_ids]
    assert len(ids) == len(set(ids)) == sum(cell.spot.count for cell in found.cells)
    assert len(ids) >= 50
    assert len({cell.spot.cell for cell in found.cells}) == len(found.cells)


def test_patches_show_counts_and_rates_and_no_clusters(busy: Workspace) -> None:
    from mapsvc.operations.patches import seed_patches

    assert seed_patches(busy, SYSTEM)
    found = hotspots.hotspot_map(busy, SYSTEM, HotspotQuery(TODAY, cells="patches"))
    assert found.method.startswith("counts")
    assert "片区太少" in found.sentence
    assert sum(cell.spot.count for cell in found.cells) > 0
    for cell in found.cells:
        assert (cell.spot.p, cell.spot.z) == (1.0, 0.0)
        assert cell.spot.count == 0 or "每百户" in cell.spot.text or "件" in cell.spot.text
    detail = hotspot_cell(busy, SYSTEM, found.query, found.cells[0].spot.cell)
    assert not any("洗牌" in step for step in detail.steps)


def test_a_thin_window_is_widened_and_the_sentence_names_it(workspace: Workspace) -> None:
    for n in range(40):
        add_issue(workspace, n, at=NOW - timedelta(days=5 + 4 * n), lon=CORNER[0] - 0.0002 * (n % 15))
    found = hotspots.hotspot_map(workspace, SYSTEM, HotspotQuery(TODAY))
    assert found.days == 182
    assert found.sentence.startswith("近8周太少，放宽到近半年")


def test_too_few_reports_say_so_and_offer_a_year(workspace: Workspace) -> None:
    add_issue(workspace, 1)
    found = hotspots.hotspot_map(workspace, SYSTEM, HotspotQuery(TODAY, days=28))
    assert found.sentence == "近4周只有1起，说不准哪里比平时多，可以放宽到近一年。"
    assert {cell.spot.verdict for cell in found.cells} <= {Verdict.UNSURE, Verdict.USUAL}
    detail = hotspot_cell(workspace, SYSTEM, HotspotQuery(TODAY), found.cells[0].spot.cell)
    assert "（最长的时间窗，还不到30起）" in detail.steps[0]


def test_an_empty_office_has_an_empty_map(workspace: Workspace) -> None:
    for cells in ("street:25", "square:75", "hex:75", "patches"):
        found = hotspots.hotspot_map(workspace, SYSTEM, HotspotQuery(TODAY, cells=cells))
        assert (found.n, found.speaks) == (0, False)


def test_one_kind_counts_only_its_own(busy: Workspace) -> None:
    found = hotspots.hotspot_map(busy, SYSTEM, HotspotQuery(TODAY, kind="06010"))
    assert sum(cell.spot.count for cell in found.cells) <= 14
    assert hotspots.hotspot_map(busy, SYSTEM, HotspotQuery(TODAY, kind="暴露垃圾")) is found


def test_a_new_report_is_in_the_next_map(busy: Workspace) -> None:
    before = hotspots.hotspot_map(busy, SYSTEM, HotspotQuery(TODAY))
    assert hotspots.hotspot_map(busy, SYSTEM, HotspotQuery(TODAY)) is before
    add_issue(busy, 999, at=NOW - timedelta(hours=1), **WEST)
    after = hotspots.hotspot_map(busy, SYSTEM, HotspotQuery(TODAY))
    assert sum(c.spot.count for c in after.cells) == sum(c.spot.count for c in before.cells) + 1


def test_the_same_question_has_the_same_answer(busy: Workspace) -> None:
    first = hotspots.hotspot_map(busy, SYSTEM, HotspotQuery(TODAY, seed=1)).to_json()
    hotspots._maps.clear()
    assert hotspots.hotspot_map(busy, SYSTEM, HotspotQuery(TODAY, seed=1)).to_json() == first


def test_what_patrols_find_is_counted_and_said_but_makes_no_hot_spot(workspace: Workspace) -> None:
    kinds = ("06010", "06012", "06036", "L0004", "09005", "09006")
    for n in range(44):
        place = {"lon": CORNER[0] - 0.00017 * (n % 22), "lat": CORNER[1] - 0.00005 * (n % 22)}
        at = NOW - timedelta(days=1 + n)
        add_issue(workspace, n, at=at, source="resident", kind=kinds[n % 6], **place)
    for n in range(14):
        add_issue(workspace, 100 + n, at=NOW - timedelta(days=1 + 4 * n), source="patrol", kind="L0003", **WEST)
    found = hotspots.hotspot_map(workspace, SYSTEM, HotspotQuery(TODAY))
    corner = max(found.cells, key=lambda cell: cell.spot.patrol)
    assert found.voiced and found.to_json()["compared"] == "voiced"
    assert corner.spot.patrol == 14 and corner.spot.count >= 14
    assert "巡查14）" in corner.spot.text and corner.spot.text.endswith("，多是巡查看到的")
    assert not corner.spot.verdict.says_more
    steps = hotspot_cell(workspace, SYSTEM, found.query, corner.spot.cell).steps
    assert any("巡查看到的14件只写出来，不参加比" in step for step in steps)


def test_placeholders_are_set_aside_and_said(workspace: Workspace) -> None:
    kinds = ("06010", "06012", "06036", "L0003", "L0004", "09005")
    for n in range(36):
        at = NOW - timedelta(days=1 + n)
        add_issue(workspace, n, at=at, source="resident", kind=kinds[n % 6])
        place = {"lon": CORNER[0] - 0.00017 * (n % 22 + 1), "lat": CORNER[1] - 0.00005 * (n % 22 + 1)}
        add_issue(workspace, 100 + n, at=at, source="resident", kind=kinds[n % 6], **place)
    found = hotspots.hotspot_map(workspace, SYSTEM, HotspotQuery(TODAY))
    assert (found.placeholders, found.to_json()["placeholders"]) == (36, 36)
    assert sum(cell.spot.count for cell in found.cells) == 36
    steps = hotspot_cell(workspace, SYSTEM, found.query, found.cells[0].spot.cell).steps
    assert any("另有36件落在不是真实位置的坐标上" in step for step in steps)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"days": 6}, Refused),
        ({"days": 729}, Refused),
        ({"kind": "99999"}, Refused),
        ({"cells": "street"}, Malformed),
        ({"cells": "square:1"}, Malformed),
        ({"cells": "hex:99999"}, Malformed),
        ({"cells": "x" * 500}, Malformed),
    ],
)
def test_questions_without_sense_are_refused(workspace: Workspace, change, error: type[Exception]) -> None:
    with pytest.raises(error):
        hotspots.hotspot_map(workspace, SYSTEM, HotspotQuery(TODAY, **change))


def test_an_unknown_cell_is_not_found(busy: Workspace) -> None:
    with pytest.raises(NotFound):
        hotspot_cell(busy, SYSTEM, HotspotQuery(TODAY), "street:25:某路/odd/0")


def test_a_property_company_sees_no_hot_spots(workspace: Workspace) -> None:
    with pytest.raises(Forbidden):
        hotspots.hotspot_map(workspace, Actor(None, "物业", Role.PROPERTY), HotspotQuery(TODAY))
