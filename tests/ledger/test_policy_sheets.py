"""Policy entries in a workbook: what is written is read back, cells as Excel stores them are understood."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from mapsvc.domain.policy_cells import document_of
from mapsvc.domain.policy_files import from_document
from mapsvc.errors import Refused
from mapsvc.ledger.policy_sheets import SHEET, read_sheet, write_sheet
from tests.support.policies import documents, entry_of


def workbook(rows: list[list[Any]], name: str = SHEET) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = name
    for row in rows:
        sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@settings(max_examples=30)
@given(st.lists(documents(), max_size=3))
def test_what_is_written_is_read_back(many: list[dict[str, Any]]) -> None:
    entries = [one for told in many if (one := entry_of(told))]
    target = io.BytesIO()
    write_sheet(target, entries)
    pieces = read_sheet(target.getvalue())
    assert [piece.problems for piece in pieces] == [[] for _ in entries]
    assert [from_document(document_of(piece.cells)) for piece in pieces] == entries


@pytest.mark.parametrize("value", [date(2026, 3, 2), datetime(2026, 3, 2, 0, 0), "2026-03-02"])
def test_a_day_is_understood_as_excel_stores_it(value: object) -> None:
    (piece,) = read_sheet(workbook([["标题", "答案", "出处日期", "月份", "样例"], ["停车", "可以", value, 5.0, True]]))
    assert piece.cells == {
        "title": "停车", "answer": "可以", "source_date": "2026-03-02", "months": "5", "is_sample": "是",
    }  # fmt: skip


def test_headers_go_by_name_with_a_title_above_and_rows_keep_their_numbers() -> None:
    rows = [["线上驿站（样表）"], [], ["答复", "备用", "标题*"], ["可以", None, "停车"], [], ["不可以", None, "外摆"]]
    pieces = read_sheet(workbook(rows, "别的名字"))
    assert [(piece.place, piece.cells) for piece in pieces] == [
        ("第4行", {"answer": "可以", "title": "停车"}), ("第6行", {"answer": "不可以", "title": "外摆"}),
    ]  # fmt: skip
    assert pieces[0].problems == []
    assert pieces[0].notes == ["表头“备用”不认识，这一列没有看。要收的话，请改成空表里的名称。"]


def test_a_formula_nobody_calculated_is_named() -> None:
    (piece,) = read_sheet(workbook([["标题", "答案"], ["停车", "=A1&B1"]]))
    assert "“答案”是没有算出来的公式" in piece.problems[0]


def test_without_its_headers_nothing_is_read() -> None:
    with pytest.raises(Refused, match="没有找到表头"):
        read_sheet(workbook([["标题", "内容"], ["停车", "可以"]]))
