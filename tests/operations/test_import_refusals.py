"""A workbook of which nothing can be read is refused, and nothing of it stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapsvc.domain.actors import SYSTEM
from mapsvc.errors import Refused
from mapsvc.operations.imports import import_ledger
from mapsvc.operations.workspace import Workspace
from mapsvc.store import imports
from tests.support.workbook import SHOP, write_workbook


def test_a_workbook_whose_only_sheet_lacks_its_columns_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    file = write_workbook(tmp_path / "a.xlsx", {"商铺底册": [SHOP]})
    book = load_workbook(file)
    for cell in book.active[2]:
        if cell.value == "商铺编号":
            cell.value = "号码"
    book.save(file)
    with pytest.raises(Refused, match=r"没有一张表能读.*商铺编号"):
        import_ledger(workspace, SYSTEM, file)
    with workspace.read() as conn:
        assert imports.batches(conn) == []
