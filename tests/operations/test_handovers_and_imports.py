"""A workbook and a handover meet: only a cell the office changed moves a shop, and nobody's 顶班 ends unsaid."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from mapsvc.domain.actors import SYSTEM
from mapsvc.operations.exports import export_ledger
from mapsvc.operations.handovers import hand_over
from mapsvc.operations.import_batches import list_conflicts
from mapsvc.operations.imports import import_ledger
from mapsvc.operations.shops import get_shop
from mapsvc.operations.workspace import Workspace
from tests.support.clock import FixedClock
from tests.support.ledgers import counts
from tests.support.workbook import SHOP, write_workbook

TODAY = date(2026, 11, 23)
CODES = ("LT0001", "LT0002", "LT0003")


def book(file: Path, *workers: str) -> Path:
    """A workbook of three shops with these 包联网格员."""
    rows = [SHOP | {"商铺编号": c, "包联网格员": w} for c, w in zip(CODES, workers, strict=True)]
    return write_workbook(file, {"商铺底册": rows})


@pytest.fixture
def office(workspace: Workspace, tmp_path: Path) -> Workspace:
    """Two shops of 小陈, one of 小吴, as the workbook names them."""
    import_ledger(workspace, SYSTEM, book(tmp_path / "first.xlsx", "小陈", "小陈", "小吴"))
    return workspace


def workers(ws: Workspace) -> list[str]:
    found = [get_shop(ws, SYSTEM, code).shop.worker for code in CODES]
    return [worker.display_name if worker else "" for worker in found]


def test_the_same_file_again_leaves_a_running_cover_alone(office: Workspace, tmp_path: Path, clock: FixedClock) -> None:
    hand_over(office, SYSTEM, "小陈", "小吴", TODAY, TODAY + timedelta(days=2))
    again = import_ledger(office, SYSTEM, book(tmp_path / "again.xlsx", "小陈", "小陈", "小吴"))
    assert counts(again)[1:] == (0, 0, 3, 0, 0)
    assert workers(office) == ["小吴", "小吴", "小吴"]
    clock.advance(days=3)
    assert workers(office) == ["小陈", "小陈", "小吴"]


def test_a_cell_changed_during_a_cover_holds_when_the_cover_ends(
    office: Workspace, tmp_path: Path, clock: FixedClock
) -> None:
    hand_over(office, SYSTEM, "小陈", "小吴", TODAY, TODAY + timedelta(days=2))
    changed = import_ledger(office, SYSTEM, book(tmp_path / "new.xlsx", "小李", "小陈", "小吴"))
    assert counts(changed)[1:] == (0, 1, 2, 0, 0)
    assert workers(office) == ["小吴", "小吴", "小吴"]
    clock.advance(days=3)
    assert workers(office) == ["小李", "小陈", "小吴"]


def test_a_workbook_written_during_a_cover_names_whose_the_shop_is(
    office: Workspace, tmp_path: Path, clock: FixedClock
) -> None:
    hand_over(office, SYSTEM, "小陈", "小吴", TODAY, TODAY + timedelta(days=2))
    out = tmp_path / "out.xlsx"
    export_ledger(office, SYSTEM, out)
    said = {str(cell.value) for row in load_workbook(out)["商铺底册"].iter_rows() for cell in row}
    assert "小陈" in said
    clock.advance(days=3)
    assert counts(import_ledger(office, SYSTEM, out))[1:] == (0, 0, 3, 0, 0)
    assert workers(office) == ["小陈", "小陈", "小吴"]


def test_after_a_handover_for_good_the_old_file_changes_nothing_and_another_name_is_a_conflict(
    office: Workspace, tmp_path: Path
) -> None:
    hand_over(office, SYSTEM, "小陈", "小吴", TODAY)
    again = import_ledger(office, SYSTEM, book(tmp_path / "again.xlsx", "小陈", "小陈", "小吴"))
    assert counts(again)[1:] == (0, 0, 3, 0, 0)
    assert workers(office) == ["小吴", "小吴", "小吴"]
    other = import_ledger(office, SYSTEM, book(tmp_path / "other.xlsx", "小李", "小陈", "小吴"))
    assert counts(other)[-1] == 1
    [conflict] = list_conflicts(office, SYSTEM)
    assert (conflict.file, conflict.app) == ("小李", "小吴")
    assert workers(office) == ["小吴", "小吴", "小吴"]


def test_a_cell_changed_before_a_handover_begins_is_the_later_word(
    office: Workspace, tmp_path: Path, clock: FixedClock
) -> None:
    hand_over(office, SYSTEM, "小陈", "小吴", TODAY + timedelta(days=7))
    import_ledger(office, SYSTEM, book(tmp_path / "new.xlsx", "小李", "小陈", "小吴"))
    assert workers(office) == ["小李", "小陈", "小吴"]
    clock.advance(days=8)
    assert workers(office) == ["小李", "小吴", "小吴"]
