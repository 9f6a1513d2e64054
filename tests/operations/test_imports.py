"""Import of a workbook: what is counted, what again changes nothing, whose change wins, what can be taken back."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from mapsvc.domain.actors import SYSTEM, Actor, Role
from mapsvc.domain.ledger import ImportReport
from mapsvc.errors import Conflict, Forbidden, MapsvcError, NotFound
from mapsvc.operations.import_batches import batch_changes, get_batch, list_conflicts
from mapsvc.operations.imports import (
    choose_conflict,
    confirm_import,
    import_ledger,
    preview_import,
    undo_last_import,
)
from mapsvc.operations.issues import Spot
from mapsvc.operations.shop_changes import ShopChanges, correct_shop
from mapsvc.operations.shops import get_shop, list_shops
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, bulk, events, search
from tests.support.workbook import ISSUE, SHOP, VISIT, write_workbook

OTHER = SHOP | {
    "商铺编号": "LT0002",
    "店名(招牌)": "王记建材",
    "地址(门牌)": "岚皋路１２１号",
    "联系电话": "138 0000 0000",
}
COUNCIL = {"时间": "2026.11.03 14:00", "问题编号": "WT00001", "症结": "管道老化", "方案": "物业维修"}
ENQUIRY = {"咨询时间": "2026/11/2 12:00", "商铺编号": "LT0001", "问题": "怎么办执照?", "政策主题": "营业执照变更"}
PLACE = {"点位编号": "PD0001", "名称": "橙子公寓旁空地", "经度": 121.419941, "纬度": 31.251599}
ENTRY = {"路名": "岚皋路", "起号": 1, "止号": 100, "单双号": "单", "物业公司": "申城物业"}
WHOLE: dict[str, Any] = {
    "商铺底册": [SHOP, OTHER],
    "走访记录": [VISIT | {"反映问题": "门口卸货没地方停"}],
    "问题台账": [ISSUE, ISSUE | {"编号": "WT00002", "办结时间": datetime(2026, 11, 1, 11, 20, 18, 514000)}],
    "咨询台账": [ENQUIRY],
    "议事记录": [COUNCIL],
    "点位": [PLACE],
    "责任主体": [ENTRY],
}
TABLES = ("shop", "location", "tenancy", "person", "assignment", "visit", "need", "issue", "case_file", "case_step",
          "enquiry", "council", "place", "register_entry", "event", "import_row", "import_batch", "import_change",
          "search_entry", "audit")  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a test's workbook is written."""
    return tmp_path / "台账.xlsx"


def imported(ws: Workspace, file: Path, sheets: dict[str, Any] = WHOLE, **how: Any) -> ImportReport:
    return import_ledger(ws, SYSTEM, write_workbook(file, sheets), **how)


def counts(report: ImportReport, sheet: str = "商铺底册") -> tuple[int, int, int, int, int, int]:
    c = report.sheets[sheet]
    return c.read, c.added, c.updated, c.unchanged, c.rejected, c.conflicts


def stored(ws: Workspace) -> dict[str, int]:
    with ws.read() as conn:
        return {table: bulk.count(conn, table) for table in TABLES}


def codes(report: ImportReport) -> set[str]:
    return {p.code for p in report.problems} - {"missing_sheet", "unknown_column"}


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


def correct(ws: Workspace, **changes: Any) -> None:
    version = get_shop(ws, SYSTEM, "LT0001").shop.version
    correct_shop(ws, SYSTEM, "LT0001", version, ShopChanges(**changes))


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


@pytest.mark.parametrize(("choice", "trade"), [("file", "餐饮"), ("app", "修理")])
def test_both_changed_is_a_conflict_until_someone_chooses(
    workspace: Workspace, file: Path, choice: str, trade: str
) -> None:
    imported(workspace, file)
    correct(workspace, trade="修理")
    changed = {"商铺底册": [SHOP | {"业态": "餐饮"}, OTHER]}
    assert counts(imported(workspace, file, changed)) == (2, 0, 0, 1, 0, 1)
    assert get_shop(workspace, SYSTEM, "LT0001").shop.tenancy.trade == "修理"  # type: ignore[union-attr]
    assert counts(imported(workspace, file, changed)) == (2, 0, 0, 1, 0, 1)
    [conflict] = list_conflicts(workspace, SYSTEM)
    assert (conflict.title, conflict.base, conflict.file, conflict.app) == ("业态", "零售", "餐饮", "修理")
    choose_conflict(workspace, SYSTEM, conflict.id, choice)
    assert get_shop(workspace, SYSTEM, "LT0001").shop.tenancy.trade == trade  # type: ignore[union-attr]
    assert counts(imported(workspace, file, changed)) == (2, 0, 0, 2, 0, 0)
    with pytest.raises(Conflict):
        choose_conflict(workspace, SYSTEM, conflict.id, choice)


def test_both_made_the_same_change_is_no_conflict(workspace: Workspace, file: Path) -> None:
    imported(workspace, file)
    correct(workspace, trade="餐饮")
    assert counts(imported(workspace, file, {"商铺底册": [SHOP | {"业态": "餐饮"}, OTHER]})) == (2, 0, 0, 2, 0, 0)


def test_absent_rows_are_never_deleted(workspace: Workspace, file: Path) -> None:
    imported(workspace, file)
    imported(workspace, file, {"商铺底册": [OTHER]})
    assert get_shop(workspace, SYSTEM, "LT0001").shop.name == "岚西杂货"


NEW_TENANT = SHOP | {"店名(招牌)": "新叶咖啡", "经营者": "周女士", "联系电话": "13900002222"}


def test_one_of_sign_and_merchant_new_is_a_correction(workspace: Workspace, file: Path) -> None:
    imported(workspace, file)
    report = imported(workspace, file, {"商铺底册": [SHOP | {"店名(招牌)": "新叶咖啡"}, OTHER]})
    assert counts(report) == (2, 0, 1, 1, 0, 0)
    with workspace.read() as conn:
        assert bulk.count(conn, "tenancy") == 2


@pytest.mark.parametrize(
    ("choice", "name", "tenancies"), [("file", "新叶咖啡", 3), ("fix", "新叶咖啡", 2), ("app", "岚西杂货", 2)]
)
def test_both_new_asks_whether_the_shop_changed_hands(
    workspace: Workspace, file: Path, choice: str, name: str, tenancies: int
) -> None:
    imported(workspace, file)
    changed = {"商铺底册": [NEW_TENANT | {"备注": "已换"}, OTHER]}
    assert counts(imported(workspace, file, changed)) == (2, 0, 0, 1, 0, 1)
    shop = get_shop(workspace, SYSTEM, "LT0001").shop
    assert (shop.name, shop.note) == ("岚西杂货", "已换")
    [conflict] = list_conflicts(workspace, SYSTEM)
    assert (conflict.field, conflict.title) == ("tenancy", "换店?")
    choose_conflict(workspace, SYSTEM, conflict.id, choice)
    assert get_shop(workspace, SYSTEM, "LT0001").shop.name == name
    with workspace.read() as conn:
        assert bulk.count(conn, "tenancy") == tenancies
        ended = [t.ended_on for t in bulk.rows_by_ids(conn, "tenancy", [shop.tenancy.id])]  # type: ignore[union-attr]
    assert ended == [date(2026, 11, 23) if choice == "file" else None]
    assert counts(imported(workspace, file, changed)) == (2, 0, 0, 2, 0, 0)


def test_a_preview_shows_what_would_change_and_choices_count_on_confirmation(workspace: Workspace, file: Path) -> None:
    imported(workspace, file)
    correct(workspace, trade="修理")
    write_workbook(file, {"商铺底册": [SHOP | {"业态": "餐饮", "备注": "新"}, NEW_TENANT | {"商铺编号": "LT0003"}]})
    before = stored(workspace)["shop"]
    preview = preview_import(workspace, SYSTEM, file, "十一月.xlsx")
    assert preview.batch is not None
    assert stored(workspace)["shop"] == before
    assert get_batch(workspace, SYSTEM, preview.batch).state == "previewed"
    rows = {(row.key, row.change) for row in batch_changes(workspace, SYSTEM, preview.batch)}
    assert rows == {("LT0001", "update"), ("LT0003", "add")}
    [conflict] = list_conflicts(workspace, SYSTEM, preview.batch)
    choose_conflict(workspace, SYSTEM, conflict.id, "file")
    report = confirm_import(workspace, SYSTEM, preview.batch)
    assert counts(report) == (2, 1, 1, 0, 0, 0)
    assert get_shop(workspace, SYSTEM, "LT0001").shop.tenancy.trade == "餐饮"  # type: ignore[union-attr]
    assert not list((workspace.folder / "uploads").glob("*"))
    with pytest.raises(Conflict):
        confirm_import(workspace, SYSTEM, preview.batch)


def test_changes_and_conflicts_are_told_in_the_offices_words(workspace: Workspace, file: Path) -> None:
    imported(workspace, file, {"商铺底册": [SHOP]})
    correct(workspace, state="renovating")
    preview = preview_import(workspace, SYSTEM, write_workbook(file, {"商铺底册": [SHOP | {"状态": "空置"}]}), "a.xlsx")
    [conflict] = list_conflicts(workspace, SYSTEM, preview.batch)
    assert (conflict.base, conflict.file, conflict.app) == ("营业", "空置", "装修")
    sheets = {"走访记录": [VISIT], "商铺底册": [SHOP | {"状态": "空置"}]}
    preview = preview_import(workspace, SYSTEM, write_workbook(file, sheets), "a.xlsx")
    [row] = batch_changes(workspace, SYSTEM, preview.batch or "", sheet="走访记录")
    assert row.fields[:3] == (
        ("走访时间", None, "2026-11-02 10:00"),
        ("走访人", None, "小陈"),
        ("类型(定期/专项/回访)", None, "定期"),
    )


def test_undo_takes_a_first_import_back_whole(workspace: Workspace, file: Path) -> None:
    imported(workspace, file)
    report = undo_last_import(workspace, SYSTEM)
    assert (report.removed, report.kept_count) == (9, 0)
    left = {t: n for t, n in stored(workspace).items() if n}
    assert left == {"person": 1, "import_batch": 1, "import_change": 9, "audit": 2}
    with pytest.raises(NotFound):
        undo_last_import(workspace, SYSTEM)
    assert counts(imported(workspace, file)) == (2, 2, 0, 0, 0, 0)


def test_undo_restores_what_nobody_touched_and_lists_the_rest(workspace: Workspace, file: Path) -> None:
    imported(workspace, file)
    changed = [SHOP | {"业态": "餐饮", "备注": "甲"}, OTHER | {"业态": "汽修"}, SHOP | {"商铺编号": "LT0003"}]
    imported(workspace, file, {"商铺底册": changed})
    correct(workspace, note="乙")
    report = undo_last_import(workspace, SYSTEM)
    assert (report.removed, report.restored, [(k.key, k.reason) for k in report.kept]) == (
        1,
        2,
        [("LT0001", "导入后又改过:备注")],
    )
    shop = get_shop(workspace, SYSTEM, "LT0001").shop
    assert shop.tenancy is not None
    assert (shop.tenancy.trade, shop.note) == ("零售", "乙")
    assert {s.code for s in list_shops(workspace, SYSTEM).items} == {"LT0001", "LT0002"}


def test_undo_keeps_a_shop_on_which_something_hangs(workspace: Workspace, file: Path) -> None:
    imported(workspace, file, {"商铺底册": [SHOP]})
    imported(workspace, file, {"走访记录": [VISIT]})
    undo_last_import(workspace, SYSTEM)
    assert stored(workspace)["visit"] == 0
    undo_last_import(workspace, SYSTEM)
    assert stored(workspace)["shop"] == 0


def test_undo_reopens_the_tenancy_that_a_choice_ended(workspace: Workspace, file: Path) -> None:
    imported(workspace, file, {"商铺底册": [SHOP]})
    imported(workspace, file, {"商铺底册": [NEW_TENANT | {"备注": "x"}]})
    [conflict] = list_conflicts(workspace, SYSTEM)
    choose_conflict(workspace, SYSTEM, conflict.id, "file")
    assert get_shop(workspace, SYSTEM, "LT0001").shop.name == "新叶咖啡"
    undo_last_import(workspace, SYSTEM)
    shop = get_shop(workspace, SYSTEM, "LT0001").shop
    assert (shop.name, shop.note) == ("岚西杂货", None)


def test_an_issue_follows_its_closing_in_the_ledger(workspace: Workspace, file: Path) -> None:
    imported(workspace, file)
    closed = {"问题台账": [ISSUE | {"办结时间": "2026-11-05 10:00", "商铺编号": "LT0001"}]}
    assert counts(imported(workspace, file, closed), "问题台账") == (1, 0, 1, 0, 0, 0)
    with workspace.read() as conn:
        [row] = bulk.issues_whole(conn, bulk.ids_by(conn, "issue", "number", ["WT00001"]).values())
        told = events.page(conn, case_id=row.case_id)
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
