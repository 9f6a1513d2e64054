"""Out to the office's form, edited there, in again: on the demo's two years, and on what was made in the app."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from mapsvc.demo.make import make_demo
from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.ledger import Level
from mapsvc.domain.visits import Outcome, VisitKind
from mapsvc.operations.exports import export_ledger
from mapsvc.operations.import_batches import batch_changes, list_conflicts
from mapsvc.operations.imports import choose_conflict, import_ledger, undo_last_import
from mapsvc.operations.issues import NewIssue, Spot, report_issue
from mapsvc.operations.places import NewPlace, create_place
from mapsvc.operations.shop_changes import ShopChanges, correct_shop
from mapsvc.operations.shops import get_shop
from mapsvc.operations.visits import NewNeed, NewVisit, record_visit
from mapsvc.operations.workspace import Workspace
from tests.support.clock import FixedClock
from tests.support.ledgers import counts
from tests.support.street import Street, uid
from tests.support.workbook import SHOP, write_workbook

AT = datetime(2026, 11, 20, 2, 30, 40, tzinfo=UTC)
EDITS = (("商铺底册", 7, "业态", "钟表修理"), ("问题台账", 12, "备注", "已电话核实"), ("点位", 3, "责任单位", "绿化所"))
"""Sheet, row, title, new value."""


@pytest.fixture
def out(workspace: Workspace, tmp_path: Path) -> Path:
    """The demo office's workbook, exported with names and phones masked."""
    make_demo(workspace, seed=1)
    export_ledger(workspace, SYSTEM, tmp_path / "out.xlsx")
    return tmp_path / "out.xlsx"


def test_out_and_in_changes_nothing_and_three_edits_change_three_cells(workspace: Workspace, out: Path) -> None:
    same = import_ledger(workspace, SYSTEM, out)
    assert {(c.added, c.updated, c.rejected, c.conflicts) for c in same.sheets.values()} == {(0, 0, 0, 0)}
    assert {p.code for p in same.problems if p.level is not Level.NOTE} <= {"other_worker"}
    assert all(c.unchanged == c.read > 0 for c in same.sheets.values())
    edit(out, EDITS)
    changed = import_ledger(workspace, SYSTEM, out)
    told = batch_changes(workspace, SYSTEM, changed.batch or "")
    assert {(row.sheet, title, after) for row in told for title, _, after in row.fields} == {
        (sheet, title, value) for sheet, _, title, value in EDITS
    }
    assert sum(c.updated for c in changed.sheets.values()) == len(told) == 3


def test_what_the_app_made_goes_out_and_in_unchanged(workspace: Workspace, street: Street, tmp_path: Path) -> None:
    told = (NewNeed(uid("n1"), "招牌要换"), NewNeed(uid("n2"), "门口停车难"))
    call = NewVisit(uid("v"), "LT0001", VisitKind.REGULAR, at=AT, outcome=Outcome.MET, needs=told)
    record_visit(workspace, street.chen, call)
    corner = Spot(121.42061, 31.2502, 8.0)
    for name, where in (("a", {"shop": "LT0001"}), ("b", {"place": "PD0001"}), ("c", {"position": corner})):
        report_issue(workspace, street.chen, NewIssue(uid(name), "暴露垃圾", "纸箱", at=AT, **where))  # type: ignore[arg-type]
    create_place(workspace, street.secretary, NewPlace(uid("p"), "变电箱旁", "空地", 121.4203, 31.2503))
    export_ledger(workspace, SYSTEM, tmp_path / "out.xlsx")
    back = import_ledger(workspace, SYSTEM, tmp_path / "out.xlsx")
    assert {name: (c.read, c.unchanged) for name, c in back.sheets.items() if c.read} == {
        "商铺底册": (2, 2), "走访记录": (1, 1), "问题台账": (3, 3), "点位": (2, 2)
    }  # fmt: skip
    assert {p.level for p in back.problems} <= {Level.NOTE}


def test_five_rows_edited_and_two_of_them_changed_in_the_app_are_three_updates_and_two_conflicts(
    workspace: Workspace, tmp_path: Path, clock: FixedClock
) -> None:
    codes = [f"LT000{n}" for n in range(1, 7)]
    shops = [SHOP | {"商铺编号": code} for code in codes]
    import_ledger(workspace, SYSTEM, write_workbook(tmp_path / "in.xlsx", {"商铺底册": shops}))
    out = tmp_path / "out.xlsx"
    export_ledger(workspace, SYSTEM, out)
    edit(out, [("商铺底册", n + 2, "业态", f"行当{n}") for n in (1, 2, 3, 4, 5)])
    clock.advance(hours=1)
    for code in ("LT0001", "LT0002", "LT0006"):
        change(workspace, code, trade="程序里改的")
    assert counts(import_ledger(workspace, SYSTEM, out)) == (6, 0, 3, 1, 0, 2)
    assert [trade_of(workspace, code) for code in codes[:3]] == ["程序里改的", "程序里改的", "行当3"]
    assert counts(import_ledger(workspace, SYSTEM, out)) == (6, 0, 0, 4, 0, 2)
    for conflict in list_conflicts(workspace, SYSTEM):
        choose_conflict(workspace, SYSTEM, conflict.id, "file")
    assert counts(import_ledger(workspace, SYSTEM, out)) == (6, 0, 0, 6, 0, 0)
    assert [trade_of(workspace, code) for code in codes] == [f"行当{n}" for n in range(1, 6)] + ["程序里改的"]


def test_an_edit_may_take_back_what_the_app_changed_before_the_export(
    workspace: Workspace, street: Street, tmp_path: Path, clock: FixedClock
) -> None:
    file = write_workbook(tmp_path / "in.xlsx", {"商铺底册": [SHOP | {"商铺编号": "LT0009"}]})
    import_ledger(workspace, SYSTEM, file)
    change(workspace, "LT0009", trade="餐饮")
    clock.advance(hours=1)
    export_ledger(workspace, SYSTEM, tmp_path / "out.xlsx")
    edit(tmp_path / "out.xlsx", [("商铺底册", row, "业态", "零售") for row in (5,)])
    assert counts(import_ledger(workspace, SYSTEM, tmp_path / "out.xlsx")) == (3, 0, 1, 2, 0, 0)
    assert trade_of(workspace, "LT0009") == "零售"
    undo_last_import(workspace, SYSTEM)
    assert trade_of(workspace, "LT0009") == "餐饮"


def test_an_edit_that_came_in_is_none_when_the_app_went_on_from_there(
    workspace: Workspace, street: Street, tmp_path: Path, clock: FixedClock
) -> None:
    out = tmp_path / "out.xlsx"
    export_ledger(workspace, SYSTEM, out)
    edit(out, [("商铺底册", 3, "业态", "餐饮")])
    clock.advance(hours=1)
    assert counts(import_ledger(workspace, SYSTEM, out)) == (2, 0, 1, 1, 0, 0)
    change(workspace, "LT0001", trade="五金")
    assert counts(import_ledger(workspace, SYSTEM, out)) == (2, 0, 0, 2, 0, 0)
    assert trade_of(workspace, "LT0001") == "五金"


def test_the_hidden_column_tells_nothing_that_is_masked(workspace: Workspace, street: Street, tmp_path: Path) -> None:
    change(workspace, "LT0001", note="找13812345678")
    for name, reason in (("masked.xlsx", None), ("full.xlsx", "逐户联系")):
        export_ledger(workspace, SYSTEM, tmp_path / name, reason=reason)
    pages = {name: load_workbook(tmp_path / name)["商铺底册"] for name in ("masked.xlsx", "full.xlsx")}
    told = {name: str([row[-1] for row in page.iter_rows(values_only=True)]) for name, page in pages.items()}
    assert "LT0001" in told["masked.xlsx"] and not any(
        word in told["masked.xlsx"] for word in ("1381234", "1750000", "刘小燕")
    )
    assert "13812345678" in told["full.xlsx"]
    assert all(page.column_dimensions[page.cell(2, page.max_column).column_letter].hidden for page in pages.values())


def change(ws: Workspace, code: str, **changes: str) -> None:
    """Correct a shop in the app."""
    correct_shop(ws, SYSTEM, code, get_shop(ws, SYSTEM, code).shop.version, ShopChanges(**changes))  # type: ignore[arg-type]


def trade_of(ws: Workspace, code: str) -> str | None:
    tenancy = get_shop(ws, SYSTEM, code).shop.tenancy
    return tenancy.trade if tenancy else None


def edit(file: Path, edits: Sequence[tuple[str, int, str, str]]) -> None:
    """Write (sheet, row, title, value) into the exported workbook, as the clerk would."""
    book = load_workbook(file)
    for sheet, row, title, value in edits:
        titles = [cell.value for cell in book[sheet][2]]
        book[sheet].cell(row, titles.index(title) + 1, value)
    book.save(file)
