"""Who looks after a shop after an import: the row's 包联, else its patch; and what is said where the two differ."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.ledger import Level
from mapsvc.jobs import child
from mapsvc.jobs.kinds import KINDS
from mapsvc.operations import jobs
from mapsvc.operations.imports import import_ledger, preview_import
from mapsvc.operations.seeding import settle_patches
from mapsvc.operations.shops import get_shop
from mapsvc.operations.workspace import Workspace
from mapsvc.store import jobs as store_jobs
from mapsvc.store import patches as store_patches
from tests.support.workbook import SHOP, write_workbook

# 岚皋西路 27号 lies in 小陈's shipped patch, 236号 of 岚皋路 in 小吴's.
ROWS = [
    SHOP | {"包联网格员": "小陈"},
    SHOP | {"商铺编号": "LT0002", "包联网格员": "小吴"},
    SHOP | {"商铺编号": "LT0003", "包联网格员": None},
    SHOP | {"商铺编号": "LT0004", "地址(门牌)": "岚皋路236号", "包联网格员": None},
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A workbook of four shops."""
    return write_workbook(tmp_path / "台账.xlsx", {"商铺底册": ROWS})


def worker_of(ws: Workspace, code: str) -> str | None:
    worker = get_shop(ws, SYSTEM, code).shop.worker
    return worker.nickname if worker else None


def test_the_row_names_the_worker_and_the_patch_where_it_names_none(workspace: Workspace, file: Path) -> None:
    import_ledger(workspace, SYSTEM, file)
    settle_patches(workspace)
    assert [worker_of(workspace, row["商铺编号"]) for row in ROWS] == ["小陈", "小吴", "小陈", "小吴"]


def test_rows_that_name_another_than_the_patch_are_told_of_in_one_line(workspace: Workspace, file: Path) -> None:
    first = import_ledger(workspace, SYSTEM, file)
    assert "other_worker" not in {p.code for p in first.problems}
    settle_patches(workspace)
    for again in (preview_import(workspace, SYSTEM, file, "a.xlsx"), import_ledger(workspace, SYSTEM, file)):
        [told] = [p for p in again.problems if p.code == "other_worker"]
        assert (told.level, told.row) == (Level.WARNING, None)
        assert "有 1 户" in told.message and "LT0002" in told.message
        assert again.sheets["商铺底册"].unchanged == 4


@pytest.mark.parametrize("kind", ["import_ledger", "confirm_ledger"])
def test_an_import_beside_the_service_settles_the_patches_of_an_empty_store(
    workspace: Workspace, file: Path, kind: str
) -> None:
    told = {"file": str(file)} if kind == "import_ledger" else {
        "batch": preview_import(workspace, SYSTEM, file, "a.xlsx").batch
    }  # fmt: skip
    job = jobs.enqueue(workspace, SYSTEM, kind, told)
    with workspace.read() as conn:
        queued = store_jobs.by_id(conn, job.id)
    assert queued is not None
    child.perform(workspace, queued, KINDS[kind])
    with workspace.read() as conn:
        held = store_patches.in_force(conn, workspace.clock().date())
    assert {patch.worker for patch in held if patch.worker} == {"小陈", "小吴"}
    assert worker_of(workspace, "LT0004") == "小吴"
