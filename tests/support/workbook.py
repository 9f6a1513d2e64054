"""Office workbooks for tests: the form's sheets and titles, filled with the rows a test gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

Rows = Sequence[Mapping[str, Any]]

SHOP: dict[str, Any] = {
    "商铺编号": "LT0001",
    "店名(招牌)": "岚西杂货",
    "地址(门牌)": "岚皋西路27号",
    "业态": "零售",
    "经营者": "王先生",
    "联系电话": "13812345678",
    "包联网格员": "小陈",
    "状态": "营业",
}
ISSUE: dict[str, Any] = {
    "编号": "WT00001",
    "上报时间": datetime(2026, 11, 1, 9),
    "来源": "巡查",
    "类别": "暴露垃圾",
    "事发位置": "岚皋路236号",
    "上报人": "小陈",
    "处置时限(小时)": 4,
}
VISIT: dict[str, Any] = {
    "走访时间": datetime(2026, 11, 2, 10),
    "走访人": "小陈",
    "类型(定期/专项/回访)": "定期",
    "商铺编号": "LT0001",
    "是否见面": "是",
}


def _as_text(page: Any, value: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell

    if not isinstance(value, str) or not value.startswith("="):
        return value
    cell = WriteOnlyCell(page, value)
    cell.data_type = "s"
    return cell


def write_workbook(file: Path, sheets: Mapping[str, Rows], *, above: Sequence[str] = ("示例",)) -> Path:
    """Write `sheets` with lines `above` each header; what begins with ``=`` stays text."""
    from openpyxl import Workbook

    from mapsvc.ledger.sheets import SHEETS

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        form = next((s for s in SHEETS if s.name == name), None)
        known = [column.title for column in form.columns] if form else []
        titles = known + [t for t in dict.fromkeys(t for row in rows for t in row) if t not in known]
        page = book.create_sheet(name)
        for line in above:
            page.append([line])
        page.append(titles)
        for row in rows:
            page.append([_as_text(page, row.get(title)) for title in titles])
    book.save(file)
    return file
