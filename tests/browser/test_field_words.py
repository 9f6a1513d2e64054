"""复制到群 and 复制成表格: the day in five lines and in columns, onto the clipboard or at least selected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from mapsvc.ledger.sheets import VISITS
from tests.browser.field_around import phone_with_a_day, visit_view
from tests.browser.field_page import call
from tests.support.browser import PHONE, OpenContext

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture
def page(open_context: OpenContext) -> Page:
    """A worker's phone with the day on it."""
    return phone_with_a_day(open_context("worker", **PHONE))


DAY = {
    "date": "2026-11-23",
    "office": {"name": "石泉路街道", "block": "兰田街区"},
    "person": {"id": "w", "name": "小周"},
    "kinds": [
        {"code": "L0001", "name": "房屋渗漏", "short_name": "渗漏水"},
        {"code": "06010", "short_name": "暴露垃圾"},
    ],
    "places": [{"code": "PD0001", "name": "橙子公寓旁空地"}],
    "doors": {
        "LT0001": {"address": "岚皋西路27号", "name": "锦云家纺", "promises": []},
        "LT0002": {
            "address": "岚皋西路31号",
            "name": "福来茶铺",
            "promises": [
                {"id": "p1", "text": "问清楚回话", "due_at": "2026-11-24T18:00:00+08:00"},
                {"id": "p2", "text": "换灭火器", "due_at": "2026-11-24T18:00:00+08:00"},
                {"id": "p3", "text": "下周的事", "due_at": "2026-12-01T18:00:00+08:00"},
            ],
        },
    },
}


def entry(number: int, kind: str, at: str, body: dict[str, Any]) -> dict[str, Any]:
    """A record of the queue."""
    return {"id": f"e{number}", "type": kind, "at": f"{at}+08:00", "body": body, "state": "waiting"}


SAID = [
    entry(
        1,
        "visit",
        "2026-11-23T09:05:00",
        {
            "shop": "LT0001",
            "kind": "regular",
            "outcome": "met",
            "note": "=1+1\t有\n两行",
            "needs": [{"topic": "子女入园", "text": "要哪些材料"}],
            "promises": [
                {"id": "n1", "text": "给王小明先生回话，打13812345678。", "due_at": "2026-11-27T18:00:00+08:00"}
            ],
            "issues": [{"kind": "L0001", "description": "又滴水"}],
        },
    ),
    entry(
        2,
        "visit",
        "2026-11-23T09:20:00",
        {"shop": "LT0002", "kind": "follow_up", "outcome": "closed", "needs": [{"topic": "子女入园", "text": "报名"}]},
    ),
    entry(3, "issue", "2026-11-23T10:00:00", {"kind": "06010", "place": "PD0001"}),
    entry(4, "promise_kept", "2026-11-23T10:05:00", {"target": "p2", "target_type": "promise"}),
    entry(5, "issue", "2026-11-23T10:10:00", {"kind": "L0001", "place": "PD0001"}),
    entry(6, "withdraw", "2026-11-23T10:11:00", {"target": "e5", "target_type": "issue"}),
    entry(7, "visit", "2026-11-22T10:11:00", {"shop": "LT0002", "kind": "regular", "outcome": "met", "needs": []}),
]


def test_the_day_in_five_lines(page: Page) -> None:
    visit_view(page, "me")
    assert call(page, "words", "groupLines", DAY, SAID) == [
        "11月23日（周一）兰田街区走访",
        "听到：子女入园（岚皋西路27号、31号）",
        "发现：渗漏水（岚皋西路27号）；暴露垃圾（橙子公寓旁空地）",
        "答应：周五前给店主回话，打（号码略）（岚皋西路27号）",
        "明天到期：问清楚回话（岚皋西路31号）",
    ]


def test_a_day_without_anything_still_has_five_lines(page: Page) -> None:
    visit_view(page, "me")
    lines = call(page, "words", "groupLines", DAY | {"doors": {}}, [])
    assert len(lines) == 5
    assert lines[1:] == ["听到：没有新的诉求", "发现：没有新的问题", "答应：没有新的承诺", "明天到期：没有"]


def test_the_table_has_the_columns_of_the_workbook(page: Page) -> None:
    visit_view(page, "me")
    rows = [line.split("\t") for line in call(page, "words", "sheetText", DAY, SAID).splitlines()]
    assert rows[0] == [column.title for column in VISITS.columns]
    assert rows[1:] == [
        ["2026-11-23 09:05", "小周", "定期", "LT0001", "锦云家纺", "是", "'=1+1 有 两行", "要哪些材料", "", ""],
        ["2026-11-23 09:20", "小周", "回访", "LT0002", "福来茶铺", "未开门", "", "报名", "", ""],
    ]


def test_nobody_is_named_in_the_group(page: Page) -> None:
    visit_view(page, "me")
    said = {
        "打 021-6000 4636 问": "打 （号码略） 问",
        "电话１３８ １２３４ ５６７８": "电话（号码略）",
        "陈老板娘说的": "店主说的",
        "27号楼上 2026年11月27日前": "27号楼上 2026年11月27日前",
    }
    assert {text: call(page, "words", "discreet", text) for text in said} == said


def test_copying_puts_the_lines_on_the_clipboard(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit_view(page, "me")
    page.get_by_role("button", name="复制到群").tap()
    expect(page.locator(".copybox .said").first).to_contain_text("已复制")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert len(copied.splitlines()) == 5
    assert copied.splitlines() == page.get_by_label("今天的五行话").input_value().splitlines()


def test_where_copying_is_not_allowed_the_text_is_selected(page: Page) -> None:
    page.add_init_script(
        "navigator.clipboard.writeText = () => Promise.reject(new Error('no')); document.execCommand = () => false;"
    )
    visit_view(page, "me")
    page.get_by_role("button", name="复制成表格").tap()
    expect(page.locator(".copybox .said").nth(1)).to_contain_text("已经全选")
    chosen = page.evaluate(
        "() => { const b = document.activeElement; return [b.value.length, b.selectionStart, b.selectionEnd]; }"
    )
    assert chosen == [chosen[0], 0, chosen[0]]
    assert chosen[0] > 0


_CHANGE_DAY = """async (change) => {
    const M = globalThis.__mapsvcModules;
    await M["field/db.js"].tx("meta", "readwrite", async (t) => {
        const day = await t.get("meta", "day");
        const [code] = Object.keys(day.doors);
        const promises = [{ id: "p", text: "问清楚回话", due_at: null }];
        Object.assign(day.doors[code], { cover_for: "小李", promises });
        await t.put("meta", { ...day, ...change(day) }, "day");
    });
    M["field/news.js"].announce("day");
}"""


def test_who_stands_in_for_whom_is_said_with_what_was_promised(page: Page) -> None:
    visit_view(page, "me")
    cover = "covering: [{ name: '小李', until: day.date, doors: 9, promises: 1 }]"
    away = "away: [{ name: '小王', from: day.date, until: null }]"
    page.evaluate(f"({_CHANGE_DAY})((day) => ({{ {cover}, {away} }}))")
    expect(page.get_by_text("今天替小李：9户，答应的事1件")).to_be_visible()
    expect(page.locator(".covered")).to_contain_text("答应的事：问清楚回话")
    expect(page.get_by_text("我的门牌交给小王了。")).to_be_visible()


def test_the_own_page_counts_no_doors(page: Page) -> None:
    visit_view(page, "me")
    expect(page.get_by_role("heading", name="我的门牌上办成的事")).to_be_visible()
    assert "走访了" not in page.locator("main").inner_text()
    assert "走了" not in page.locator("main").inner_text()
