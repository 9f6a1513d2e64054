"""Writes workbooks in the office's form: values as the office writes them, row by row, nothing taken for a formula."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from mapsvc.domain.issues import ISSUE_SOURCE_NAMES
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.shops import SHOP_STATE_NAMES
from mapsvc.domain.times import OFFICE_ZONE
from mapsvc.domain.visits import VISIT_KIND_NAMES
from mapsvc.ledger.sheets import ISSUES, REGISTER, SHOPS, VISITS

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_LONGEST_CELL = 32_000
_WIDTH_MIN, _WIDTH_MAX = 9, 36

_YES_NO = {True: "是", False: "否"}
WORDS: dict[tuple[str, str], Mapping[Any, str]] = {
    (SHOPS.name, "state"): {str(k): v for k, v in SHOP_STATE_NAMES.items()},
    (SHOPS.name, "origin"): {"local": "本市", "elsewhere": "外来"},
    (SHOPS.name, "has_preschooler"): _YES_NO,
    (VISITS.name, "kind"): {str(k): v for k, v in VISIT_KIND_NAMES.items()},
    (VISITS.name, "outcome"): {"met": "是", "closed": "未开门", "changed": "换店"},
    (VISITS.name, "satisfaction"): {"very": "非常满意", "satisfied": "满意", "fair": "一般", "unsatisfied": "不满意"},
    (VISITS.name, "wants_follow_up"): _YES_NO,
    (ISSUES.name, "source"): {str(k): v for k, v in ISSUE_SOURCE_NAMES.items()},
    (REGISTER.name, "side"): {"odd": "单", "even": "双", "both": "单双"},
}
"""How the office writes stored words, by sheet and field."""


def office_value(sheet: str, field: str, value: Any) -> Any:
    """A stored value as a cell of the office's form: words in Chinese, times in the office's zone without zone."""
    if value is None:
        return None
    words = WORDS.get((sheet, field))
    if words is not None:
        return words.get(value, value)
    if (sheet, field) == (ISSUES.name, "kind"):
        return kind_of(value).name
    if isinstance(value, str) and _TIME.fullmatch(value):
        return datetime.fromisoformat(value).astimezone(OFFICE_ZONE).replace(tzinfo=None)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def office_text(sheet: str, field: str, value: Any) -> str:
    """The same for reading on a screen; empty for nothing."""
    cell = office_value(sheet, field, value)
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return _YES_NO[cell]
    return cell.strftime("%Y-%m-%d %H:%M") if isinstance(cell, datetime) else str(cell)


class SheetToWrite:
    """A sheet of a workbook: title, header and rows that come one by one; perhaps with a hidden last column."""

    def __init__(
        self,
        name: str,
        header: Sequence[str],
        rows: Iterable[Sequence[Any]],
        title: str | None = None,
        *,
        hides_last: bool = False,
    ) -> None:
        self.name = name
        self.header = list(header)
        self.rows = rows
        self.title = title
        self.hides_last = hides_last


def write_xlsx(target: Path | IO[bytes], sheets: Iterable[SheetToWrite]) -> dict[str, int]:
    """Write a workbook row by row; returns the number of data rows per sheet.

    Texts that begin like a formula stay texts; control characters are left out; long texts are cut at Excel's limit.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    counts = {}
    for sheet in sheets:
        counts[sheet.name] = _write_sheet(book.create_sheet(sheet.name[:31]), sheet)
    book.save(target)
    return counts


def _write_sheet(to: Any, sheet: SheetToWrite) -> int:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for n, title in enumerate(sheet.header, 1):
        to.column_dimensions[get_column_letter(n)].width = min(max(2 * len(title) + 2, _WIDTH_MIN), _WIDTH_MAX)
    to.column_dimensions[get_column_letter(len(sheet.header))].hidden = sheet.hides_last
    to.freeze_panes = f"A{3 if sheet.title else 2}"
    bold = Font(bold=True)
    if sheet.title:
        to.append([_cell(to, sheet.title, bold)])
    to.append([_cell(to, title, bold) for title in sheet.header])
    count = 0
    for row in sheet.rows:
        to.append([_cell(to, value) for value in row])
        count += 1
    return count


def _cell(to: Any, value: Any, font: Any = None) -> Any:
    from openpyxl.cell import WriteOnlyCell

    if isinstance(value, str):
        text = _CONTROL.sub("", value)[:_LONGEST_CELL]
        if font is None and not text.startswith("="):
            return text
        cell = WriteOnlyCell(to, text)
        cell.data_type = "s"
        if font is not None:
            cell.font = font
        return cell
    if isinstance(value, datetime):
        cell = WriteOnlyCell(to, value)
        cell.number_format = "yyyy-mm-dd hh:mm:ss" if value.second else "yyyy-mm-dd hh:mm"
        return cell
    return value


def write_csv(target: Path | IO[bytes], sheet: SheetToWrite) -> int:
    """Write one sheet as csv that Excel opens well (UTF-8 with mark); returns the number of data rows."""
    if isinstance(target, Path):
        with target.open("wb") as opened:
            return write_csv(opened, sheet)
    lines = csv_lines(sheet)
    count = -1
    for line in lines:
        target.write(line)
        count += 1
    return count


def csv_lines(sheet: SheetToWrite) -> Iterator[bytes]:
    """The lines of a csv file, header first."""
    yield b"\xef\xbb\xbf" + _line(sheet.header)
    for row in sheet.rows:
        yield _line(row)


class _Line(list[str]):
    def write(self, text: str) -> None:
        self.append(text)


def _line(row: Sequence[Any]) -> bytes:
    out = _Line()
    csv.writer(out).writerow([_plain(value) for value in row])
    return "".join(out).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, str):
        text = _CONTROL.sub("", value)
        # A leading sign would make a formula of it in Excel.
        return f"'{text}" if text[:1] in "=+@\t\r" and text else text
    return value
