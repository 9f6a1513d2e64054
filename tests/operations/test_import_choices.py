"""Whose change wins, who chooses in a conflict, what can be taken back."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.cards import Card
from mapsvc.domain.visits import Outcome, VisitKind
from mapsvc.errors import Conflict, NotFound
from mapsvc.operations import import_batches
from mapsvc.operations.import_batches import batch_changes, get_batch, list_conflicts
from mapsvc.operations.imports import (
    choose_conflict,
    confirm_import,
    preview_import,
    undo_last_import,
)
from mapsvc.operations.ledgers import engine
from mapsvc.operations.shops import get_shop, list_shops
from mapsvc.operations.visits import NewVisit, record_visit
from mapsvc.operations.workspace import Workspace
from mapsvc.store import bulk, cards
from tests.support.ledgers import NEW_TENANT, OTHER, PLACE, correct, counts, imported, stored
from tests.support.street import uid
from tests.support.workbook import SHOP, VISIT, write_workbook


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a test's workbook is written."""
    return tmp_path / "台账.xlsx"


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
    assert (conflict.field, conflict.title) == ("tenancy", "换店？")
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


def test_a_preview_keeps_the_first_rows_of_every_sheet(
    workspace: Workspace, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (engine, import_batches):
        monkeypatch.setattr(module, "MOST_CHANGES_SHOWN", 2)
    shops = [SHOP | {"商铺编号": f"LT000{n}"} for n in (1, 2, 3)]
    calls = [VISIT | {"走访时间": f"2026-11-0{n} 10:00"} for n in (1, 2, 3)]
    sheets = {"商铺底册": shops, "走访记录": calls, "点位": [PLACE]}
    preview = preview_import(workspace, SYSTEM, write_workbook(file, sheets), "a.xlsx")
    shown = Counter(row.sheet for row in batch_changes(workspace, SYSTEM, preview.batch or ""))
    assert shown == {"商铺底册": 2, "走访记录": 2, "点位": 1}
    assert get_batch(workspace, SYSTEM, preview.batch or "").is_cut
    confirm_import(workspace, SYSTEM, preview.batch or "")
    assert not get_batch(workspace, SYSTEM, preview.batch or "").is_cut


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
        [("LT0001", "导入后又改过：备注")],
    )
    shop = get_shop(workspace, SYSTEM, "LT0001").shop
    assert shop.tenancy is not None
    assert (shop.tenancy.trade, shop.note) == ("零售", "乙")
    assert {s.code for s in list_shops(workspace, SYSTEM).items} == {"LT0001", "LT0002"}


def test_imports_are_undone_one_by_one_the_last_first(workspace: Workspace, file: Path) -> None:
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


def test_the_card_of_who_left_is_dead_and_undo_lets_it_live(workspace: Workspace, file: Path) -> None:
    imported(workspace, file, {"商铺底册": [SHOP]})
    shop = get_shop(workspace, SYSTEM, "LT0001").shop
    assert shop.tenancy is not None
    old = Card("old", shop.id, shop.tenancy.id, "a" * 32, workspace.clock())
    with workspace.write() as conn:
        cards.add(conn, old)
    imported(workspace, file, {"商铺底册": [NEW_TENANT | {"备注": "x"}]})
    [conflict] = list_conflicts(workspace, SYSTEM)
    choose_conflict(workspace, SYSTEM, conflict.id, "file")
    shop = get_shop(workspace, SYSTEM, "LT0001").shop
    assert shop.tenancy is not None
    with workspace.write() as conn:
        assert cards.live_of_shops(conn, [shop.id]) == {}
        cards.add(conn, Card("new", shop.id, shop.tenancy.id, "b" * 32, workspace.clock()))
    undo_last_import(workspace, SYSTEM)
    with workspace.read() as conn:
        assert cards.live_of_shops(conn, [shop.id]) == {shop.id: old}


def test_undo_takes_back_both_the_new_tenancy_and_what_else_the_row_changed(workspace: Workspace, file: Path) -> None:
    imported(workspace, file, {"商铺底册": [SHOP | {"备注": "旧"}]})
    changed = write_workbook(file, {"商铺底册": [NEW_TENANT | {"备注": "新", "业态": "餐饮"}]})
    preview = preview_import(workspace, SYSTEM, changed, "十一月.xlsx")
    [conflict] = list_conflicts(workspace, SYSTEM, preview.batch)
    choose_conflict(workspace, SYSTEM, conflict.id, "file")
    assert counts(confirm_import(workspace, SYSTEM, preview.batch or "")) == (1, 0, 1, 0, 0, 0)
    shop = get_shop(workspace, SYSTEM, "LT0001").shop
    assert (shop.name, shop.note) == ("新叶咖啡", "新")
    assert undo_last_import(workspace, SYSTEM).kept == ()
    shop = get_shop(workspace, SYSTEM, "LT0001").shop
    assert (shop.name, shop.note) == ("岚西杂货", "旧")
    assert counts(imported(workspace, file, {"商铺底册": [SHOP | {"备注": "旧"}]})) == (1, 0, 0, 1, 0, 0)


def test_in_an_import_that_was_undone_there_is_nothing_to_choose(workspace: Workspace, file: Path) -> None:
    imported(workspace, file)
    correct(workspace, trade="修理")
    imported(workspace, file, {"商铺底册": [SHOP | {"业态": "餐饮"}, OTHER | {"备注": "新"}]})
    [conflict] = list_conflicts(workspace, SYSTEM)
    undo_last_import(workspace, SYSTEM)
    assert list_conflicts(workspace, SYSTEM) == []
    with pytest.raises(Conflict, match="已经撤销"):
        choose_conflict(workspace, SYSTEM, conflict.id, "file")


def test_undo_keeps_a_shop_on_which_something_hangs(workspace: Workspace, file: Path) -> None:
    imported(workspace, file, {"商铺底册": [SHOP, OTHER]})
    at = datetime(2026, 11, 20, 2, tzinfo=UTC)
    record_visit(workspace, SYSTEM, NewVisit(uid("v"), "LT0001", VisitKind.REGULAR, at=at, outcome=Outcome.MET))
    report = undo_last_import(workspace, SYSTEM)
    assert (report.removed, [(k.key, k.reason) for k in report.kept]) == (1, [("LT0001", "已有别的记录挂在上面")])
    assert [s.code for s in list_shops(workspace, SYSTEM).items] == ["LT0001"]
