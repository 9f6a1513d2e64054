"""Another office's workbook of the same form: the same rows under other names, in other order, spelled otherwise."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

NAMES = {
    "商铺底册": "一、沿街商铺基本情况", "走访记录": "2026年走访登记表", "问题台账": "问题隐患（汇总）",
    "咨询台账": "政策咨询", "议事记录": "三方议事会", "点位": "重点点位表", "责任主体": "责任主体 (登记)",
}  # fmt: skip
TITLES = {
    "商铺编号": "门店编号*", "店名(招牌)": "店招", "地址(门牌)": "门 牌 号", "业态": "行业类别", "经营者": "负责人",
    "联系电话": "手机号码", "包联网格员": "包联人", "状态": "经营状态", "经度": "经度（东经）", "纬度": "纬度（北纬）",
    "营业面积(㎡)": "面积（平方米）", "走访时间": "走访日期", "走访人": "走访人员",
    "类型(定期/专项/回访)": "类型（定期/专项/回访）", "是否见面": "走访结果", "反映问题": "诉求",
    "上报时间": "发现时间", "事发位置": "地点", "处置时限(小时)": "时限（小时）",
    "办结时间": "结案时间", "政策主题": "主题", "名称": "点位名称",
}  # fmt: skip
WORKERS = {"小陈": "阿芳", "小周": "老郑", "小吴": "欧阳", "小李": "慧玲", "小郑": "大刘", "小沈": "阿强"}
_TIME = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})\D*\s*(\d{1,2})\D(\d{2})")
SPELLINGS: tuple[Callable[[datetime], Any], ...] = (
    lambda at: at,
    lambda at: f"{at:%Y.%m.%d %H:%M}",
    lambda at: f"{at.year}年{at.month}月{at.day}日{_half(at)}点{at.minute:02d}分",
    lambda at: f"{at:%Y-%m-%dT%H:%M}",
    lambda at: f"{at.year % 100}/{at.month}/{at.day} {at.hour}：{at.minute:02d}",
    lambda at: f"{at:%Y%m%d %H%M}",
)


def _half(at: datetime) -> str:
    return f"上午{at.hour}" if at.hour < 12 else f"下午{at.hour - 12 or 12}"


def respelled(source: Path, target: Path, seed: int = 7) -> Path:
    """Write `source` as another office would: every name, order, code and spelling of its own."""
    from openpyxl import Workbook, load_workbook

    shuffled = random.Random(seed)
    book, out = load_workbook(source, read_only=True), Workbook(write_only=True)
    for name in shuffled.sample(list(NAMES), len(NAMES)):
        rows = [list(row) for row in book[name].iter_rows(values_only=True)]
        top = next(n for n, row in enumerate(rows) if sum(cell is not None for cell in row) > 4)
        titles = rows[top]
        order = shuffled.sample(range(len(titles)), len(titles))
        page = out.create_sheet(NAMES[name])
        page.append([f"曹杨新村街道{name}（样表）"])
        page.append(["填报单位：党群办", None, None, "填报日期：2026年11月"])
        page.append([TITLES.get(titles[n], titles[n]) for n in order])
        for number, row in enumerate(rows[top + 1 :]):
            cells = row + [None] * (len(titles) - len(row))
            page.append([_otherwise(str(titles[n]), cells[n], number) for n in order])
    book.close()
    out.save(target)
    return target


def _otherwise(title: str, value: Any, number: int) -> Any:
    if "时间" in title or "期限" in title:
        return _spelled(value, number)
    if title == "是否见面" and value == "是":
        return "√"
    if title == "联系电话" and isinstance(value, str) and value.isdigit():
        return int(value)
    if isinstance(value, str):
        return WORKERS.get(value) or re.sub(r"^LT(\d{4})$", r"cy\1", value)
    return value


def _spelled(value: Any, number: int) -> Any:
    found = _TIME.match(value) if isinstance(value, str) else None
    if found:
        try:
            value = datetime(*map(int, found.groups()))
        except ValueError:
            return value
    return SPELLINGS[number % len(SPELLINGS)](value) if isinstance(value, datetime) else value
