"""Imports in tests: a whole small workbook, and what was counted and stored."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mapsvc.domain.actors import SYSTEM
from tests.support.workbook import ISSUE, SHOP, VISIT, write_workbook

if TYPE_CHECKING:
    from mapsvc.domain.ledger import ImportReport
    from mapsvc.operations.workspace import Workspace

OTHER = SHOP | {
    "商铺编号": "LT0002",
    "店名(招牌)": "王记建材",
    "地址(门牌)": "岚皋路１２１号",
    "联系电话": "138 0000 0000",
}
COUNCIL = {"时间": "2026.11.03 14:00", "问题编号": "WT00001", "症结": "管道老化", "方案": "物业维修"}
ENQUIRY = {"咨询时间": "2026/11/2 12:00", "商铺编号": "LT0001", "问题": "怎么办执照?", "政策主题": "营业执照变更"}
PLACE = {"点位编号": "PD0001", "名称": "橙子公寓旁空地", "经度": 121.419941, "纬度": 31.251599}
ENTRY = {"路名": "岚皋路", "起号": 1, "止号": 100, "单双号": "单", "物业公司": "申城物业"}
WHOLE: dict[str, Any] = {
    "商铺底册": [SHOP, OTHER],
    "走访记录": [VISIT | {"反映问题": "门口卸货没地方停"}],
    "问题台账": [ISSUE, ISSUE | {"编号": "WT00002", "办结时间": datetime(2026, 11, 1, 11, 20, 18, 514000)}],
    "咨询台账": [ENQUIRY],
    "议事记录": [COUNCIL],
    "点位": [PLACE],
    "责任主体": [ENTRY],
}
TABLES = ("shop", "location", "tenancy", "person", "assignment", "visit", "need", "issue", "case_file", "case_step",
          "enquiry", "council", "place", "register_entry", "event", "import_row", "import_batch", "import_change",
          "search_entry", "audit")  # fmt: skip
NEW_TENANT = SHOP | {"店名(招牌)": "新叶咖啡", "经营者": "周女士", "联系电话": "13900002222"}


def imported(ws: Workspace, file: Path, sheets: dict[str, Any] = WHOLE, **how: Any) -> ImportReport:
    """Write `sheets` into `file` and import it."""
    from mapsvc.operations.imports import import_ledger

    return import_ledger(ws, SYSTEM, write_workbook(file, sheets), **how)


def counts(report: ImportReport, sheet: str = "商铺底册") -> tuple[int, int, int, int, int, int]:
    """Read, added, updated, unchanged, rejected, conflicts of a sheet."""
    c = report.sheets[sheet]
    return c.read, c.added, c.updated, c.unchanged, c.rejected, c.conflicts


def stored(ws: Workspace) -> dict[str, int]:
    """Rows per table."""
    from mapsvc.store import bulk

    with ws.read() as conn:
        return {table: bulk.count(conn, table) for table in TABLES}


def codes(report: ImportReport) -> set[str]:
    """Codes of the problems of rows."""
    return {p.code for p in report.problems} - {"missing_sheet", "unknown_column"}


def correct(ws: Workspace, **changes: Any) -> None:
    """Change LT0001 in the app."""
    from mapsvc.operations.shop_changes import ShopChanges, correct_shop
    from mapsvc.operations.shops import get_shop

    version = get_shop(ws, SYSTEM, "LT0001").shop.version
    correct_shop(ws, SYSTEM, "LT0001", version, ShopChanges(**changes))
