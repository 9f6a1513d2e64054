"""Writes docs/workbook.zh.md, the form of the workbook, from the sheets as the program reads them."""

from pathlib import Path

from mapsvc.ledger.reader import LIMITS
from mapsvc.ledger.sheets import ALL_SHEETS, Sheet

TARGET = Path(__file__).resolve().parent.parent / "docs/workbook.zh.md"
HEAD = """# 工作簿的表和列

程序认得的表、列和别的叫法。括号里的字可有可无，列的先后不限，不认得的列不导入并说一声。本页由程序的表格定义写成
（`python tools/workbook_doc.py`），有测试守着不走样。

一次最多：文件 {megabytes} MB，每张表 {rows:,} 行、{columns} 列，每格 {chars:,} 字。再大请按年份拆开。
"""


def page() -> str:
    """The whole page."""
    head = HEAD.format(
        megabytes=LIMITS.file_bytes // 1_000_000, rows=LIMITS.rows, columns=LIMITS.columns, chars=LIMITS.cell_chars
    )
    return head + "".join(f"\n{section(sheet)}" for sheet in ALL_SHEETS)


def section(sheet: Sheet) -> str:
    """One sheet: its other names, what makes a row the same row, its columns."""
    key = "＋".join(sheet.named(field) for field in sheet.key)
    lines = [
        f"## {sheet.name}",
        "",
        f"表名也可以是：{'、'.join(sheet.aliases)}。同一行靠：{key}。",
        "",
        "| 列 | 必填 | 也认得 |",
        "|---|---|---|",
    ]
    for column in sheet.columns:
        notes = "必填" if column.required else ""
        lines.append(f"| {column.title} | {notes} | {' '.join(column.aliases)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
