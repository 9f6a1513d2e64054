"""Everything about one stretch: the spots within it, what was tried there, what became of its cases."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, update

from mapsvc.domain.actors import SYSTEM, Actor, Role
from mapsvc.errors import Forbidden, NotFound
from mapsvc.operations.hotspot_exports import hotspots_geojson
from mapsvc.operations.hotspot_file import HotspotFile, hotspot_file
from mapsvc.operations.hotspot_screen import screen_slides
from mapsvc.operations.hotspot_watches import watch_cell
from mapsvc.operations.hotspots import HotspotQuery, hotspot_map
from mapsvc.operations.playbooks import FOLDER
from mapsvc.operations.watches import end_watch, of_cases
from mapsvc.operations.workspace import Workspace
from mapsvc.paths import shipped
from mapsvc.store.tables import effect_check, location, notice, playbook, playbook_run
from tests.maps.streets import CORNER, NOW, add_issues, add_place, add_shop

TODAY = date(2026, 11, 23)
WEST = {"lon": CORNER[0] - 0.0012, "lat": CORNER[1] - 0.0003}


@pytest.fixture
def tried(workspace: Workspace) -> Workspace:
    """A stretch with forty reports in eight weeks, all but one closed, and a spot where something was done."""
    add_shop(workspace, 0, **WEST)
    here = [
        {"n": n, "at": NOW - timedelta(days=1 + n), "state": "closed" if n else "handling", **WEST} for n in range(40)
    ]
    far = [
        {"n": n, "at": NOW - timedelta(days=n), "kind": "L0003", "lon": CORNER[0] - 0.0003 * n} for n in range(40, 60)
    ]
    add_issues(workspace, here + far)
    add_place(workspace, 1)
    add_place(workspace, 2, "远处")
    run = {"id": "run-1", "playbook_id": "pb-1", "place_id": "place-1", "started_at": NOW - timedelta(days=20)}
    body = tomllib.loads((shipped("layers") / FOLDER / "dumping_spot.toml").read_text(encoding="utf-8"))
    kept = {"id": "pb-1", "code": "dump", "version": 1, "name": "垃圾死角", "body": body, "made_at": NOW}
    up = {"from_day": TODAY - timedelta(days=9), "until_day": TODAY + timedelta(days=9), "made_at": NOW}
    seen = {"received_at": NOW, "result": "better"}
    with workspace.write() as conn:
        conn.execute(update(location).where(location.c.id == "loc-place-1").values(**WEST))
        conn.execute(insert(playbook).values(**kept))
        conn.execute(insert(playbook_run).values(**run))
        conn.execute(insert(notice).values(id="n-1", place_id="place-1", title="温馨提示", text="请勿堆放", **up))
        conn.execute(insert(effect_check).values(id="ec-1", at=NOW - timedelta(days=5), place_id="place-1", **seen))
        for n in (3, 4):
            conn.execute(insert(effect_check).values(id=f"ec-c{n}", at=NOW, case_id=f"case-{n}", **seen))
    return workspace


def file_of(ws: Workspace) -> HotspotFile:
    query = HotspotQuery(TODAY)
    first = max(hotspot_map(ws, SYSTEM, query).cells, key=lambda c: c.spot.count)
    return hotspot_file(ws, SYSTEM, query, first.spot.cell)


def test_only_the_spots_within_it_count(tried: Workspace) -> None:
    assert [place.code for place in file_of(tried).spots] == ["PD0001"]


def test_what_was_tried_is_told_latest_first(tried: Workspace) -> None:
    file = file_of(tried)
    assert [one.words for one in file.tried] == ["回访：好些", "贴提示“温馨提示”", "用样板“垃圾死角”"]
    assert [one.words for one in file.going_on] == ["用样板“垃圾死角”"]
    assert file.effect is not None and file.effect_of is not None
    assert file.effect.turn.words == "治理样板“垃圾死角”"


def test_what_became_of_its_cases_is_one_sentence(tried: Workspace) -> None:
    file = file_of(tried)
    assert file.ends == f"这{len(file.reports)}件里办结了{len(file.reports) - 1}件，回访过2件：好些2件。"
    assert [line.found.case.id for line in file.open] == ["case-0"]


def test_its_reports_are_those_of_its_number(tried: Workspace) -> None:
    file = file_of(tried)
    assert len(file.reports) == file.cell.spot.count == sum(count for _, count in file.kinds)


def test_a_watched_stretch_hears_of_new_reports_there(tried: Workspace) -> None:
    cell = file_of(tried).cell
    first = watch_cell(tried, SYSTEM, HotspotQuery(TODAY), cell.spot.cell)
    assert watch_cell(tried, SYSTEM, HotspotQuery(TODAY), cell.spot.cell).id == first.id
    watched = file_of(tried).watch
    assert watched is not None and watched.text == f"{cell.shape.label}开始关注后"
    add_issues(
        tried, [{"n": 900, "at": NOW + timedelta(minutes=1), **WEST}, {"n": 901, "at": NOW + timedelta(minutes=1)}]
    )
    with tried.read() as conn:
        assert [news.watch.id for news in of_cases(conn, ["case-900"])["case-900"]] == [first.id]
        assert "case-901" not in of_cases(conn, ["case-901"])
    end_watch(tried, SYSTEM, first.id)
    assert file_of(tried).watch is None


def test_who_may_not_write_down_what_happens_watches_nothing(tried: Workspace) -> None:
    with pytest.raises(Forbidden):
        watch_cell(tried, Actor("p", "志愿者", Role.VOLUNTEER), HotspotQuery(TODAY), file_of(tried).cell.spot.cell)


def test_a_cell_that_is_not_there_is_not_found(tried: Workspace) -> None:
    with pytest.raises(NotFound, match="路段"):
        hotspot_file(tried, SYSTEM, HotspotQuery(TODAY), "street:25:没有这条路/odd/0")


def test_a_wall_begins_with_all_and_goes_on_with_what_is_reported_most(tried: Workspace) -> None:
    slides = screen_slides(tried, SYSTEM, HotspotQuery(TODAY))
    assert [slide.name for slide in slides] == ["全部类别", "暴露垃圾", "油烟扰民"]
    assert all(len(slide.cells) <= 5 for slide in slides)
    assert [s.name for s in screen_slides(tried, SYSTEM, HotspotQuery(TODAY, "06010"))] == ["暴露垃圾"]


def test_nothing_on_fewer_than_three_doors_leaves_the_house(tried: Workspace) -> None:
    query = HotspotQuery(TODAY, cells="square:75")
    told = {f["properties"]["cell"] for f in hotspots_geojson(tried, SYSTEM, query)["features"]}
    cells = hotspot_map(tried, SYSTEM, query).cells
    assert told == {c.spot.cell for c in cells if c.shape.frontages >= 3} != {c.spot.cell for c in cells}


def test_files_are_for_those_who_may_export(tried: Workspace) -> None:
    with pytest.raises(Forbidden):
        hotspots_geojson(tried, Actor("p", "小陈", Role.WORKER), HotspotQuery(TODAY))
