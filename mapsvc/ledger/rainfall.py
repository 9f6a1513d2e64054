"""A table of daily rainfall (csv): 日期,雨量mm and, where there are several, 站点."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date

from mapsvc.domain.ledger import Level, Problem
from mapsvc.domain.rainfall import MOST_MM, RainDay
from mapsvc.domain.times import office_day, parse_iso
from mapsvc.errors import Malformed, Refused, TooLarge
from mapsvc.ledger import cells
from mapsvc.ledger.cells import CellProblem, Reading, narrow

SHEET = "雨量表"
DAY, MM, STATION = "日期", "雨量mm", "站点"
MOST_BYTES = 4_000_000
MOST_ROWS = 50_000
_SEARCHED_ROWS = 30
# What each column may be called, brackets and blanks left out.
TITLES: dict[str, tuple[str, ...]] = {
    DAY: ("日期", "日", "day", "date"),
    MM: ("雨量mm", "雨量", "日雨量", "日雨量mm", "降雨量", "降雨量mm", "降水量", "降水量mm", "日降水量", "毫米", "mm",
         "rain", "rainfall", "rain_mm", "rainfall_mm", "precipitation"),
    STATION: ("站点", "站", "测站", "站名", "雨量站", "station"),
}  # fmt: skip
_TRACE = {"T", "TRACE", "微量", "无", "无雨", "/"}
_UNIT = re.compile(r"\s*(mm|毫米)$", re.IGNORECASE)
_AMOUNT = re.compile(r"\d{1,6}(\.\d+)?")
_TOTAL = re.compile(r"(合计|总计|共计|total).*", re.IGNORECASE)
_LONGEST_STATION = 40


@dataclass(frozen=True)
class RainSheet:
    """What a file says: days with the lines they stand in, and what could not be read."""

    days: tuple[tuple[int, RainDay], ...]
    problems: tuple[Problem, ...]
    read: int


def read_rainfall(content: bytes, today: date) -> RainSheet:
    """Read a csv file; rows that say nothing usable are named by their line and left out, the others count.

    Parameters
    ----------
    content : bytes
        UTF-8 (with or without mark), else GB 18030; parted by commas, semicolons or tabs.
    today : date
        Days after it are refused.

    Raises
    ------
    TooLarge
    Malformed
        No text in either encoding.
    Refused
        No header with a day and an amount.
    """
    if len(content) > MOST_BYTES:
        raise TooLarge(
            f"文件有{len(content) / 1e6:.0f}MB，雨量表最多{MOST_BYTES / 1e6:.0f}MB，请按年份分开。", field="file"
        )
    lines = _lines(_text(content))
    start, columns = _header(lines)
    days: list[tuple[int, RainDay]] = []
    problems: list[Problem] = []
    seen: dict[tuple[date, str], int] = {}
    for line, row in lines[start:]:
        if not any(row) or _TOTAL.fullmatch(row[0]):
            continue
        try:
            day = _day(row, columns, Reading(today))
            if (first := seen.setdefault((day.day, day.station), line)) != line:
                told = f"{day.day:%Y-%m-%d}在第{first}行已经有了，这一行没有用。请只留一行。"
                raise _Bad(DAY, day.day.isoformat(), "twice", told)
            days.append((line, day))
        except _Bad as bad:
            problems.append(Problem(SHEET, line, bad.column, bad.value, Level.ERROR, bad.code, bad.message))
    return RainSheet(tuple(days), tuple(problems), len(days) + len(problems))


class _Bad(Exception):
    def __init__(self, column: str, value: str, code: str, message: str) -> None:
        super().__init__(message)
        self.column, self.value, self.code, self.message = column, value[:60], code, message


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    told = "这个文件不是文本表格（csv）。请在 Excel 或 WPS 里另存为“CSV（逗号分隔）”再导入。"
    raise Malformed(told, field="file", code="not_csv")


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """Rows with the number of their line, cells trimmed."""
    head = text[:4000]
    delimiter = max(",;\t", key=head.count)
    if head.count(delimiter) == 0 and "，" in head:
        text, delimiter = text.replace("，", ","), ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found = []
    try:
        for row in reader:
            found.append((reader.line_num, [narrow(cell) for cell in row]))
            if len(found) > MOST_ROWS:
                raise TooLarge(f"这个文件超过{MOST_ROWS}行，请按年份分开再导入。", field="file", code="too_many_rows")
    except csv.Error as error:
        raise Malformed(
            f"第{reader.line_num}行读不出来，请检查引号是不是成对。", field="file", code="damaged"
        ) from error
    return found


def _header(lines: list[tuple[int, list[str]]]) -> tuple[int, dict[str, int]]:
    for n, (_, row) in enumerate(lines[:_SEARCHED_ROWS]):
        titles = [re.sub(r"[\s()\[\]（）]", "", cell).lower() for cell in row]
        columns = {name: i for name, known in TITLES.items() for i, t in enumerate(titles) if t in known}
        if DAY in columns and MM in columns:
            return n + 1, columns
    told = "没有找到表头。第一行请写“日期”和“雨量mm”两列，用逗号分开；有几个雨量站再加一列“站点”。"
    raise Refused(told, field="file", code="no_header")


def _day(row: list[str], columns: dict[str, int], reading: Reading) -> RainDay:
    written, amount, station = (row[i] if (i := columns.get(n, -1)) in range(len(row)) else "" for n in TITLES)
    if not written:
        raise _Bad(DAY, "", "missing", "没有写日期。请填哪一天，例如 2026-06-18。")
    try:
        day = office_day(parse_iso(str(cells.moment(written, reading))))
    except CellProblem as problem:
        raise _Bad(DAY, written, problem.code, problem.message.replace(" 09:05", "")) from None
    # As an export of ours wrote what a spreadsheet would have taken for a formula.
    station = station[1:] if station.startswith("'") else station
    if len(station) > _LONGEST_STATION:
        raise _Bad(STATION, station, "too_long", f"站点最多{_LONGEST_STATION}个字，请写短一些。")
    return RainDay(day, station, _mm(amount))


def _mm(written: str) -> float:
    plain = _UNIT.sub("", written.replace(",", "")).strip()
    if plain.upper() in _TRACE:
        return 0.0
    if not plain:
        raise _Bad(MM, written, "missing", "没有写雨量。没下雨请写0，没有观测就删掉这一行。")
    if not _AMOUNT.fullmatch(plain):
        raise _Bad(MM, written, "bad_number", f"雨量“{written[:20]}”不是数字。请只填毫米数，例如 36.5；微量写T。")
    mm = float(plain)
    if mm > MOST_MM:
        raise _Bad(MM, written, "out_of_range", f"一天{plain}毫米不可能，请核对单位是不是毫米。")
    return round(mm, 1)
