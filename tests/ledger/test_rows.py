"""Rows of a workbook: headers found by name, everything that is no data left out, the rest said."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook as Book

from mapsvc.domain.ledger import Level, Problem
from mapsvc.errors import Refused
from mapsvc.ledger.reader import Workbook
from mapsvc.ledger.rows import LedgerFile, Row

TODAY = date(2026, 11, 23)
SHOP = ["LT0001", "岚西杂货", "岚皋西路27号", "小陈"]
HEADER = ["商铺编号", "店名(招牌)", "地址(门牌)", "包联网格员"]


def read(file: Path, sheets: dict[str, list[list[Any]]]) -> tuple[dict[str, list[Row]], list[Problem]]:
    book = Book()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    book.save(file)
    with Workbook(file) as opened:
        ledger = LedgerFile(opened, TODAY)
        found = {s.sheet.name: list(s.rows) for s in ledger.sheets()}
    return found, ledger.problems


def said(problems: list[Problem], code: str) -> str:
    return next(p.message for p in problems if p.code == code)


def test_title_rows_explanations_blanks_totals_and_repeated_headers_are_no_data(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["石泉路街道商铺底册"],
        ["2026年11月"],
        HEADER,
        ["填写说明", "与招牌一致", "路名+号", None],
        ["LT+4位", "与招牌一致", "必填", "可空"],
        SHOP,
        [],
        HEADER,
        ["LT0002", "王记", "岚皋路121号", None],
        ["小计", 2, None, None],
        ["LT0003", "东方", "岚皋路1号", None],
        ["合计", 3],
        ["注:本表每月更新,由街区党支部负责核对。"],
        ["填表人:小陈"],
    ]
    found, _ = read(tmp_path / "a.xlsx", {"商铺底册": rows})
    assert [(row.number, row.values["code"]) for row in found["商铺底册"]] == [
        (6, "LT0001"),
        (9, "LT0002"),
        (11, "LT0003"),
    ]


def test_swapped_and_renamed_columns_are_found_by_name(tmp_path: Path) -> None:
    header = ["包联人", "门牌号", "店铺名称", "商铺编号*", "经 营 者(称谓)"]
    found, problems = read(
        tmp_path / "a.xlsx", {"沿街商铺底册": [header, ["小陈", "岚皋路1号", "东方", "lt0001", "王先生"]]}
    )
    values = found["商铺底册"][0].values
    assert (values["code"], values["sign_name"], values["worker"], values["merchant"]) == (
        "LT0001",
        "东方",
        "小陈",
        "王先生",
    )
    assert {p.code for p in problems} == {"missing_sheet"}


def test_a_second_header_row_is_read_along(tmp_path: Path) -> None:
    rows = [["商铺编号", "店名", "位置", None], [None, None, "经度", "纬度"], ["LT1", "东方", 121.42, 31.25]]
    found, _ = read(tmp_path / "a.xlsx", {"商铺底册": rows})
    assert (found["商铺底册"][0].values["_lon"], found["商铺底册"][0].values["_lat"]) == (121.42, 31.25)


def test_unknown_columns_sheets_and_repeated_headers_are_said_once(tmp_path: Path) -> None:
    header = [*HEADER, "灭火器", "楼层", "店名"]
    sheets = {"商铺底册": [header, [*SHOP, 1, 2, "别名"], ["LT2", "b", "c", None, 1, 2, "x"]], "食堂菜单": [["周一"]]}
    found, problems = read(tmp_path / "a.xlsx", sheets)
    assert found["商铺底册"][0].values["sign_name"] == "岚西杂货"
    assert "灭火器、楼层" in said(problems, "unknown_column")
    assert "店名" in said(problems, "repeated_column")
    assert "食堂菜单" in said(problems, "unknown_sheet")
    assert [p.code for p in problems].count("unknown_column") == 1


def test_a_missing_sheet_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    found, problems = read(tmp_path / "a.xlsx", {"商铺底册": [HEADER, SHOP]})
    assert len(found["商铺底册"]) == 1
    missing = {p.sheet for p in problems if p.code == "missing_sheet"}
    assert missing == {"走访记录", "问题台账", "咨询台账", "议事记录", "点位", "责任主体"}


def test_a_sheet_without_a_required_column_is_left_out_and_says_which(tmp_path: Path) -> None:
    sheets = {"商铺底册": [["店名", "地址", "业态"], ["a", "b", "c"]], "点位": [["点位编号", "名称"], ["PD1", "口"]]}
    found, problems = read(tmp_path / "a.xlsx", sheets)
    assert list(found) == ["点位"]
    assert "商铺编号" in said(problems, "missing_column")


def test_a_sheet_without_a_header_is_left_out(tmp_path: Path) -> None:
    found, problems = read(tmp_path / "a.xlsx", {"商铺底册": [["乱写"], [1, 2, 3]], "点位": [["点位编号", "名称"]]})
    assert found == {"点位": []}
    assert "找不到标题行" in said(problems, "no_header")


def test_a_sheet_with_another_name_is_known_by_its_columns(tmp_path: Path) -> None:
    header = [*HEADER, "业态", "经营者", "联系电话", "状态", "备注", "从业人数", "营业面积(㎡)"]
    found, problems = read(tmp_path / "a.xlsx", {"Sheet1": [header, SHOP]})
    assert len(found["商铺底册"]) == 1
    assert "Sheet1" in said(problems, "sheet_recognised")


def test_a_workbook_without_any_known_sheet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"有“食堂菜单”.*商铺底册、走访记录"):
        read(tmp_path / "a.xlsx", {"食堂菜单": [["周一", "周二"]]})


def test_a_bad_cell_rejects_the_row_only_where_the_column_is_needed(tmp_path: Path) -> None:
    header = ["走访时间", "走访人", "类型", "商铺编号", "满意度"]
    rows = [["2026年13月5日", "小陈", "定期", "LT1", None], ["2026-01-05", "小陈", "定期", "LT1", "五星"]]
    found, _ = read(tmp_path / "a.xlsx", {"走访记录": [header, *rows]})
    first, second = found["走访记录"]
    assert (first.is_rejected, first.problems[0].level, first.problems[0].value) == (True, Level.ERROR, "2026年13月5日")
    assert (second.is_rejected, second.problems[0].level) == (False, Level.WARNING)
    assert "satisfaction" not in second.values


def test_a_formula_without_value_and_a_long_text_are_problems_of_their_row(tmp_path: Path) -> None:
    rows = [["LT1", "=A1", "x", None], ["LT2", "长" * 6000, "x", None], SHOP]
    found, _ = read(tmp_path / "a.xlsx", {"商铺底册": [HEADER, *rows]})
    assert [[p.code for p in row.problems][:1] for row in found["商铺底册"]] == [["formula"], ["too_long"], []]
    assert [row.is_rejected for row in found["商铺底册"]] == [True, True, False]
