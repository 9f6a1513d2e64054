"""Writes docs/workbook.zh.md, the form of the workbook, from the sheets as the program reads them."""

from pathlib import Path

from mapsvc.ledger import rainfall
from mapsvc.ledger.reader import LIMITS
from mapsvc.ledger.sheets import ALL_SHEETS, Sheet

TARGET = Path(__file__).resolve().parent.parent / "docs/workbook.zh.md"
HEAD = """# 工作簿的表和列

程序认得的表、列和别的叫法。括号里的字可有可无，列的先后不限，不认得的列不导入并说一声。本页由程序的表格定义写成
（`python tools/workbook_doc.py`），有测试守着不走样。

一次最多：文件 {megabytes} MB，每张表 {rows:,} 行、{columns} 列，每格 {chars:,} 字。再大请按年份拆开。
"""

RAIN = """
## {sheet}

不在工作簿里，是一个文本表格（.csv，逗号、分号或制表符分开，UTF-8 或 GB 18030），每天一行；
有几个雨量站，每站每天一行。同一行靠：{day}＋{station}。
从气象局、水务局或自己的雨量筒抄来都行。
网页上在“雨前雨后”页导入，命令行用 `mapsvc import rainfall 雨量.csv`（`--dry-run` 只看会改什么）。

```
{day},{mm}
2026-06-18,61.5
2026-06-19,T
2026-06-20,0
```

| 列 | 必填 | 也认得 |
|---|---|---|
{rows}

日期的写法和工作簿一样。雨量是这一天的毫米数；T、微量、无雨都算0。没有观测的日子不写，别写0：没写的日子程序当作不知道。
同一份再导一次，什么都不变；改过的数会更新并留下操作记录。
读不出的行按行号说明原因，别的行照样收下。
一次最多 {megabytes} MB、{most:,} 行。“下载雨量表”写出的就是这个样子，示例数据里有两年的一份。
"""


def page() -> str:
    """The whole page."""
    head = HEAD.format(
        megabytes=LIMITS.file_bytes // 1_000_000, rows=LIMITS.rows, columns=LIMITS.columns, chars=LIMITS.cell_chars
    )
    return head + "".join(f"\n{section(sheet)}" for sheet in ALL_SHEETS) + rain()


def rain() -> str:
    """The table of daily rainfall."""
    required = (rainfall.DAY, rainfall.MM)
    rows = (
        f"| {name} | {'必填' if name in required else ''} | {' '.join(one for one in known if one != name)} |"
        for name, known in rainfall.TITLES.items()
    )
    return RAIN.format(
        sheet=rainfall.SHEET, day=rainfall.DAY, mm=rainfall.MM, station=rainfall.STATION, rows="\n".join(rows),
        megabytes=rainfall.MOST_BYTES // 1_000_000, most=rainfall.MOST_ROWS,
    )  # fmt: skip


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
