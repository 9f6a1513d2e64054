"""Tickets for tests: workbooks of the hotline's form, at the doors of `tests.support.street`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from tests.support.workbook import write_workbook

SHEET = "12345工单"
TICKET: dict[str, Any] = {
    "工单编号": "SH202611201001",
    "来电时间": datetime(2026, 11, 20, 13, 19),
    "诉求类型": "求助",
    "诉求内容": "市民来电反映房屋渗漏，希望尽快处理",
    "发生地址": "岚皋西路27号",
    "先行联系时限": datetime(2026, 11, 23, 17, 0),
    "办理时限(工作日)": 5,
    "承办单位": "石泉路街道",
    "状态": "待签收",
    "是否重复": "否",
}


def ticket(number: int = 1001, **more: Any) -> dict[str, Any]:
    """A row of the sheet; `more` by title."""
    return TICKET | {"工单编号": f"SH20261120{number}"} | more


def ticket_file(file: Path, *rows: dict[str, Any]) -> Path:
    """A workbook with these rows."""
    return write_workbook(file, {SHEET: rows or (TICKET,)}, above=("12345工单（示例数据）",))
