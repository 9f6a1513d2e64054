"""Finds the header of a sheet by names, whatever stands above it, and tells data from everything else."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mapsvc.ledger.cells import narrow
from mapsvc.ledger.reader import FORMULA, SheetRow
from mapsvc.ledger.sheets import ALL_SHEETS, EXPORTED_TITLE, IGNORED_TITLES, Sheet

SEARCHED_ROWS = 30
"""A header further down is none."""
LONGEST_TITLE = 200
"""Longer texts are no titles, hints or remarks; patterns that look ahead would take hours over them."""
_BRACKETS = re.compile(r"[((\[【][^))\]】]*[))\]】]")
_TOTAL = re.compile(r"(合计|总计|小计|共计|累计|本页小计|本页合计).*")
_REMARK = re.compile(r"(填写说明|填表说明|说明|备注|注|示例|例|填表人|制表人|制表日期|审核人|单位盖章).*", re.DOTALL)
_HINT = re.compile(
    r"可空|必填|选填|可不填|不填|自动生成|格式|与.{1,6}一致|即可|下拉|例如|如[:“]|\d+位|[A-Z]+\+\d|大类"
    r"|yyyy|YYYY|是/否|路名\+号|(?:[^/]{2,4}/){2,}|WGS-?84/"
)


@dataclass(frozen=True)
class Header:
    """Where a sheet's columns are.

    Attributes
    ----------
    row : int
        Number of the (last) header row.
    columns : dict of str to int
        Field -> column from 0.
    titles : dict of int to str
        What the office wrote over each column.
    unknown, repeated : tuple of str
        Titles that mean nothing here; titles that stand twice (the first counts).
    missing : tuple of str
        Required titles that are not there.
    exported : int or None
        Column from 0 in which an export says what went out; it has no title here.
    """

    row: int
    columns: dict[str, int]
    titles: dict[int, str]
    unknown: tuple[str, ...]
    repeated: tuple[str, ...]
    missing: tuple[str, ...]
    exported: int | None = None

    def is_again(self, cells: Sequence[Any]) -> bool:
        """Whether a row repeats the header, as printed pages do."""
        width = len(cells)
        same = sum([n < width and cells[n] == title for n, title in self.titles.items()])
        return bool(same >= 3 and same * 2 >= len(self.titles))


def fold(title: Any) -> str:
    """A title for comparison: NFKC, no blanks, no stars, capital letters."""
    return re.sub(r"[\s*＊_::]+", "", narrow(title)).upper() if title is not None and title is not FORMULA else ""


def bare(folded: str) -> str:
    """A folded title without what stands in brackets."""
    return _BRACKETS.sub("", folded) or folded


@lru_cache(maxsize=16)
def _titles(sheet: Sheet) -> tuple[dict[str, str], dict[str, str]]:
    """Folded own titles, and folded aliases, -> field."""
    own: dict[str, str] = {}
    other: dict[str, str] = {}
    for column in sheet.columns:
        own.setdefault(fold(column.title), column.field)
        own.setdefault(bare(fold(column.title)), column.field)
    for column in sheet.columns:
        for alias in column.aliases:
            other.setdefault(fold(alias), column.field)
    return own, other


def find_header(sheet: Sheet, rows: Sequence[SheetRow]) -> Header | None:
    """The header among the first `rows` of a sheet: the row that names most columns, at least two of them.

    A second header row below it (经度, 纬度 under a merged 位置) is read along.
    """
    best: tuple[int, int] | None = None
    for index, row in enumerate(rows):
        score = len(_match(sheet, row.cells)[0])
        if score >= 2 and (best is None or score > best[0]):
            best = (score, index)
    if best is None:
        return None
    index = best[1]
    cells, last = list(rows[index].cells), rows[index].number
    if index + 1 < len(rows) and rows[index + 1].number == last + 1:
        below = rows[index + 1].cells
        more = _match(sheet, below)[0]
        if more and len(more) == sum(1 for value in below if value is not None and value not in cells):
            cells += [None] * (len(below) - len(cells))
            cells = [b if b is not None else a for a, b in zip(cells, [*below, *[None] * len(cells)], strict=False)]
            last += 1
    exported = next((n for n, value in enumerate(cells) if value == EXPORTED_TITLE), None)
    if exported is not None:
        cells[exported] = None
    columns, unknown, repeated = _match(sheet, cells)
    missing = tuple(c.title for c in sheet.columns if c.required and c.field not in columns)
    titles = {n: str(value) for n, value in enumerate(cells) if value is not None}
    return Header(last, columns, titles, unknown, repeated, missing, exported)


def _match(sheet: Sheet, cells: Sequence[Any]) -> tuple[dict[str, int], tuple[str, ...], tuple[str, ...]]:
    own, other = _titles(sheet)
    found: dict[str, int] = {}
    left: list[tuple[int, str]] = []
    repeated: list[str] = []
    folded = [(n, fold(value)) for n, value in enumerate(cells) if isinstance(value, str) and _is_short(value)]
    for n, title in folded:
        field = own.get(title) or own.get(bare(title))
        if field is None:
            left.append((n, title))
        elif field in found:
            repeated.append(narrow(cells[n]))
        else:
            found[field] = n
    unknown: list[str] = []
    for n, title in left:
        field = other.get(title) or other.get(bare(title))
        if field is not None and field not in found:
            found[field] = n
        elif bare(title) not in IGNORED_TITLES and title:
            (repeated if field is not None else unknown).append(narrow(cells[n]))
    return found, tuple(unknown), tuple(repeated)


def match_sheets(names: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """(sheet of the form -> name in the workbook, names that are no sheet of the form)."""
    found: dict[str, str] = {}
    left: list[str] = []
    for name in names:
        if any(sheet.name == fold(name) for sheet in ALL_SHEETS):
            found.setdefault(fold(name), name)
        else:
            left.append(name)
    unknown: list[str] = []
    for name in left:
        spelled = bare(fold(name))
        sheet = next(
            (s for s in ALL_SHEETS if s.name not in found and (spelled == s.name or spelled in s.aliases)), None
        )
        sheet = sheet or next((s for s in ALL_SHEETS if s.name not in found and _speaks_of(spelled, s)), None)
        if sheet:
            found[sheet.name] = name
        else:
            unknown.append(name)
    return found, unknown


def _speaks_of(name: str, sheet: Sheet) -> bool:
    return any(word in name for word in sheet.words)


def recognise(rows: Sequence[SheetRow], wanted: Iterable[Sheet]) -> Sheet | None:
    """The sheet of the form whose columns an unnamed sheet has: all required ones, four at least, half of its own."""
    fits = []
    for sheet in wanted:
        header = find_header(sheet, rows)
        if header and not header.missing and len(header.columns) >= max(4, len(header.unknown)):
            fits.append((len(header.columns) - len(header.unknown), sheet))
    return max(fits, key=lambda fit: fit[0])[1] if fits else None


def is_no_data(header: Header, row: SheetRow, *, in_front: bool) -> bool:
    """Whether a row below the header is a total, a remark, a repeated header or a line of hints.

    `in_front`: no data row came before it; only there hints are looked for.
    """
    values = [(n, value) for n, value in enumerate(row.cells) if value is not None]
    if not in_front and len(values) > 4 and not isinstance(values[0][1], str):
        # Numbered rows, the most of them: only a total is numbered too, and has few cells.
        return False
    texts = [narrow(value[:LONGEST_TITLE]) for _, value in values[:3] if isinstance(value, str)]
    if texts and isinstance(values[0][1], str):
        first = texts[0].replace(" ", "")
        if _TOTAL.fullmatch(first) and len(first) <= 12:
            return True
        if _REMARK.fullmatch(first) and (len(values) == 1 or in_front or ":" in first):
            return True
    if len(values) <= 4 and any(_TOTAL.fullmatch(t.replace(" ", "")) and len(t) <= 6 for t in texts):
        return True
    known = set(header.columns.values())
    if all(n not in known for n, _ in values):
        return True
    if len(values) == 1 and values[0][0] == min(header.titles, default=0) and isinstance(values[0][1], str):
        return len(values[0][1]) > 12 and not values[0][1].isascii()
    if header.is_again(row.cells):
        return True
    return in_front and sum(1 for _, v in values if isinstance(v, str) and _is_short(v) and _HINT.search(v)) >= 2


def _is_short(text: str) -> bool:
    return len(text) <= LONGEST_TITLE
