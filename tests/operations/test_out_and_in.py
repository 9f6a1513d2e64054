"""Out to the office's form, edited there, in again: on the demo's two years, and on what was made in the app."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from mapsvc.demo.make import make_demo
from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.ledger import Level
from mapsvc.domain.visits import Outcome, VisitKind
from mapsvc.operations.exports import export_ledger
from mapsvc.operations.import_batches import batch_changes
from mapsvc.operations.imports import import_ledger
from mapsvc.operations.issues import NewIssue, Spot, report_issue
from mapsvc.operations.places import NewPlace, create_place
from mapsvc.operations.visits import NewNeed, NewVisit, record_visit
from mapsvc.operations.workspace import Workspace
from tests.support.street import Street, uid

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
    edit(out)
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


def edit(file: Path) -> None:
    """Write the edits into the exported workbook, as the clerk would."""
    book = load_workbook(file)
    for sheet, row, title, value in EDITS:
        titles = [cell.value for cell in book[sheet][2]]
        book[sheet].cell(row, titles.index(title) + 1, value)
    book.save(file)
