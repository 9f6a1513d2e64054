"""Data quality: numbers that open their rows, counted per thing and never per person."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from mapsvc.domain.actors import SYSTEM, Actor, Role
from mapsvc.errors import Forbidden, NotFound
from mapsvc.operations.imports import import_ledger
from mapsvc.operations.quality import CHECKS, QualityRow, quality_numbers, quality_rows, repeated_texts
from mapsvc.operations.workspace import Workspace
from tests.support.workbook import ISSUE, SHOP, VISIT, write_workbook

FIRST = datetime(2026, 10, 1, 10)


@pytest.fixture
def numbers(workspace: Workspace, tmp_path: Path) -> dict[str, int]:
    """The numbers of a ledger with one of each fault."""
    calls = [VISIT | {"走访时间": FIRST + timedelta(days=n), "走访内容": "了解经营情况"} for n in range(10)]
    calls += [
        VISIT | {"走访时间": datetime(2026, 11, 2, 23, 30), "走访内容": "开会"},
        VISIT | {"走访时间": "2026-11-03", "是否见面": "未开门", "满意度": "满意"},
    ]
    shops = [
        SHOP,
        SHOP | {"商铺编号": "LT0002", "地址(门牌)": "岚皋路99号", "联系电话": "1390000", "包联网格员": None},
        SHOP | {"商铺编号": "LT0003", "地址(门牌)": "岚皋路236号", "经度": 121.41995, "纬度": 31.2532},
    ]
    issue = ISSUE | {"事发位置": "空地", "经度": 121.41994, "纬度": 31.25159, "上报时间": datetime(2026, 9, 1, 9)}
    sheets = {
        "商铺底册": shops,
        "走访记录": calls,
        "问题台账": [issue],
        "咨询台账": [{"咨询时间": "2024-10-01", "商铺编号": "LT0001", "问题": "?", "答复时间": "2024-10-02"}],
    }
    import_ledger(workspace, SYSTEM, write_workbook(tmp_path / "a.xlsx", sheets))
    return {n.check.code: n.count for n in quality_numbers(workspace, SYSTEM)}


def test_every_fault_is_counted_where_it_is(numbers: dict[str, int]) -> None:
    assert numbers == {
        "identical_texts": 10,
        "grades_without_meeting": 1,
        "night_visits": 1,
        "silent_doors": 1,
        "never_met": 2,
        "by_address_only": 2,
        "extrapolated": 1,
        "far_from_address": 1,
        "without_place": 1,
        "without_worker": 1,
        "without_phone": 1,
        "answered_without_words": 1,
        "open_for_long": 1,
    }


def test_every_number_opens_its_rows(workspace: Workspace, numbers: dict[str, int]) -> None:
    for check in CHECKS:
        rows = quality_rows(workspace, SYSTEM, check.code, limit=100)
        assert len(rows) == numbers[check.code], check.code
        assert all(row.url for row in rows)
        assert all(isinstance(row, QualityRow) for row in rows)
    paged = [quality_rows(workspace, SYSTEM, "identical_texts", 4, start) for start in (0, 4, 8)]
    assert [len(page) for page in paged] == [4, 4, 2]
    assert len({row.id for page in paged for row in page}) == 10


def test_the_repeated_text_is_named(workspace: Workspace, numbers: dict[str, int]) -> None:
    assert repeated_texts(workspace, SYSTEM) == [("了解经营情况", 10)]


def test_no_row_names_a_worker(workspace: Workspace, numbers: dict[str, int]) -> None:
    told = [str(row) for check in CHECKS for row in quality_rows(workspace, SYSTEM, check.code, 100)]
    assert not any("小陈" in row for row in told)


def test_only_those_who_may_import_see_it(workspace: Workspace) -> None:
    with pytest.raises(Forbidden):
        quality_numbers(workspace, Actor("x", "小陈", Role.WORKER))
    with pytest.raises(NotFound):
        quality_rows(workspace, SYSTEM, "best_worker")
