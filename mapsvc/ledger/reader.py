"""The one reader of workbooks: what is let in, and its rows one by one; every limit stands here."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mapsvc.errors import Malformed, TooLarge


@dataclass(frozen=True)
class Limits:
    """How much of a workbook is taken.

    Attributes
    ----------
    file_bytes, unpacked_bytes, part_ratio, parts : int
        Of the zip: its size, the sum of what it unpacks to, how many times a big part may grow, number of parts.
    text_bytes : int
        Of the table of shared texts, which is held in memory.
    rows, columns, cells : int
        Per sheet: number of the last row and column with a value, and their product (cells are held in memory).
    cell_chars : int
        Characters in one cell.
    seconds : float
        For opening and reading all sheets.
    """

    file_bytes: int = 50_000_000
    unpacked_bytes: int = 600_000_000
    part_ratio: int = 250
    parts: int = 2_000
    text_bytes: int = 80_000_000
    rows: int = 200_000
    columns: int = 100
    cells: int = 5_000_000
    cell_chars: int = 5_000
    seconds: float = 300.0


LIMITS: Final = Limits()


class FormulaWithoutValue:
    """Stands in a cell that holds a formula nobody has calculated."""

    def __repr__(self) -> str:
        return "FORMULA"


FORMULA: Final = FormulaWithoutValue()


class Deadline:
    """The time left for one workbook."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds
        self._seconds = seconds

    def check(self) -> None:
        """Raise TooLarge when the time is over."""
        if time.monotonic() > self._ends:
            raise TooLarge(
                f"读这个文件超过 {self._seconds:.0f} 秒，已停下。请把工作簿拆成几个小文件再导入。", code="too_slow"
            )


@dataclass(frozen=True)
class SheetRow:
    """A row with any value: its number as Excel shows it, and its cells from column A on (None: empty)."""

    number: int
    cells: list[Any]


class Workbook:
    """An opened xlsx; sheets are read one at a time.

    Merged cells down a column all carry the value of the first. A formula gives its stored value, or `FORMULA`.
    """

    def __init__(self, path: Path, limits: Limits = LIMITS) -> None:
        from python_calamine import CalamineError, CalamineWorkbook

        from mapsvc.ledger import guard

        self.limits = limits
        self.deadline = Deadline(limits.seconds)
        self._scans = guard.inspect(path, limits, self.deadline)
        try:
            self._book = CalamineWorkbook.from_path(str(path))
        except (CalamineError, OSError) as error:
            raise Malformed(guard.DAMAGED, field="file", code="damaged") from error
        self.sheet_names: tuple[str, ...] = tuple(n for n in self._book.sheet_names if n in self._scans)

    def close(self) -> None:
        """Let go of the file."""
        self._book.close()

    def __enter__(self) -> "Workbook":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def last_row(self, name: str) -> int:
        """Number of the last row of a sheet that holds a value: for progress."""
        return self._scans[name].last_row

    def rows(self, name: str) -> Iterator[SheetRow]:
        """Rows of a sheet that hold any value, from the top.

        Raises
        ------
        Malformed
            The sheet cannot be read.
        TooLarge
            The time is over.
        """
        from python_calamine import CalamineError

        from mapsvc.ledger.guard import DAMAGED

        scan = self._scans[name]
        if not scan.last_row and not scan.formulas:
            return
        try:
            sheet = self._book.get_sheet_by_name(name)
        except CalamineError as error:
            raise Malformed(DAMAGED, field="file", code="damaged") from error
        first_column = sheet.start[1] if sheet.start else 0
        fills = _Fills(sheet.merged_cell_ranges or [])
        number = 0
        for number, found in enumerate(sheet.iter_rows() if sheet.start else (), 1):
            if number % 1000 == 0:
                self.deadline.check()
            cells = [None if value == "" else value for value in found]
            if first_column:
                cells = [None] * first_column + cells
            if number in scan.formulas:
                _mark(cells, scan.formulas[number])
            if fills.rows:
                fills.apply(number, cells)
            if any(value is not None for value in cells):
                yield SheetRow(number, cells)
        for late in sorted(n for n in scan.formulas if n > number):
            yield SheetRow(late, _mark([], scan.formulas[late]))


def _mark(cells: list[Any], columns: list[int]) -> list[Any]:
    cells.extend([None] * (max(columns) + 1 - len(cells)))
    for column in columns:
        cells[column] = FORMULA
    return cells


class _Fills:
    """Values of merged cells, carried down the column (a merge across is a title: only its first cell counts)."""

    def __init__(self, merges: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
        # (first row, last row, column) as Excel numbers rows, columns from 0; one row high needs no carrying.
        tall = [(top + 1, bottom + 1, left) for (top, left), (bottom, _) in merges if bottom > top]
        self.rows: dict[int, list[tuple[int, int]]] = {}
        for top, bottom, column in tall[:_MOST_MERGES]:
            self.rows.setdefault(top, []).append((bottom, column))
        self._open: dict[int, tuple[int, Any]] = {}

    def apply(self, number: int, cells: list[Any]) -> None:
        for column, (bottom, value) in list(self._open.items()):
            if number > bottom:
                del self._open[column]
                continue
            if column >= len(cells):
                cells.extend([None] * (column + 1 - len(cells)))
            if cells[column] is None:
                cells[column] = value
        for bottom, column in self.rows.get(number, ()):
            if column < len(cells) and cells[column] is not None:
                self._open[column] = (bottom, cells[column])


_MOST_MERGES = 50_000
