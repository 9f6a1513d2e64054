"""Rows of a workbook as values: sheets found, headers matched, cells read, problems collected."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice
from typing import Any

from mapsvc.domain.ledger import Level, Problem, Values
from mapsvc.domain.origins import is_closed_title
from mapsvc.errors import Refused
from mapsvc.ledger.cells import CellProblem, Masked, Reading, refuse_uncalculated, shown
from mapsvc.ledger.exported import Exported, read_exported
from mapsvc.ledger.headers import SEARCHED_ROWS, Header, find_header, is_no_data, match_sheets, recognise
from mapsvc.ledger.reader import FORMULA, LIMITS, SheetRow, Workbook
from mapsvc.ledger.sheets import ALL_SHEETS, READING_ORDER, SHEETS, Column, Sheet


@dataclass(slots=True)
class Row:
    """A data row.

    Attributes
    ----------
    values : dict
        By field; only columns the sheet has. Fields with ``_`` are raw parts, e.g. of a position.
    exported : Exported or None
        How the row went out, if an export of ours did.
    masked : dict
        Field -> text to fall back on, of cells an export had masked; such fields are not in `values`.
    """

    number: int
    cells: list[Any]
    values: Values
    problems: list[Problem] = field(default_factory=list)
    masked: dict[str, str | None] = field(default_factory=dict)
    is_rejected: bool = False
    exported: Exported | None = None
    key: str = ""
    id: str = ""
    extra: Any = None


@dataclass(frozen=True)
class OpenSheet:
    """A sheet of the form, found in the workbook."""

    sheet: Sheet
    name: str
    header: Header
    rows: Iterator[Row]


class LedgerFile:
    """A workbook read as the office's form.

    Parameters
    ----------
    book : Workbook
    today : date
        The office's day, against which dates are checked.
    wanted : sequence of Sheet
        Sheets to read; others that are there are reported as not read.
    """

    def __init__(self, book: Workbook, today: date, wanted: Sequence[Sheet] = ALL_SHEETS) -> None:
        self._book = book
        self._wanted = wanted
        self._reading = Reading(today)
        self.problems: list[Problem] = []
        self._names = self._find()

    def _find(self) -> dict[str, str]:
        found, unknown = match_sheets(self._book.sheet_names)
        names = {sheet.name for sheet in self._wanted}
        unknown += [found.pop(name) for name in list(found) if name not in names]
        for name in list(unknown):
            head = list(islice(self._book.rows(name), SEARCHED_ROWS))
            sheet = recognise(head, [s for s in self._wanted if s.name not in found])
            if sheet:
                found[sheet.name] = name
                unknown.remove(name)
                self._say(name, Level.NOTE, "sheet_recognised", f"表“{name}”按列名当作“{sheet.name}”读。")
        if not found:
            wanted = "、".join(sheet.name for sheet in self._wanted)
            there = f"有“{'”“'.join(name[:20] for name in unknown[:5])}”，" if unknown else ""
            raise Refused(
                f"这个工作簿里{there}没有认得的表。台账应有这些表：{wanted}。请核对是不是选错了文件。",
                field="file",
                code="no_sheets",
            )
        for name in unknown:
            self._say(name, Level.NOTE, "unknown_sheet", f"表“{name}”不在台账格式里，没有读。")
        # The hotline's orders come alone, and the ledger without them.
        is_ledger = any(sheet.name in found for sheet in SHEETS)
        for sheet in SHEETS if is_ledger else ():
            if sheet.name not in found:
                self._say(sheet.name, Level.WARNING, "missing_sheet", f"没有“{sheet.name}”这张表，其余的表照常读。")
        return found

    def _say(self, sheet: str, level: Level, code: str, message: str, column: str | None = None) -> None:
        self.problems.append(Problem(sheet, None, column, None, level, code, message))

    def total_rows(self) -> int:
        """Rows to go through, at most: for progress."""
        return sum(self._book.last_row(name) for name in self._names.values())

    def sheets(self) -> Iterator[OpenSheet]:
        """The sheets that can be read, those first that others point to."""
        for sheet in READING_ORDER:
            if sheet.name not in self._names:
                continue
            name = self._names[sheet.name]
            rows = self._book.rows(name)
            head = list(islice(rows, SEARCHED_ROWS))
            header = find_header(sheet, head)
            if header is None or header.missing:
                self._refuse(sheet, header)
                continue
            self._report(sheet, header)
            below = (row for row in chain(head, rows) if row.number > header.row)
            yield OpenSheet(sheet, name, header, _data_rows(sheet, header, below, self._reading))

    def _refuse(self, sheet: Sheet, header: Header | None) -> None:
        if header is None:
            titles = "、".join(c.title for c in sheet.columns if c.required)
            self._say(
                sheet.name, Level.ERROR, "no_header", f"表“{sheet.name}”里找不到标题行，没有读。标题行要有：{titles}。"
            )
            return
        missing = "、".join(header.missing)
        self._say(
            sheet.name,
            Level.ERROR,
            "missing_column",
            f"表“{sheet.name}”缺少这几列：{missing}，整张表没有读。请把列名改回来再导入。",
            header.missing[0],
        )

    def _report(self, sheet: Sheet, header: Header) -> None:
        if header.unknown:
            names = "、".join(header.unknown[:20])
            self._say(sheet.name, Level.NOTE, "unknown_column", f"表“{sheet.name}”里这几列不认识，没有读：{names}。")
        if header.repeated:
            names = "、".join(header.repeated[:20])
            self._say(
                sheet.name, Level.WARNING, "repeated_column", f"表“{sheet.name}”里有重名的列，只读左边第一列：{names}。"
            )


def _data_rows(sheet: Sheet, header: Header, rows: Iterator[SheetRow], reading: Reading) -> Iterator[Row]:
    by_field = sheet.by_field
    plan = [(n, by_field[name]) for name, n in header.columns.items()]
    in_front = True
    for row in rows:
        if is_no_data(header, row, in_front=in_front):
            continue
        in_front = False
        read = _read(sheet, plan, row, reading)
        if header.exported is not None and header.exported < len(row.cells):
            read.exported = read_exported(row.cells[header.exported])
        yield read


def _read(sheet: Sheet, plan: list[tuple[int, Column]], row: SheetRow, reading: Reading) -> Row:
    values: Values = {}
    read = Row(row.number, row.cells, values)
    cells, width = row.cells, len(row.cells)
    for n, column in plan:
        value = cells[n] if n < width else None
        if value is None:
            values[column.field] = None
            continue
        try:
            if value is FORMULA or (type(value) is str and len(value) > LIMITS.cell_chars):
                refuse_uncalculated(value)
            found = column.convert(value, reading)
        except CellProblem as problem:
            complain(read, sheet, column, value, problem)
            continue
        if type(found) is Masked:
            read.masked[column.field] = found.text
        else:
            values[column.field] = found
    if not read.is_rejected:
        _require(sheet, plan, read)
    return read


def complain(row: Row, sheet: Sheet, column: Column, value: Any, problem: CellProblem) -> None:
    """Write down a cell that cannot be taken: the row is rejected if it needs the column, else goes without it."""
    fatal = column.required or column.is_strict
    is_closed = is_closed_title(column.title)
    # What is closed is told to nobody, not even as what could not be read.
    told = f"“{column.title}”里写的看不懂，请照表头的写法填。" if is_closed else problem.message
    message = told if fatal else f"{told}这一格没有导入。"
    level = Level.ERROR if fatal else Level.WARNING
    row.problems.append(
        Problem(sheet.name, row.number, column.title, None if is_closed else shown(value), level, problem.code, message)
    )
    row.is_rejected |= fatal


def _require(sheet: Sheet, plan: list[tuple[int, Column]], row: Row) -> None:
    for _, column in plan:
        if column.required and row.values.get(column.field) is None and column.field not in row.masked:
            message = f"没有填“{column.title}”。请补上再导入。"
            row.problems.append(Problem(sheet.name, row.number, column.title, None, Level.ERROR, "missing", message))
            row.is_rejected = True
