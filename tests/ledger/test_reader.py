"""The reader: what is no workbook is refused; size, memory and time are bounded; cells come as they are."""

from __future__ import annotations

import re
import tracemalloc
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook as Book

from mapsvc.errors import MapsvcError
from mapsvc.ledger.reader import FORMULA, Limits, Workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def saved(file: Path, rows: list[list[Any]], name: str = "商铺底册") -> Path:
    book = Book()
    page = book.active
    page.title = name
    for row in rows:
        page.append(row)
    book.save(file)
    return file


def refusal(file: Path, limits: Limits | None = None) -> MapsvcError:
    with pytest.raises(MapsvcError) as refused, Workbook(file, limits or Limits()):
        pass
    return refused.value


def rewritten(file: Path, part: str, change: Any) -> Path:
    """The same workbook with one part of the zip changed."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("content", "code", "advice"),
    [
        (b"", "empty_file", "空的"),
        (b"\xe5\x95\x86,\xe9\x93\xba\n1,2\n", "csv", "另存为"),
        ("商铺,店名\n1,二\n".encode("gb18030"), "csv", "另存为"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "not_xlsx", "网页"),
        (b"%PDF-1.7 ...", "not_xlsx", "PDF"),
        (OLE + b"\0" * 600 + "Workbook".encode("utf-16-le"), "old_xls", "xlsx"),
        (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "password", "密码"),
        (b"PK\x03\x04 and then nothing", "damaged", "损坏"),
        (bytes(range(256)) * 8, "not_xlsx", "不是 xlsx"),
    ],
)
def test_what_is_no_xlsx_is_refused_in_one_sentence(tmp_path: Path, content: bytes, code: str, advice: str) -> None:
    file = tmp_path / "台账.xlsx"
    file.write_bytes(content)
    error = refusal(file)
    assert error.code == code
    assert advice in error.message


def test_another_zip_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert refusal(file).code == "not_xlsx"


def test_a_file_over_the_limit_is_not_even_opened(tmp_path: Path) -> None:
    file = tmp_path / "big.xlsx"
    with file.open("wb") as out:
        out.truncate(200_000_000)
    error = refusal(file)
    assert error.code == "file_too_large"
    assert "200 MB" in error.message


def test_a_zip_bomb_is_refused_by_what_it_says_of_itself(tmp_path: Path) -> None:
    file = saved(tmp_path / "bomb.xlsx", [["a"]])
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros.bin", b"\0" * 30_000_000)
    assert refusal(file).code == "zip_bomb"


def test_a_zip_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    file = saved(tmp_path / "liar.xlsx", [["a"]])
    rewritten(file, SHEET, lambda xml: xml.replace(b"</sheetData>", b" " * 4_000_000 + b"</sheetData>"))
    data = bytearray(file.read_bytes())
    with zipfile.ZipFile(file) as archive:
        told = archive.getinfo(SHEET).file_size.to_bytes(4, "little")
    place = data.rfind(told)
    while place >= 0:
        data[place : place + 4] = (900).to_bytes(4, "little")
        place = data.rfind(told)
    file.write_bytes(bytes(data))
    assert refusal(file).code in {"damaged", "zip_bomb"}


def test_a_document_type_in_a_part_is_refused(tmp_path: Path) -> None:
    file = saved(tmp_path / "entity.xlsx", [["a"]])
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    assert refusal(rewritten(file, SHEET, lambda xml: bomb + xml)).code == "damaged"


def test_a_million_empty_rows_cost_neither_memory_nor_rows(tmp_path: Path) -> None:
    file = saved(tmp_path / "empty.xlsx", [["编号"], ["A1"]])
    empty = b"".join(b'<row r="%d" spans="1:3" ht="15"/>' % n for n in range(3, 1_000_003))
    rewritten(file, SHEET, lambda xml: xml.replace(b"</sheetData>", empty + b"</sheetData>"))
    tracemalloc.start()
    with Workbook(file) as book:
        rows = [row.cells for row in book.rows("商铺底册")]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows == [["编号"], ["A1"]]
    assert peak < 40_000_000


def test_a_lone_value_in_the_last_row_is_refused_before_memory_is_spent(tmp_path: Path) -> None:
    book = Book()
    book.active["A1"] = "编号"
    book.active["A1048576"] = "x"
    book.save(tmp_path / "far.xlsx")
    error = refusal(tmp_path / "far.xlsx")
    assert error.code == "too_many_rows"
    assert "1048576" in error.message


def test_a_value_in_a_far_column_is_refused(tmp_path: Path) -> None:
    book = Book()
    book.active["XFD1"] = "x"
    book.save(tmp_path / "wide.xlsx")
    assert refusal(tmp_path / "wide.xlsx").code == "too_many_columns"


def test_time_is_limited(tmp_path: Path) -> None:
    assert refusal(saved(tmp_path / "slow.xlsx", [["a"]]), Limits(seconds=-1.0)).code == "too_slow"


def test_cells_without_a_place_are_refused(tmp_path: Path) -> None:
    file = saved(tmp_path / "bare.xlsx", [["a", "b"]])
    rewritten(file, SHEET, lambda xml: re.sub(rb'<c r="[A-Z]+\d+"', b"<c", xml))
    assert refusal(file).code == "not_xlsx"


def test_formulas_give_their_stored_value_or_say_that_there_is_none(tmp_path: Path) -> None:
    file = saved(tmp_path / "formula.xlsx", [["a", "=1+1", "=2+2"], ["b", "=3+3", None]])
    # With lxml beside it openpyxl writes the empty value another way.
    rewritten(file, SHEET, lambda xml: re.sub(rb"(<f>1\+1</f>)<v ?(?:/>|></v>)", rb"\1<v>2</v>", xml))
    with Workbook(file) as book:
        assert [row.cells for row in book.rows("商铺底册")] == [["a", 2.0, FORMULA], ["b", FORMULA]]


def test_merged_cells_carry_their_value_down_and_not_across(tmp_path: Path) -> None:
    book = Book()
    page = book.active
    page.title = "商铺底册"
    for row in (["标题", None], ["LT1", "小陈"], ["LT2", None], ["LT3", None], ["LT4", None]):
        page.append(row)
    page.merge_cells("A1:B1")
    page.merge_cells("B2:B4")
    book.save(tmp_path / "merged.xlsx")
    with Workbook(tmp_path / "merged.xlsx") as book_read:
        rows = [row.cells for row in book_read.rows("商铺底册")]
    assert rows == [["标题", None], ["LT1", "小陈"], ["LT2", "小陈"], ["LT3", "小陈"], ["LT4", None]]


def test_rows_and_columns_keep_their_numbers_when_the_corner_is_empty(tmp_path: Path) -> None:
    book = Book()
    book.active["C4"] = "x"
    book.active["D7"] = datetime(2026, 1, 5, 9, 5)
    book.save(tmp_path / "corner.xlsx")
    with Workbook(tmp_path / "corner.xlsx") as opened:
        found = {row.number: row.cells for row in opened.rows("Sheet")}
    assert found == {4: [None, None, "x", None], 7: [None, None, None, datetime(2026, 1, 5, 9, 5)]}
