"""Policy entries as a sheet of a workbook: a row per entry, headers by name, several things on lines of one cell."""

import tempfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from mapsvc.domain.policies import PolicyEntry
from mapsvc.domain.policy_cells import cells_of
from mapsvc.domain.policy_files import FIELD_NAMES
from mapsvc.domain.policy_markdown import Piece
from mapsvc.errors import Refused
from mapsvc.ledger.reader import FORMULA, LIMITS, SheetRow, Workbook
from mapsvc.ledger.writer import SheetToWrite, write_xlsx

SHEET = "线上驿站"
EXPLAINED = "填写说明"
_ALIASES = {
    "问题": "questions", "怎么问": "questions", "答复": "answer", "解答": "answer", "来源": "source",
    "来源日期": "source_date", "有效期至": "valid_until", "有效期起": "valid_from", "标签": "tags", "关键词": "tags",
    "业态": "trades", "搜索词": "search_words", "办理窗口": "counters",
}  # fmt: skip
_FIELDS = {name: one for one, name in FIELD_NAMES.items()} | _ALIASES
_NEEDED = ("title", "answer")
_SEARCHED_ROWS = 15
_LIMITS = replace(LIMITS, file_bytes=5_000_000, unpacked_bytes=60_000_000, rows=3_000, columns=60, seconds=30.0)
_EXPLANATIONS = (
    ("编号", "英文短名，导出的不要改；新写的空着，会自动给"),
    ("主题", "从系统的主题里选，例如 子女入园"),
    ("问法、材料、步骤", "一行一个（单元格里按 Alt+回车换行）"),
    ("条件", "一行一个：条件｜截止：上一年年底前｜提醒：现在就办｜提醒月份：9、10"),
    ("窗口", "一行一个：窗口名｜地址：…｜时间：…｜电话：座机"),
    ("随申办里搜、别的说法、行业、月份", "用顿号隔开"),
    ("日期", "写成 2026-09-01，或用 Excel 的日期"),
    ("样例", "是：还没核对过；否：核对过了"),
    ("版本", "导出时的版本，不要改：别人后来改过的，导入时会提醒，不会盖掉"),
)


def write_sheet(target: IO[bytes], entries: Iterable[PolicyEntry]) -> None:
    """The workbook of these entries, with a sheet that explains it; without entries, the template."""
    rows = ([cells[name] or None for name in FIELD_NAMES] for cells in map(cells_of, entries))
    write_xlsx(
        target,
        [
            SheetToWrite(SHEET, list(FIELD_NAMES.values()), rows),
            SheetToWrite(EXPLAINED, ["列", "怎么填"], _EXPLANATIONS),
        ],
    )


def read_sheet(content: bytes) -> list[Piece]:
    """The rows of the sheet 线上驿站, else of the first that has its headers; each with its number.

    Raises
    ------
    Malformed, Unsupported, TooLarge
        It is no workbook that can be read.
    Refused
        No sheet has a header with 标题 and 答案.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "policies.xlsx"
        file.write_bytes(content)
        with Workbook(file, _LIMITS) as book:
            names = sorted(book.sheet_names, key=lambda name: name.strip() != SHEET)
            for name in names:
                rows = list(book.rows(name))
                header = _header(rows)
                if header is not None:
                    return _pieces(rows, *header)
    told = "没有找到表头：要有“标题”“答案”这些列。可以先下载空表，照着填。"
    raise Refused(told, field="file", code="no_header")


def _header(rows: list[SheetRow]) -> tuple[int, dict[int, str], list[str]] | None:
    for row in rows[:_SEARCHED_ROWS]:
        titles = {n: str(value).strip().rstrip("*＊") for n, value in enumerate(row.cells) if isinstance(value, str)}
        columns = {n: _FIELDS[title] for n, title in titles.items() if title in _FIELDS}
        if all(name in columns.values() for name in _NEEDED):
            return row.number, columns, [title for n, title in titles.items() if n not in columns]
    return None


def _pieces(rows: list[SheetRow], header: int, columns: dict[int, str], unknown: list[str]) -> list[Piece]:
    found = []
    for row in rows:
        if row.number <= header:
            continue
        piece = Piece(f"第{row.number}行")
        for n, value in enumerate(row.cells):
            if n not in columns or value is None:
                continue
            if value is FORMULA:
                piece.problems.append(f"“{FIELD_NAMES[columns[n]]}”是没有算出来的公式，请改成文字。")
            piece.cells.setdefault(columns[n], _text(value))
        if any(text.strip() for text in piece.cells.values()):
            found.append(piece)
    if found and unknown:
        found[0].notes += [
            f"表头“{title[:20]}”不认识，这一列没有看。要收的话，请改成空表里的名称。" for title in unknown
        ]
    return found


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("\r\n", "\n").replace("\r", "\n")
