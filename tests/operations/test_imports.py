"""Import of a workbook: what is counted, what again changes nothing, what is refused."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from mapsvc.domain.actors import SYSTEM, Actor, Role
from mapsvc.errors import Forbidden, MapsvcError, NotFound
from mapsvc.operations.imports import (
    import_ledger,
    preview_import,
)
from mapsvc.operations.issues import Spot
from mapsvc.operations.shops import get_shop, list_shops
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, bulk, events, search
from tests.support.ledgers import OTHER, PLACE, TABLES, WHOLE, codes, correct, counts, imported, stored
from tests.support.workbook import ISSUE, SHOP, VISIT, write_workbook


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a test's workbook is written."""
    return tmp_path / "台账.xlsx"


def test_every_sheet_comes_in_and_again_changes_nothing(workspace: Workspace, file: Path) -> None:
    first = imported(workspace, file)
    assert {name: c.added for name, c in first.sheets.items()} == {name: len(rows) for name, rows in WHOLE.items()}
    before = stored(workspace)
    again = imported(workspace, file)
    assert {(c.added, c.updated, c.rejected, c.conflicts) for c in again.sheets.values()} == {(0, 0, 0, 0)}
    assert [c.unchanged for c in again.sheets.values()] == [len(rows) for rows in WHOLE.values()]
    after = stored(workspace)
    assert {t for t in TABLES if before[t] != after[t]} == {"import_batch", "audit"}


def test_the_report_is_the_contracts(workspace: Workspace, file: Path) -> None:
    told = imported(workspace, file, {"商铺底册": [SHOP, SHOP]}).as_json()
    assert told["sheets"] == {
        "商铺底册": {"read": 2, "added": 1, "updated": 0, "unchanged": 0, "rejected": 1, "conflicts": 0}
    }
    problem = next(p for p in told["problems"] if p["level"] == "error")  # type: ignore[attr-defined]
    assert set(problem) == {"sheet", "row", "column", "value", "level", "code", "message"}
    assert (problem["code"], problem["row"], problem["value"]) == ("twice", 4, "LT0001")


def test_an_import_writes_history_search_and_one_audit_row(workspace: Workspace, file: Path) -> None:
    imported(workspace, file)
    with workspace.read() as conn:
        shop_id = bulk.ids_by(conn, "shop", "code", ["LT0001"])["LT0001"]
        told = events.page(conn, shop_id=shop_id)
        assert {e.type for e in told} == {"visit", "need", "enquiry"}
        assert [hit.code for hit in search.find(conn, "lanxizahuo")] == ["LT0001"]
        assert bulk.count(conn, "audit") == 1
        assert audit.verify(conn).is_whole


def test_a_dry_run_tells_the_same_and_leaves_nothing(workspace: Workspace, file: Path) -> None:
    write_workbook(file, WHOLE)
    before = stored(workspace)
    dry = import_ledger(workspace, SYSTEM, file, dry_run=True)
    assert stored(workspace) == before
    real = import_ledger(workspace, SYSTEM, file)
    assert dry.as_json()["sheets"] == real.as_json()["sheets"]


def test_dirty_rows_are_rejected_with_row_column_value_and_what_to_do(workspace: Workspace, file: Path) -> None:
    rows = [
        SHOP,
        SHOP | {"商铺编号": "LT9001", "地址(门牌)": "兰田路口"},
        SHOP | {"商铺编号": "LT9002", "地址(门牌)": "岚皋路77号", "经度": 0, "纬度": 0, "坐标系": "WGS-84"},
        SHOP | {"商铺编号": "LT9003", "店名(招牌)": None},
    ]
    visits = [
        VISIT,
        VISIT | {"商铺编号": "LT8888"},
        VISIT | {"走访时间": "2026年13月5日"},
        VISIT | {"走访时间": "2031-1-1"},
    ]
    issues = [
        ISSUE,
        ISSUE | {"编号": "WT2", "事发位置": "不详"},
        ISSUE | {"编号": "WT3", "事发位置": "市外", "经度": 116.4, "纬度": 39.9},
        ISSUE | {"编号": "WT4", "办结时间": datetime(2026, 10, 1, 9)},
        ISSUE | {"编号": "WT5", "类别": "飞碟"},
    ]
    report = imported(workspace, file, {"商铺底册": rows, "走访记录": visits, "问题台账": issues})
    assert counts(report) == (4, 2, 0, 0, 2, 0)
    assert counts(report, "走访记录") == (4, 1, 0, 0, 3, 0)
    assert counts(report, "问题台账") == (5, 1, 0, 0, 4, 0)
    assert {"coordinate_zero", "unknown_street", "missing", "unknown_shop", "bad_date", "ahead"} <= codes(report)
    assert {"closed_before_report", "unknown_kind"} <= codes(report)
    street = next(p for p in report.problems if p.code == "unknown_street")
    assert (street.row, street.column, street.value) == (4, "地址(门牌)", "兰田路口")
    assert "岚皋路" in street.message


def test_coordinates_are_taken_by_their_datum_and_put_right_when_swapped(workspace: Workspace, file: Path) -> None:
    rows = [
        SHOP | {"商铺编号": "A1", "经度": 121.4208, "纬度": 31.25015, "坐标系": "WGS-84"},
        SHOP | {"商铺编号": "A2", "经度": 121.425159, "纬度": 31.248239, "坐标系": "GCJ-02"},
        SHOP | {"商铺编号": "A3", "经度": 31.25015, "纬度": 121.4208},
    ]
    report = imported(workspace, file, {"商铺底册": rows})
    where = {s.code: s.location for s in list_shops(workspace, SYSTEM).items}
    assert codes(report) == {"swapped"}
    assert (where["A1"].lon, where["A3"].lat) == (121.4208, 31.25015)
    assert where["A2"].lon == pytest.approx(121.42051, abs=1e-5)
    assert {w.position_source for w in where.values()} == {"given"}


def test_a_datum_given_counts_for_rows_that_name_none(workspace: Workspace, file: Path) -> None:
    issue = ISSUE | {"事发位置": "空地", "经度": 121.425159, "纬度": 31.248239}
    imported(workspace, file, {"商铺底册": [SHOP], "问题台账": [issue]}, datum="gcj02")
    with workspace.read() as conn:
        [row] = bulk.issues_whole(conn, bulk.ids_by(conn, "issue", "number", ["WT00001"]).values())
    assert row.lon == pytest.approx(121.42051, abs=1e-5)


def test_another_offices_workbook_with_other_names_order_and_streets(workspace: Workspace, file: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    page = book.active
    page.title = "沿街商铺台账"
    for row in (
        ["曹杨街道沿街商铺台账"],
        ["填报单位:党群办", None, "2026年11月"],
        ["纬度", "经度", "门牌号", "包联人", "店铺名称", "负责人", "手机", "商户编号", "经营状态", "星级"],
        [31.2501, 121.4207, "枣阳路8号", "阿明", "好再来", "李女士", 13911112222, "cy-001", "营业中", 5],
        [None, None, "枣阳路10号", "阿明", "老地方", "张先生", "13911113333", "cy-002", "空关", 4],
        ["小计", 2],
    ):
        page.append(row)
    book.save(file)
    report = import_ledger(workspace, SYSTEM, file)
    assert counts(report) == (2, 1, 0, 0, 1, 0)
    shop = get_shop(workspace, SYSTEM, "CY-001").shop
    assert (shop.name, shop.worker.nickname if shop.worker else None, shop.location.lon) == ("好再来", "阿明", 121.4207)
    refused = next(p for p in report.problems if p.level == "error")
    assert "枣阳路" in refused.message and "经纬度" in refused.message


def test_an_app_change_survives_an_office_change_comes_through(workspace: Workspace, file: Path) -> None:
    imported(workspace, file)
    correct(workspace, note="后门在弄里")
    report = imported(workspace, file, {"商铺底册": [SHOP | {"业态": "餐饮"}, OTHER]})
    assert counts(report) == (2, 0, 1, 1, 0, 0)
    shop = get_shop(workspace, SYSTEM, "LT0001").shop
    assert shop.tenancy is not None
    assert (shop.note, shop.tenancy.trade) == ("后门在弄里", "餐饮")


def test_a_position_corrected_on_the_spot_survives(workspace: Workspace, file: Path) -> None:
    imported(workspace, file)
    correct(workspace, position=Spot(121.42061, 31.2502, 5.0))
    report = imported(workspace, file, {"商铺底册": [SHOP | {"地址(门牌)": "岚皋西路29号"}, OTHER]})
    assert counts(report) == (2, 0, 1, 1, 0, 0)
    where = get_shop(workspace, SYSTEM, "LT0001").shop.location
    assert (where.lon, where.position_source, where.house_number) == (121.42061, "corrected", 29)


def test_absent_rows_are_never_deleted(workspace: Workspace, file: Path) -> None:
    imported(workspace, file)
    imported(workspace, file, {"商铺底册": [OTHER]})
    assert get_shop(workspace, SYSTEM, "LT0001").shop.name == "岚西杂货"


def test_an_issue_follows_its_closing_in_the_ledger(workspace: Workspace, file: Path) -> None:
    imported(workspace, file)
    closed = {"问题台账": [ISSUE | {"办结时间": "2026-11-05 10:00", "商铺编号": "LT0001"}]}
    assert counts(imported(workspace, file, closed), "问题台账") == (1, 0, 1, 0, 0, 0)
    with workspace.read() as conn:
        [row] = bulk.issues_whole(conn, bulk.ids_by(conn, "issue", "number", ["WT00001"]).values())
        told = events.page(conn, case_ids=[row.case_id])
    assert (row.state, row.case_version, row.shop_code) == ("closed", 2, "LT0001")
    assert [e.type for e in told if e.type == "case_step"] == ["case_step"]


def test_an_issue_at_a_named_place_hangs_on_it(workspace: Workspace, file: Path) -> None:
    imported(workspace, file, {"点位": [PLACE], "问题台账": [ISSUE | {"事发位置": "橙子公寓旁空地"}]})
    with workspace.read() as conn:
        [row] = bulk.issues_whole(conn, bulk.ids_by(conn, "issue", "number", ["WT00001"]).values())
        place = bulk.ids_by(conn, "place", "code", ["PD0001"])["PD0001"]
    assert (row.place_id, row.lon, row.position_source) == (place, 121.419941, "address")


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_a_refused_file_leaves_the_store_as_it_was(workspace: Workspace, file: Path, content: bytes) -> None:
    file.write_bytes(content)
    before = stored(workspace)
    for do in (lambda: import_ledger(workspace, SYSTEM, file), lambda: preview_import(workspace, SYSTEM, file, "a")):
        with pytest.raises(MapsvcError):
            do()
    assert stored(workspace) == before
    assert not list((workspace.folder / "uploads").glob("*"))


def test_an_import_stopped_midway_leaves_nothing(workspace: Workspace, file: Path) -> None:
    def stop(done: int, total: int, sheet: str) -> None:
        if sheet == "问题台账":
            raise KeyboardInterrupt

    before = stored(workspace)
    with pytest.raises(KeyboardInterrupt):
        imported(workspace, file, progress=stop)
    assert stored(workspace) == before


def test_only_those_who_may_import(workspace: Workspace, file: Path) -> None:
    write_workbook(file, WHOLE)
    with pytest.raises(Forbidden):
        import_ledger(workspace, Actor("x", "小陈", Role.WORKER), file)
    with pytest.raises(NotFound):
        import_ledger(workspace, SYSTEM, file.with_name("没有.xlsx"))
